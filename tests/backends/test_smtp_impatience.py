"""Servers that have enough: of commands that bring no mail, or of us, and those that only say so."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from newsletter.backends.smtp import SmtpBackend
from newsletter.model import Accepted, Deferred, InDoubt, OutgoingMail, Refused
from tests.backends.conftest import Books
from tests.conftest import PATIENCE_SECONDS
from tests.delivery.sink import Sink

Backends = Callable[..., SmtpBackend]
KeepBooks = Callable[..., Books]
Mails = Callable[..., OutgoingMail]
PATIENT = {"command_seconds": PATIENCE_SECONDS, "data_seconds": PATIENCE_SECONDS}


class Exim:
    """Counts as Exim does (`smtp_accept_max_nonmail`): one RSET is free behind each mail that it took, and of
    others it takes ten. Who sends one more is told so, and left."""

    def __init__(self) -> None:
        self._left, self._is_free, self._hangs_up = 0, True, False

    def fault(self, verb: str, recipient: str) -> bytes | None:
        if self._hangs_up and verb != "CONNECT":
            return b""
        match verb:
            case "CONNECT":
                self._left, self._is_free, self._hangs_up = 10, True, False
            case "RCPT" if recipient.startswith("gone"):
                return b"550 5.1.1 nobody\r\n"
            case "RSET" if self._is_free:
                self._is_free = False
            case "RSET" if self._left:
                self._left -= 1
            case "RSET":
                self._hangs_up = True
                return b"554 too many nonmail commands\r\n"
        return None

    def taken(self, _: int) -> None:
        self._is_free = True


@pytest.fixture
def exim() -> Iterator[Sink]:
    rules = Exim()
    with Sink(transport="chunking", fault=rules.fault, taken=rules.taken) as sink:
        yield sink


@pytest.mark.parametrize("transport", ["plain", "pipelining", "chunking"])
def test_who_is_refused_often_over_one_connection_costs_nobody_a_doubt(
    exim: Sink, backend: Backends, keep_books: KeepBooks, mail: Mails, transport: str
) -> None:
    mails = [
        mail(number, recipient=f"{'reader' if number % 3 else 'gone'}{number}@example.org")
        for number in range(120)
    ]
    books = keep_books(backend(exim, transport=transport, **PATIENT), mails)
    expected = [Accepted if one.recipient.startswith("reader") else Refused for one in mails]
    assert [type(books.outcomes[one.delivery]) for one in mails] == expected
    assert books.failure is None
    assert max(exim.counts.values()) == 1


def test_who_says_good_bye_and_goes_on_may_have_taken_what_it_never_answered(
    backend: Backends, keep_books: KeepBooks, mail: Mails
) -> None:
    # it takes the second, and is gone
    ends = {"reader0@example.org": b"421 4.3.2 bye\r\n", "reader1@example.org": b""}
    with Sink(transport="chunking", fault=lambda verb, to: ends.get(to) if verb == "." else None) as sink:
        mails = [mail(number) for number in range(2)]
        books = keep_books(backend(sink, transport="chunking", **PATIENT), mails)
        assert sink.accepted == ["reader1@example.org"]
    assert [type(books.outcomes[one.delivery]) for one in mails] == [Deferred, InDoubt]
