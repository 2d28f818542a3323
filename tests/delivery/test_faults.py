"""What a mail server can do wrong, seen from a whole run: it ends, the books balance, nobody has two."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from newsletter.delivery.policy import DeliveryPolicy
from newsletter.delivery.run import deliver
from newsletter.store.database import open_database
from newsletter.store.ledger import Ledger
from tests.delivery.sending import smtp
from tests.delivery.sink import Sink
from tests.delivery.stage import LeapingClock, Letters, ready

PEOPLE = 30
FAULTS = {
    "4xx": b"451 4.3.0 not now\r\n",
    "5xx": b"550 5.1.1 never\r\n",
    "421": b"421 4.3.2 closing\r\n",
    "drop": b"",
    "garbage": b"\x00\xff what?\r\n",
}
VERBS = ("CONNECT", "EHLO", "MAIL", "RCPT", "DATA", ".")


def now_and_then(verb: str, reply: bytes) -> Callable[[str, str], bytes | None]:
    """Every fifth time a server comes to `verb` it goes wrong, from the third on."""
    times = itertools.count(2)

    def fault(heard: str, recipient: str) -> bytes | None:
        del recipient
        return reply if heard == verb and next(times) % 5 == 4 else None

    return fault


TRANSPORTS = ("plain", "pipelining", "chunking")


def cases() -> list[ParameterSet]:
    """Every verb with every fault, by one transport in the plain tier and by the others in the slow one."""
    faults = enumerate(itertools.product(VERBS, FAULTS))
    return [
        pytest.param(verb, kind, transport, marks=() if turn == number % 3 else pytest.mark.slow)
        for number, (verb, kind) in faults
        for turn, transport in enumerate(TRANSPORTS)
        if (verb, transport) != ("DATA", "chunking")  # there is none
    ]


@pytest.mark.parametrize(("verb", "kind", "transport"), cases())
def test_a_run_ends_with_its_books_balanced_whatever_the_server_does(
    tmp_path: Path, verb: str, kind: str, transport: str
) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'newsletter.db'}")
    ledger, issue = Ledger(database), ready(database, PEOPLE)
    policy = DeliveryPolicy(connections=2, patience_minutes=120, drain_seconds=120)
    with Sink(transport=transport, fault=now_and_then(verb, FAULTS[kind])) as sink:
        report = deliver(issue, ledger, smtp(sink.port, transport), Letters(), policy, clock=LeapingClock())
        database.close()
        counts = report.books.counts
        report.books.balance()
        assert max(sink.counts.values(), default=0) <= 1
        assert counts["claimed"] == counts["in_flight"] == 0
        assert counts["accepted"] <= len(sink.accepted) <= counts["accepted"] + counts["in_doubt"]
        assert report.ending in {"done", "failed", "put_off"}
        assert report.ending != "failed" or report.failure
