"""What speaks for showing a paper early, each reason as a number and a note.

What a source does not say adds nothing and takes nothing. A favourite author adds so much that nothing
outweighs it, and a paper that was taken back loses twice as much.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from newsletter.issues.attention import KINDS, Attention, Kind, listed_by
from newsletter.model import Paper, PaperKey, Part, Placement, RankingPolicy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from newsletter.favourites import Favourites

# Values are whole thousandths, so that their sum is exact.
THOUSANDTHS: Final = 1_000
_MANY_TIMES = 50


class Reasons:
    """Weighs papers against the others of their issue."""

    def __init__(
        self,
        papers: Sequence[Paper],
        *,
        policy: RankingPolicy,
        day: date,
        seen: Mapping[PaperKey, int],
        is_of_many_days: bool,
    ) -> None:
        self._policy = policy
        self._seen = seen
        self._attention = Attention(papers, day, policy.half_life_days)
        self._places = _places(papers, by_day=is_of_many_days)
        self._pin = _more_than_all_else(policy)

    def of(self, placement: Placement, favourites: Favourites) -> Iterator[Part]:
        """Give the parts of a paper's sum that do not depend on the papers above it."""
        paper, policy = placement.paper, self._policy
        if (author := favourites.found_in(paper.authors)) is not None:
            yield Part(name="favourite", value=self._pin, note=f"by {author}")
        if policy.place:
            yield self._place(paper)
        for kind in KINDS:
            yield from self._count(paper, kind, getattr(policy, kind))
        if placement.section is not None and policy.match:
            score = min(max(placement.score, 0.0), 1.0)
            yield part("match", policy.match * score, f"score {score:.3f} in its section")
        if (times := self._seen.get(paper.key, 0)) > 0 and policy.seen:
            lost = policy.seen * (1 - 0.5 ** min(times, _MANY_TIMES))
            yield part("seen", -lost, "shown once before" if times == 1 else f"shown {times:,} times before")
        if paper.is_taken_back:
            yield Part(name="taken back", value=-2 * self._pin, note="withdrawn or retracted: comes last")

    def _place(self, paper: Paper) -> Part:
        """Spread the papers of each source evenly, so that sources mix whatever their length."""
        place, places = self._places[paper.key]
        value = self._policy.place * (1 - (place - 0.5) / places)
        return part("place", value, f"number {place:,} of {places:,} from {listed_by(paper) or 'its source'}")

    def _count(self, paper: Paper, kind: Kind, weight: float) -> Iterator[Part]:
        log = self._attention.log_of(paper, kind)
        if log is None or not weight:
            return
        usual = self._attention.usual_for(paper, kind)
        said = [_counted(getattr(paper, kind), kind)]
        if (age := self._attention.age_of(paper)) is not None:
            said.append("of the day" if age == 0 else f"{_counted(age, 'days')} old")
        note = ", ".join(said) + (f"; about {usual.count:,} would be usual" if usual.count else "")
        yield part(kind, weight * usual.beyond(log), note)


def part(name: str, value: float, note: str) -> Part:
    """Make a part of whole thousandths."""
    return Part(name=name, value=round(value * THOUSANDTHS) / THOUSANDTHS, note=note)


def in_thousandths(value: float) -> int:
    return round(value * THOUSANDTHS)


def _more_than_all_else(policy: RankingPolicy) -> int:
    counts = policy.upvotes + policy.comments + policy.stars
    return 1 + int(policy.place + policy.match + policy.seen + policy.diversity + 2 * counts)


def _places(papers: Sequence[Paper], *, by_day: bool) -> dict[PaperKey, tuple[int, int]]:
    """Number the papers of each source in their order, and say of how many; each day anew where `by_day`."""
    lists: dict[tuple[object, ...], list[PaperKey]] = defaultdict(list)
    for paper in papers:
        lists[listed_by(paper), paper.announced if by_day else None].append(paper.key)
    return {key: (place, len(keys)) for keys in lists.values() for place, key in enumerate(keys, start=1)}


def _counted(count: int, plural: str) -> str:
    return f"{count:,} {plural.removesuffix('s') if count == 1 else plural}"
