"""What every mail backend promises, whatever is at its other end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Protocol

import pytest

from newsletter.model import Accepted, DeliveryId, OutgoingMail, Refused, Settled
from newsletter.ports import MailBackend, MailSession


class MailSystem(Protocol):
    """What the fixture gives (see conftest)."""

    backend: MailBackend
    delivered: Callable[[], list[bytes]]
    knows_mailboxes: bool


class LedgerFullError(Exception):
    """The ledger cannot record that a mail is about to be accepted."""


def mail_to(recipient: str, number: int = 1, body: bytes = b"text\r\n") -> OutgoingMail:
    return OutgoingMail(
        delivery=DeliveryId(f"delivery-{number}"),
        sender="digest@example.org",
        recipient=recipient,
        message=b"Subject: mail %d\r\n\r\n" % number + body,
    )


def ignore(delivery: DeliveryId) -> None:
    """No ledger."""


def refuse(delivery: DeliveryId) -> None:
    raise LedgerFullError(delivery)


def on_disk(message: bytes) -> bytes:
    """A message but for its line ends."""
    return message.replace(b"\r\n", b"\n").rstrip(b"\n")


@pytest.fixture
def session(mail_system: MailSystem) -> Iterator[MailSession]:
    with closing(mail_system.backend.open()) as opened:
        yield opened


class TestMailSessionContract:
    def test_every_mail_is_settled_exactly_once(self, session: MailSession) -> None:
        mails = [mail_to("me@example.org", number) for number in range(5)]
        settled = list(session.send(mails, ignore))
        assert sorted(one.delivery for one in settled) == [mail.delivery for mail in mails]
        assert all(isinstance(one.outcome, Accepted) for one in settled)

    def test_messages_arrive_unchanged_but_for_line_ends(
        self, session: MailSession, mail_system: MailSystem
    ) -> None:
        body = b".\r\n..\r\n.dot\r\nFrom here\r\n>From there\r\n \r\ntrailing \r\n\r\nend\r\n"
        mail = mail_to("me@example.org", body=body)
        list(session.send([mail], ignore))
        [arrived] = mail_system.delivered()
        assert on_disk(arrived) == on_disk(mail.message)

    def test_no_mail_is_no_outcome(self, session: MailSession, mail_system: MailSystem) -> None:
        assert list(session.send([], ignore)) == []
        assert mail_system.delivered() == []

    def test_the_ledger_hears_of_each_mail_once_and_before_it_is_accepted(
        self, session: MailSession, mail_system: MailSystem
    ) -> None:
        heard: list[tuple[DeliveryId, int]] = []

        def record(delivery: DeliveryId) -> None:
            heard.append((delivery, len(mail_system.delivered())))

        mails = [mail_to("me@example.org", number) for number in range(3)]
        list(session.send(mails, record))
        assert [delivery for delivery, _ in heard] == [mail.delivery for mail in mails]
        assert all(delivered <= place for place, (_, delivered) in enumerate(heard))

    def test_a_mail_that_cannot_be_recorded_is_not_delivered(
        self, session: MailSession, mail_system: MailSystem
    ) -> None:
        with pytest.raises(LedgerFullError):
            list(session.send([mail_to("me@example.org")], refuse))
        assert mail_system.delivered() == []

    def test_a_session_serves_on_after_the_ledger_failed(
        self, session: MailSession, mail_system: MailSystem
    ) -> None:
        with pytest.raises(LedgerFullError):
            list(session.send([mail_to("me@example.org", 1)], refuse))
        mail = mail_to("me@example.org", 2)
        [settled] = session.send([mail], ignore)
        assert isinstance(settled.outcome, Accepted)
        assert [on_disk(message) for message in mail_system.delivered()] == [on_disk(mail.message)]

    def test_no_more_than_a_handful_of_mails_is_asked_for_before_they_are_settled(
        self, session: MailSession
    ) -> None:
        asked: list[int] = []

        def mails() -> Iterator[OutgoingMail]:
            for number in range(20):
                asked.append(number)
                yield mail_to("me@example.org", number)

        settled: Iterator[Settled] = iter(session.send(mails(), ignore))
        assert asked == []
        next(settled)
        assert 1 <= len(asked) <= 6
        assert len(list(settled)) == 19

    def test_an_iterable_with_nothing_right_now_holds_nothing_back(self, session: MailSession) -> None:
        settled: list[Settled] = []
        at_each_rest: list[int] = []

        def mails() -> Iterator[OutgoingMail | None]:
            for count in (0, 1, 3, 0, 2):
                for number in range(count):
                    yield mail_to("me@example.org", number)
                yield None
                at_each_rest.append(len(settled))

        for one in session.send(mails(), ignore):
            settled.append(one)  # noqa: PERF402 - the iterable looks at it meanwhile
        assert at_each_rest == [0, 1, 4, 4, 6]
        assert len(settled) == 6

    def test_the_same_mail_twice_is_settled_twice(self, session: MailSession) -> None:
        mail = mail_to("me@example.org")
        assert len(list(session.send([mail, mail], ignore))) == 2

    def test_a_session_sends_again_after_it_sent(self, session: MailSession, mail_system: MailSystem) -> None:
        for number in range(2):
            list(session.send([mail_to("me@example.org", number)], ignore))
        assert len(mail_system.delivered()) == 2

    def test_an_unknown_mailbox_is_refused_not_raised(
        self, session: MailSession, mail_system: MailSystem
    ) -> None:
        if not mail_system.knows_mailboxes:
            pytest.skip("this backend delivers everything to one place")
        heard: list[DeliveryId] = []
        mails = [mail_to("no-such-user@example.org", 1), mail_to("me@example.org", 2)]
        first, second = session.send(mails, heard.append)
        assert isinstance(first.outcome, Refused)
        assert first.outcome.kind == "recipient"
        assert isinstance(second.outcome, Accepted)
        # who sends a mail before it hears of its recipient has to say so before
        assert heard[-1] == mails[1].delivery

    def test_closing_twice_is_closing(self, session: MailSession) -> None:
        session.close()
        session.close()

    def test_closing_between_two_mails_delivers_only_what_the_ledger_heard_of(
        self, session: MailSession, mail_system: MailSystem
    ) -> None:
        heard: list[DeliveryId] = []
        mails = [mail_to("me@example.org", number) for number in range(2)]
        settled = iter(session.send(mails, heard.append))
        next(settled)
        session.close()
        assert 1 <= len(mail_system.delivered()) <= len(heard)

    def test_what_was_committed_is_settled_before_a_failure_comes_out(
        self, session: MailSession, mail_system: MailSystem
    ) -> None:
        heard: list[DeliveryId] = []

        def fail_at_the_fourth(delivery: DeliveryId) -> None:
            if len(heard) == 3:
                raise LedgerFullError(delivery)
            heard.append(delivery)

        settled: list[Settled] = []
        mails = [mail_to("me@example.org", number) for number in range(6)]
        with pytest.raises(LedgerFullError):
            settled.extend(session.send(mails, fail_at_the_fourth))
        assert [one.delivery for one in settled] == heard
        assert len(mail_system.delivered()) == 3

    def test_an_iterable_that_fails_leaves_nothing_unsettled(
        self, session: MailSession, mail_system: MailSystem
    ) -> None:
        def mails() -> Iterator[OutgoingMail]:
            yield from [mail_to("me@example.org", number) for number in range(3)]
            raise LedgerFullError

        settled: list[Settled] = []
        with pytest.raises(LedgerFullError):
            settled.extend(session.send(mails(), ignore))
        assert [type(one.outcome) for one in settled] == [Accepted] * 3
        assert len(mail_system.delivered()) == 3


def test_a_backend_says_whether_it_reaches_people(mail_system: MailSystem) -> None:
    assert isinstance(mail_system.backend.reaches_people, bool)
