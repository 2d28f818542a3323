"""What one source said of a paper, and when saying more of it makes an earlier word superfluous."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

from newsletter.model import Paper

if TYPE_CHECKING:
    from datetime import date, datetime

# Facts about a paper that nobody takes back by leaving them out later.
LASTING = ("withdrawn", "retracted", "replacement")
_BY_VALUE = ("announced", "updated")  # the first, or the last, of several counts: each has to stay
_APART = ("key", "ids", "flags", *_BY_VALUE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A paper as one source described it: `source` is its name in the configuration, `day` the day of the
    issue it was first seen for, `place` how far down the source it stood when it was last seen."""

    paper: Paper
    source: str
    first_at: datetime
    at: datetime
    day: date
    place: int = 0


def said_again(before: Sighting, now: Sighting) -> Sighting | None:
    """Give the later of two sightings if it tells all that the earlier one tells, as one that began with
    that; None if both have to be kept."""
    earlier, later = sorted((before, now), key=lambda one: one.at)
    if not _told(earlier.paper) <= _told(later.paper) or _passing(earlier.paper) != _passing(later.paper):
        return None
    return replace(
        later,
        first_at=min(before.first_at, now.first_at),
        day=min(before.day, now.day),
        place=later.place if earlier.at < later.at else min(before.place, now.place),
    )


def _told(paper: Paper) -> set[object]:
    """List what is told, whatever its value; ids and what lasts by their values."""
    given: set[object] = {
        one.name for one in fields(Paper) if one.name not in _APART and getattr(paper, one.name) is not None
    }
    given.update((name, getattr(paper, name)) for name in _BY_VALUE if getattr(paper, name) is not None)
    given.update(paper.ids.items())
    given.update(flag for flag in paper.flags if flag in LASTING)
    return given


def _passing(paper: Paper) -> set[str]:
    return set(paper.flags).difference(LASTING)
