"""What somebody who watches a send gets to see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

Topic = Literal["recovered", "waiting", "connection", "slower", "stopping"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run is. `audience` and `before` (reached or over in earlier runs) are from the books, the
    rest is this run's own; `rate` is in mails a second lately, `left` None while nobody can say."""

    audience: int
    before: int
    accepted: int
    refused: int
    put_off: int
    in_doubt: int
    suppressed: int
    rate: float
    elapsed: timedelta
    left: timedelta | None

    @property
    def settled(self) -> int:
        """People who are over and done with, by this run or one before."""
        return self.before + self.accepted + self.refused + self.in_doubt + self.suppressed


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something that happened on the way, in a short sentence; `until` if it is a pause."""

    topic: Topic
    text: str
    until: datetime | None = None


class Watch(Protocol):
    """Is told by the thread that called `deliver`, about once a second; whatever it does delays the send."""

    def progress(self, progress: Progress, /) -> None:
        """See how far it is."""
        ...

    def notice(self, notice: Notice, /) -> None:
        """Hear what happened."""
        ...


class NobodyWatches:
    """A watch for programs."""

    def progress(self, progress: Progress, /) -> None:
        """Look away."""

    def notice(self, notice: Notice, /) -> None:
        """Look away."""
