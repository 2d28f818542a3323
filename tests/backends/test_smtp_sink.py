"""The same faults from a server that we did not write: Postfix's smtp-sink, which is made for that."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from typing import Any

import pytest

from newsletter.backends.smtp import SmtpBackend
from newsletter.errors import MailError
from newsletter.model import Accepted, Deferred, InDoubt, Outcome, OutgoingMail, Refused
from tests.ports import free_port

KeepBooks = Callable[..., Any]  # gives the books of conftest
Mails = Callable[..., OutgoingMail]
Run = Callable[..., tuple[list[Outcome], MailError | None]]
COUNT = 6
# smtp-sink's way to say it, and what becomes of a mail that meets it at RCPT, DATA or the end.
FAULTS = {"-r": "4xx", "-f": "5xx", "-q": "drop", "-Q": "421"}
pytestmark = pytest.mark.skipif(
    shutil.which("smtp-sink") is None, reason="smtp-sink (Debian: postfix) is not here"
)


@pytest.fixture
def start_sink() -> Iterator[Callable[..., int]]:
    """Start a sink with its own options and give its port."""
    with ExitStack() as stack:

        def start(*options: str) -> int:
            port = free_port()
            as_nobody = ["-u", "nobody"] if os.geteuid() == 0 else []
            sink = subprocess.Popen(["smtp-sink", *as_nobody, *options, f"127.0.0.1:{port}", "100"])
            stack.callback(sink.wait, 10)
            stack.callback(sink.terminate)
            wait_for(port)
            return port

        yield start


def wait_for(port: int) -> None:
    for _ in range(500):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
            return
        threading.Event().wait(0.01)
    pytest.fail("smtp-sink did not start")


@pytest.fixture
def run(keep_books: KeepBooks) -> Run:
    """Send within bounds; give what became of the mails and the failure that ended it, if one did."""

    def send(
        port: int, mails: list[OutgoingMail], **options: object
    ) -> tuple[list[Outcome], MailError | None]:
        seconds = {"connect_seconds": 5, "command_seconds": 5, "data_seconds": 5}
        table = {"host": "127.0.0.1", "port": port, "security": "none", **seconds, **options}
        books = keep_books(SmtpBackend(SmtpBackend.Options.model_validate(table)), mails)
        assert books.seconds < 30
        return list(books.outcomes.values()), books.failure

    return send


@pytest.mark.parametrize("verb", ["connect", "ehlo"])
@pytest.mark.parametrize("fault", FAULTS)
def test_no_session_begins(
    start_sink: Callable[..., int], mail: Mails, run: Run, verb: str, fault: str
) -> None:
    with pytest.raises(MailError):
        run(start_sink(fault, verb), [mail(1)])


@pytest.mark.parametrize("transport", ["auto", "plain"])
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("verb", ["mail", "rcpt", "data", ".", "rset", "quit"])
def test_each_mail_is_settled_as_it_was_met(
    start_sink: Callable[..., int], mail: Mails, run: Run, verb: str, fault: str, transport: str
) -> None:
    mails = [mail(number) for number in range(COUNT)]
    outcomes, failure = run(start_sink(fault, verb), mails, transport=transport)
    kinds = {type(outcome) for outcome in outcomes}
    match FAULTS[fault], verb:
        case _, "rset" | "quit":
            assert kinds == {Accepted}
        case "5xx", "mail":
            assert kinds == {Deferred}
            assert failure is not None
        case "5xx", _:
            assert kinds == {Refused}
        case "drop", ".":
            assert kinds <= {InDoubt, Deferred}
            assert InDoubt in kinds
        case _:
            assert kinds == {Deferred}


@pytest.mark.slow
@pytest.mark.parametrize("transport", ["auto", "plain"])
@pytest.mark.parametrize("verb", ["mail", "rcpt", "data", "."])
def test_a_slow_server_gets_its_time_even_if_it_answers_out_of_step(
    start_sink: Callable[..., int], mail: Mails, run: Run, verb: str, transport: str
) -> None:
    """smtp-sink answers pipelined commands before the one that it delays."""
    outcomes, failure = run(start_sink("-W", f"{verb}:1"), [mail(n) for n in range(4)], transport=transport)
    assert {type(outcome) for outcome in outcomes} == {Accepted}
    assert failure is None


@pytest.mark.parametrize("verb", ["mail", "rcpt", "data", "."])
def test_who_is_too_slow_for_us_is_left(
    start_sink: Callable[..., int], mail: Mails, run: Run, verb: str
) -> None:
    limits = {"command_seconds": 0.3, "data_seconds": 0.3, "transport": "plain"}
    outcomes, failure = run(start_sink("-W", f"{verb}:20"), [mail(n) for n in range(4)], **limits)
    assert {type(outcome) for outcome in outcomes} == {InDoubt if verb == "." else Deferred}
    assert failure is not None


@pytest.mark.parametrize("transport", ["auto", "plain"])
def test_a_server_that_aborts_while_it_should_listen_has_accepted_nothing(
    start_sink: Callable[..., int], mail: Mails, run: Run, transport: str
) -> None:
    outcomes, _ = run(start_sink("-A", "0"), [mail(number) for number in range(COUNT)], transport=transport)
    assert {type(outcome) for outcome in outcomes} <= {Deferred, Refused}


@pytest.mark.parametrize("transport", ["auto", "plain"])
def test_a_hundred_large_mails_over_a_few_connections(
    start_sink: Callable[..., int], mail: Mails, run: Run, transport: str
) -> None:
    body = b"S: x\r\n\r\n" + b"some text of a line\r\n" * 5000
    mails = [mail(number, message=body) for number in range(100)]
    outcomes, _ = run(start_sink(), mails, transport=transport, max_messages_per_connection=30)
    assert {type(outcome) for outcome in outcomes} == {Accepted}
