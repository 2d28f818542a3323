"""What is asked for, of whom, and what of it must never be shown."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from newsletter.errors import SourceError
from newsletter.http.urls import secrets_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsletter.http.urls import Target

_HEADER_NAME = re.compile(r"[A-Za-z0-9-]{1,100}")
_HEADER_VALUE = re.compile(r"[!-~]([ -~]{0,4000}[!-~])?")
_ACCEPT = "Accept"
_GIVEN_TO_EVERYBODY = frozenset({_ACCEPT, "Accept-Language"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A question; `headers` are those of `sendable`."""

    target: Target
    headers: Mapping[str, str] = field(repr=False)
    pause_seconds: float
    method: str = "GET"
    body: bytes | None = field(default=None, repr=False)

    @property
    def is_repeatable(self) -> bool:
        """Whether asking twice is the same as asking once."""
        return self.method == "GET"

    @property
    def shown(self) -> str:
        """How it is called before people; where things are handed over, the path is often a secret itself."""
        return str(self.target) if self.is_repeatable else f"{self.target.scheme}://{self.target.authority}"

    @property
    def accept(self) -> str:
        """The kinds of documents that are asked for; empty for any."""
        return self.headers.get(_ACCEPT, "")

    @property
    def secrets(self) -> list[str]:
        """What stands in it and must not come out again."""
        own = [value for name, value in self.headers.items() if name not in _GIVEN_TO_EVERYBODY]
        return [*secrets_of(self.target), *own, *(part for value in own for part in value.split())]

    @property
    def key(self) -> str:
        """What tells apart all that may be answered."""
        return "\n".join(
            [self.target.url, *(f"{name}: {self.headers[name]}" for name in sorted(self.headers))]
        )

    def headers_for(self, target: Target) -> dict[str, str]:
        """Give the headers for whom this led to: a key is for the one who was asked, and for nobody else."""
        is_same = target.origin == self.target.origin
        given = {n: value for n, value in self.headers.items() if is_same or n in _GIVEN_TO_EVERYBODY}
        return {_ACCEPT: "*/*", **given}


def sendable(headers: Mapping[str, str] | None) -> dict[str, str]:
    """Give headers with their names in one form.

    Raises `SourceError` for what cannot stand in one, and does not repeat it: it may be a key.
    """
    for name, value in (headers or {}).items():
        if not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(value):
            raise SourceError(
                f"what is given for the header {name[:50]!r} cannot be sent",
                hint="look for blanks and line ends around a key, and for letters beyond ASCII",
            )
    return {name.title(): value for name, value in (headers or {}).items()}
