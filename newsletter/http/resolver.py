"""DNS, asked politely and never for long.

It stands here because this is the room of the network below all others: sources, the doctor and the preview
may ask, and no pure stage can.
"""

from __future__ import annotations

import time
from ipaddress import ip_address
from threading import Lock
from typing import TYPE_CHECKING

import dns.exception
import dns.name
import dns.resolver
from dns.rdatatype import RdataType

from newsletter.errors import UsageError
from newsletter.mailing.published.answers import Answer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dns.rdata import Rdata

    from newsletter.mailing.published.answers import RecordType

_DNS_PORT, _PORTS = 53, 65_536
# So many questions without an answer, before any was answered, and the resolver counts as gone.
_PATIENCE = 2
_MAX_RECORDS = 100
_MAX_CHARACTERS = 20_000


class Resolver:
    """Asks the name servers of this machine, or one that is given, each question once. Threads may share it.

    A question has `seconds`, and all of them together have `total_seconds` from the first one on; whoever
    asks later hears that there was no time left. One that was silent twice and never said a word is asked no
    more; one that did is not blamed for the silence of others behind it.
    """

    def __init__(
        self, nameserver: str | None = None, *, seconds: float = 4.0, total_seconds: float = 25.0
    ) -> None:
        """`nameserver` is an address, with or without a port. Raises `UsageError` for what is none."""
        self._seconds = seconds
        self._total_seconds = total_seconds
        self._end: float | None = None
        self._silences = 0
        self._has_answered = False
        self._known: dict[tuple[str, RecordType], Answer] = {}
        self._lock = Lock()
        self._failure: str | None = None
        try:
            self._resolver = dns.resolver.Resolver(configure=nameserver is None)
        except dns.exception.DNSException:
            self._failure = "this machine has no name server configured"
        if nameserver is not None:
            address, port = _address(nameserver)
            self._resolver.nameservers, self._resolver.port = [address], port

    def look_up(self, name: str, kind: RecordType, /) -> Answer:
        """Ask for the records of one type under one name, following aliases."""
        key = name.rstrip(".").lower(), kind
        with self._lock:
            known = self._known.get(key)
            reason, seconds = self._time_left()
        if known:
            return known
        answer = Answer(failure=reason) if reason else self._ask(key[0], kind, seconds)
        with self._lock:
            self._known[key] = answer
        return answer

    def unanswered(self) -> tuple[str, ...]:
        """List the names that were asked about and not told of, in order, and why."""
        with self._lock:
            failures = {name: answer.failure for (name, _), answer in self._known.items() if answer.failure}
        return tuple(f"{name}: {failure}" for name, failure in sorted(failures.items()))

    def _time_left(self) -> tuple[str | None, float]:
        """Say why nothing is asked any more, else how many seconds a question may take."""
        self._end = self._end or time.monotonic() + self._total_seconds
        left = self._end - time.monotonic()
        if self._failure is None and self._silences >= _PATIENCE and not self._has_answered:
            self._failure = "the name server does not answer"
        if self._failure is None and left <= 0:
            self._failure = f"there was no time left (all questions have {self._total_seconds:g} seconds)"
        return self._failure, min(self._seconds, left)

    def _ask(self, name: str, kind: RecordType, seconds: float) -> Answer:
        try:
            absolute = dns.name.from_text(name, origin=dns.name.root)
            found = self._resolver.resolve(absolute, RdataType[kind], lifetime=seconds, search=False)
        except dns.resolver.NXDOMAIN:
            answer = Answer(exists=False)
        except dns.resolver.NoAnswer:
            answer = Answer()
        except dns.resolver.LifetimeTimeout:
            return self._note_silence(Answer(failure=f"no answer within {round(seconds, 1):g} seconds"))
        except dns.resolver.NoNameservers:
            answer = Answer(failure="the name server failed or refused to answer (SERVFAIL or the like)")
        except (dns.exception.DNSException, UnicodeError):
            answer = Answer(failure="the name, or the answer, cannot be read")
        except OSError as error:
            answer = Answer(failure=f"the name server cannot be reached ({error.strerror or 'no reason'})")
        else:
            answer = _answer(list(found))
        self._has_answered = True
        return answer

    def _note_silence(self, answer: Answer) -> Answer:
        with self._lock:
            self._silences += 1
        return answer


def _answer(records: Sequence[Rdata]) -> Answer:
    return Answer(values=tuple(sorted(map(_text, records[:_MAX_RECORDS]))))


def _text(record: Rdata) -> str:
    strings: Sequence[bytes] | None = getattr(record, "strings", None)
    if strings is not None:
        return b"".join(strings)[:_MAX_CHARACTERS].decode("utf-8", "replace")
    return record.to_text()[:_MAX_CHARACTERS]


def _address(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon or (":" in host and not host.startswith("[")):
        host, port = text, str(_DNS_PORT)
    refusal = UsageError(
        f"{text[:60]!r} is no name server", hint="write its address, such as 9.9.9.9 or 127.0.0.1:5353"
    )
    try:
        address = str(ip_address(host.strip("[]")))
    except ValueError:
        raise refusal from None
    if not (port.isascii() and port.isdecimal() and 0 < int(port[:6]) < _PORTS):
        raise refusal
    return address, int(port)
