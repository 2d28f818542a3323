"""What DNS says, as values; whoever asks it is given as a port."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

RecordType = Literal["A", "AAAA", "MX", "TXT", "PTR"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What stands under a name; an MX is "10 mx.example.org", a TXT the strings of a record put together.

    `exists` is False for a name that is not there at all; `failure` says why nobody knows.
    """

    values: tuple[str, ...] = ()
    exists: bool = True
    failure: str | None = None


class Names(Protocol):
    """Asks DNS, within its own limits of time; never raises."""

    def look_up(self, name: str, kind: RecordType, /) -> Answer:
        """Ask for the records of one type under one name."""
        ...


class Unasked:
    """Stands for DNS where it is not to be asked."""

    def look_up(self, _name: str, _kind: RecordType, /) -> Answer:
        """Know nothing."""
        return Answer(failure="not asked")


def plain(domain: str) -> str:
    """Write a domain as it is compared: in lower case, without the dot of the root."""
    return domain.strip().rstrip(".").lower()


def labels(domain: str) -> tuple[str, ...]:
    """Take a domain apart."""
    return tuple(label for label in plain(domain).split(".") if label)
