"""In which order papers are shown that stand together: each has a sum, and the highest comes first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.favourites import Favourites
from newsletter.issues.centrality import rarity_of, words_in
from newsletter.issues.reasons import THOUSANDTHS, Reasons, in_thousandths
from newsletter.issues.sentences import ELLIPSIS
from newsletter.issues.variety import Likeness, in_turn
from newsletter.model import PaperKey, Part, Placement, Rank, RankingPolicy
from newsletter.topics.words import joins

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from newsletter.issues.variety import Turn
    from newsletter.model import Entry

_TITLE_CHARS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A placed paper, and what decides where it stands."""

    placement: Placement
    rank: Rank

    @property
    def key(self) -> PaperKey:
        return self.placement.paper.key


def rank(
    placements: Sequence[Placement],
    *,
    policy: RankingPolicy,
    day: date,
    authors: Iterable[str] = (),
    seen: Mapping[PaperKey, int] | None = None,
) -> tuple[Ranked, ...]:
    """Order papers that are shown together; those by `authors` and the policy's come first.

    They are given in the order of their sources. `seen` says how many times earlier issues showed a paper.
    """
    return Ranking(placements, policy=policy, day=day, seen=seen).of(placements, authors)


class Ranking:
    """Orders the lists of one issue, each paper being weighed against all papers of the issue.

    `is_of_many_days` says that a source's order begins anew with each day on which papers were announced.
    """

    def __init__(
        self,
        placements: Sequence[Placement],
        *,
        policy: RankingPolicy,
        day: date,
        seen: Mapping[PaperKey, int] | None = None,
        is_of_many_days: bool = False,
    ) -> None:
        papers = [placement.paper for placement in placements]
        self._policy = policy
        self._numbers = {paper.key: number for number, paper in enumerate(papers)}
        self._words = {paper.key: words_in(paper) for paper in papers}
        self.rarity = rarity_of(list(self._words.values()))
        self._telling = {stem: weight for stem, weight in self.rarity.items() if not joins(stem)}
        self._reasons = Reasons(
            papers, policy=policy, day=day, seen=seen or {}, is_of_many_days=is_of_many_days
        )

    def of(self, placements: Sequence[Placement], authors: Iterable[str] = ()) -> tuple[Ranked, ...]:
        """Order one list of papers, with variety among them."""
        favourites = Favourites((*self._policy.authors, *authors))
        parts = [tuple(self._reasons.of(placement, favourites)) for placement in placements]
        turns = in_turn(
            [sum(in_thousandths(part.value) for part in own) for own in parts],
            self._likeness(placements),
            in_thousandths(self._policy.diversity),
        )
        return tuple(
            Ranked(
                placement=placements[turn.number],
                rank=_summed((*parts[turn.number], *_variety(turn, placements))),
            )
            for turn in turns
        )

    def merged(self, entries: Iterable[Entry]) -> tuple[Entry, ...]:
        """Order papers of several lists in one, each with the sum that it has."""
        return tuple(sorted(entries, key=lambda entry: (-_total(entry), self._numbers[entry.paper.key])))

    def _likeness(self, placements: Sequence[Placement]) -> Likeness:
        compared = placements if self._policy.diversity else ()
        return Likeness((self._words[placement.paper.key] for placement in compared), self._telling)


def _total(entry: Entry) -> float:
    return entry.rank.total if entry.rank else 0.0


def _summed(parts: tuple[Part, ...]) -> Rank:
    return Rank(total=sum(in_thousandths(part.value) for part in parts) / THOUSANDTHS, parts=parts)


def _variety(turn: Turn, placements: Sequence[Placement]) -> Iterator[Part]:
    if turn.like is not None and turn.loss:
        title = placements[turn.like].paper.title
        short = title if len(title) <= _TITLE_CHARS else title[: _TITLE_CHARS - 1].rstrip() + ELLIPSIS
        note = f"{turn.likeness:.0%} like one above it: {short}"
        yield Part(name="variety", value=-turn.loss / THOUSANDTHS, note=note)
