"""Places that asked for less: a domain, or the whole mail system, is left alone for a while."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsletter.model import Deferred

_IN_A_ROW = 3
_EVERYWHERE_IN_A_ROW = 12
_EVERYWHERE_DOMAINS = 3
_FIRST = timedelta(seconds=60)
_LONGEST = timedelta(hours=1)
_REMEMBERED = 5_000

# RFC 3463: replies about an address or a mailbox say nothing about the others of that domain.
_ABOUT_ONE_PERSON = ("1", "2")
# Greylisting is about one sender with one recipient and means that all is well; after a lost connection the
# session is replaced, which is another matter.
_ABOUT_NO_DOMAIN = ("greylisting", "connection", "mailbox-full", "unknown-mailbox")


@dataclass(slots=True)
class _Streak:
    put_off: int = 0
    pauses: int = 0
    until: datetime | None = None


class CoolDowns:
    """Counts what was put off in a row, per domain and over all; whoever shares it brings the lock.

    After three in a row a domain rests a minute, the next time two, up to an hour; after twelve in a row over
    three domains or more, everybody does. One accepted mail ends it.
    """

    def __init__(self) -> None:
        self._domains: OrderedDict[str, _Streak] = OrderedDict()
        self._everybody = _Streak()
        self._domains_in_a_row: set[str] = set()

    @property
    def is_idle(self) -> bool:
        """Whether nobody put anything off lately, so that the other questions need not be asked."""
        return not self._domains

    def put_off(self, domain: str, outcome: Deferred, now: datetime) -> datetime | None:
        """Count one, and say until when `domain` rests now, if it does."""
        if _is_about_one_person(outcome):
            return None
        if len(self._domains_in_a_row) < _EVERYWHERE_DOMAINS:
            self._domains_in_a_row.add(domain)
        is_everywhere = len(self._domains_in_a_row) >= _EVERYWHERE_DOMAINS
        _count(self._everybody, now, limit=_EVERYWHERE_IN_A_ROW if is_everywhere else None)
        _count(self._streak(domain), now, limit=_IN_A_ROW)
        return self.until(domain, now)

    def accepted(self, domain: str) -> None:
        """Trust the domain, and the mail system, again."""
        self._domains.pop(domain, None)
        self._everybody = _Streak()
        self._domains_in_a_row.clear()

    def until(self, domain: str, now: datetime) -> datetime | None:
        """Say until when nothing may go to `domain`; None: it may now."""
        ends = (self.everybody_until(now), _rest(self._domains.get(domain), now))
        return max((end for end in ends if end), default=None)

    def everybody_until(self, now: datetime) -> datetime | None:
        """Say until when the whole mail system rests; None: it does not."""
        return _rest(self._everybody, now)

    def _streak(self, domain: str) -> _Streak:
        streak = self._domains.setdefault(domain, _Streak())
        self._domains.move_to_end(domain)
        if len(self._domains) > _REMEMBERED:
            self._domains.popitem(last=False)
        return streak


def _is_about_one_person(outcome: Deferred) -> bool:
    if outcome.cause in _ABOUT_NO_DOMAIN:
        return True
    return outcome.code.split(".")[1:2] in ([subject] for subject in _ABOUT_ONE_PERSON)


def _count(streak: _Streak, now: datetime, *, limit: int | None) -> None:
    streak.put_off += 1
    if limit is None or streak.put_off < limit or _rest(streak, now):
        return
    streak.until = now + min(_LONGEST, _FIRST * 2 ** min(streak.pauses, 10))
    streak.pauses += 1


def _rest(streak: _Streak | None, now: datetime) -> datetime | None:
    """A rest that seems longer than any is over: somebody has put the clock back."""
    if streak is None or streak.until is None:
        return None
    return streak.until if now < streak.until <= now + _LONGEST else None
