"""Groups among the papers that fit no section."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from newsletter.model import PaperKey, Placement
from newsletter.topics.landscape import Landscape, shipped_landscape
from newsletter.topics.leaning import headings_of, likely_fields
from newsletter.topics.names import ranked_names
from newsletter.topics.parting import cohesion, leaves, natural_parts, nearness
from newsletter.topics.phrasebook import phrases_of
from newsletter.topics.words import stems_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from newsletter.model import Paper
    from newsletter.topics.names import Name
    from newsletter.topics.phrasebook import Phrasebook, PhraseUse

_DIGITS = 6  # more would be noise of floating point
_FEWEST = 2  # papers that can be alike
_TERMS = 5
# A paper joins a group, or stays in one whose name does not hold for it, if it is at least this near to the
# others, as a share of what they are to each other.
_NEAR = 0.5
_GUESTS = 1 / 3  # so many papers that the name does not hold for may be with one that it holds for
_MOST_PARTS = 12
_LARGE = 20  # papers of which one more or less says little

Stems = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Papers that belong together though nobody configured a section for them. `name` can be a heading,
    `cohesion` (-1 to 1) is how alike two of them are on average, `terms` are headings that came close."""

    name: str
    papers: tuple[PaperKey, ...]
    cohesion: float
    terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Batch:
    """Papers and what is known of each, all in one order, and the headings that are in use already."""

    papers: Sequence[Paper]
    uses: Sequence[PhraseUse]
    fields: Sequence[Mapping[str, float]]
    likeness: Any
    book: Phrasebook
    taken: Collection[Stems]

    def names(self, members: Sequence[int]) -> list[Name]:
        ranked = ranked_names(members, self.uses, self.fields, self.book)
        return [name for name in ranked if stems_of(name.text) not in self.taken]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    name: Name
    members: tuple[int, ...]


def discover(
    papers: Sequence[Paper],
    *,
    landscape: Landscape | None = None,
    max_groups: int = 8,
    min_papers: int = 3,
    taken: Iterable[str] = (),
) -> tuple[Group, ...]:
    """Find groups that deserve a heading, largest first; a paper is in one at most, some are in none.

    The papers decide how many groups there are. The shipped landscape tells which papers belong together and
    what people call that; another may be given, and the empty one leaves it to the papers alone. None is
    named as one of the headings that are `taken`. The order of papers changes nothing, and one that comes
    twice counts once.
    """
    unique = list({paper.key: paper for paper in sorted(papers, key=_content)}.values())
    fewest = max(min_papers, _FEWEST)
    if len(unique) < fewest or max_groups < 1:
        return ()
    batch = _read(unique, landscape or shipped_landscape(), frozenset(stems_of(title) for title in taken))
    found = _joined(_search(batch, fewest))
    found = _near_enough(found, batch.likeness, fewest)
    found = _with_the_rest(_ranked(found)[:max_groups], batch)
    return tuple(_group(each, batch) for each in _ranked(found))


def with_groups(placements: Sequence[Placement], groups: Iterable[Group]) -> tuple[Placement, ...]:
    """Enter the groups in the placements that have no section."""
    names = {key: group.name for group in groups for key in group.papers}
    return tuple(
        replace(placement, group=names.get(placement.paper.key)) if placement.section is None else placement
        for placement in placements
    )


def _content(paper: Paper) -> tuple[str, str, str]:
    return paper.key, paper.title, paper.abstract or ""


def _read(papers: Sequence[Paper], landscape: Landscape, taken: Collection[Stems]) -> _Batch:
    from newsletter.topics.space import bearings, likeness_with  # noqa: PLC0415 - numpy and scipy take their time

    uses = [phrases_of(paper) for paper in papers]
    seen = bearings([use.words for use in uses], landscape.space)
    learnt = dict(zip(seen.fields, seen.trust.tolist(), strict=True))
    likely = [
        likely_fields(paper, use, learnt, row)
        for paper, use, row in zip(papers, uses, seen.leanings.tolist(), strict=True)
    ]
    return _Batch(
        papers=papers,
        uses=uses,
        fields=[headings_of(fields) for fields in likely],
        likeness=likeness_with(seen, likely),
        book=landscape.phrases,
        taken=taken,
    )


def _search(batch: _Batch, fewest: int) -> list[_Found]:
    """Name the parts of the tree; one without a name may have halves with one."""
    most = max(1, min(_MOST_PARTS, len(batch.papers) // fewest))
    waiting = natural_parts(batch.likeness, most=most, fewest=fewest)
    found = []
    while waiting:
        node = waiting.pop()
        members = leaves(node)
        if len(members) < fewest:
            continue
        names = batch.names(members)
        if names:
            found.append(_Found(name=names[0], members=members))
        else:
            waiting += [node.left, node.right]
    return found


def _joined(found: Iterable[_Found]) -> list[_Found]:
    """Put groups of one name together."""
    joined: dict[Stems, _Found] = {}
    for each in found:
        key = stems_of(each.name.text)
        known = joined.get(key)
        if known is None:
            joined[key] = each
        else:
            holders = known.name.holders | each.name.holders
            name = replace(known.name, holders=holders, score=max(known.name.score, each.name.score))
            joined[key] = _Found(name=name, members=tuple(sorted(known.members + each.members)))
    return list(joined.values())


def _near_enough(found: Iterable[_Found], likeness: Any, fewest: int) -> list[_Found]:
    """Let members go that the name does not hold for, but for the few that are nearest to the others."""
    kept = []
    for each in found:
        least = _NEAR * cohesion(each.members, likeness)
        nears = {n: nearness(n, each.members, likeness) for n in each.members if n not in each.name.holders}
        guests = sorted((-near, n) for n, near in nears.items() if near >= least)
        guests = guests[: int(_GUESTS * len(each.name.holders))]
        members = tuple(sorted([*each.name.holders, *(n for _, n in guests)]))
        if len(members) >= fewest:
            kept.append(replace(each, members=members))
    return kept


def _with_the_rest(found: Sequence[_Found], batch: _Batch) -> list[_Found]:
    """Let papers without a group join the nearest one, as long as its name stays true of it."""
    if not found:
        return []
    means = [cohesion(each.members, batch.likeness) for each in found]
    grouped = {n for each in found for n in each.members}
    wishes = []
    for n in range(len(batch.papers)):
        if n not in grouped:
            near = [nearness(n, each.members, batch.likeness) for each in found]
            best = max(range(len(found)), key=lambda k: near[k])
            if near[best] > 0 and near[best] >= _NEAR * means[best]:
                wishes.append((-near[best], n, best))
    wishes.sort()
    return [_grown(each, [n for _, n, best in wishes if best == k], batch) for k, each in enumerate(found)]


def _grown(group: _Found, wishing: Sequence[int], batch: _Batch) -> _Found:
    """Take in the papers that wish to join, one by one, or into a large group several at once: few of them
    cannot make its name false."""
    start = 0
    while start < len(wishing):
        end = start + max(1, len(group.members) // _LARGE)
        members = tuple(sorted((*group.members, *wishing[start:end])))
        name = next((name for name in batch.names(members) if name.text == group.name.text), None)
        if name is not None and len(members) <= (1 + _GUESTS) * len(name.holders):
            group = _Found(name=name, members=members)
        start = end
    return group


def _ranked(found: Iterable[_Found]) -> list[_Found]:
    return sorted(found, key=lambda each: (-len(each.members), -each.name.score, each.name.text))


def _group(found: _Found, batch: _Batch) -> Group:
    names = [name.text for name in batch.names(found.members) if name.text != found.name.text]
    return Group(
        name=found.name.text,
        papers=tuple(batch.papers[n].key for n in found.members),
        cohesion=round(cohesion(found.members, batch.likeness), _DIGITS),
        terms=tuple(names[:_TERMS]),
    )
