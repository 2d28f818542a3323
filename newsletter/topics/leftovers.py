"""Groups among the papers that fit no section."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from newsletter.model import PaperKey, Placement
from newsletter.topics.fields import archive_heading, field_heading
from newsletter.topics.landscape import Landscape, shipped_landscape
from newsletter.topics.names import ranked_names
from newsletter.topics.phrasebook import phrases_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from newsletter.model import Paper
    from newsletter.topics.names import Field, Name
    from newsletter.topics.phrasebook import Phrasebook, PhraseUse
    from newsletter.topics.space import Bearings

_DIGITS = 6  # more would be noise of floating point
_FEWEST = 2  # papers that can be alike
_FIELDS_OF_A_PAPER = 2
_TERMS = 5
_SURE = 1.0  # of papers whose words lean this far to a field, three in four have it among their categories
# A member the name does not hold for stays if it is at least this near to the others, as a share of the mean.
_NEAR = 0.5
_SAME = 0.5  # parts no farther apart than this are one: a paper and its twin


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
    """Papers and what is known of each, all in one order."""

    papers: Sequence[Paper]
    uses: Sequence[PhraseUse]
    fields: Sequence[Field]
    likeness: Any
    book: Phrasebook

    def names(self, members: Sequence[int]) -> list[Name]:
        return ranked_names(members, self.uses, self.fields, self.book)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    name: Name
    members: tuple[int, ...]


def discover(
    papers: Sequence[Paper],
    *,
    landscape: Landscape | None = None,
    max_groups: int = 5,
    min_papers: int = 3,
) -> tuple[Group, ...]:
    """Find groups that deserve a heading, largest first; a paper is in one at most, many are in none.

    The shipped landscape tells which papers belong together and what people call that; another may be given,
    and the empty one leaves it to the papers alone. The order of papers changes nothing, and one that comes
    twice counts once.
    """
    unique = list({paper.key: paper for paper in sorted(papers, key=_content)}.values())
    fewest = max(min_papers, _FEWEST)
    if len(unique) < fewest or max_groups < 1:
        return ()
    batch = _read(unique, landscape or shipped_landscape())
    found = _near_enough(_joined(_search(batch, parts=max_groups, fewest=fewest)), batch.likeness, fewest)
    ranked = sorted(found, key=lambda each: (-len(each.members), -each.name.score, each.name.text))
    return tuple(_group(each, batch) for each in ranked[:max_groups])


def with_groups(placements: Sequence[Placement], groups: Iterable[Group]) -> tuple[Placement, ...]:
    """Enter the groups in the placements that have no section."""
    names = {key: group.name for group in groups for key in group.papers}
    return tuple(
        replace(placement, group=names.get(placement.paper.key)) if placement.section is None else placement
        for placement in placements
    )


def partition(likeness: Any, parts: int) -> list[tuple[int, ...]]:
    """Cut papers into parts of like ones (Ward, 1963), at most one part per paper."""
    return [_leaves(node) for node in _cut(_tree(likeness), parts)]


def _content(paper: Paper) -> tuple[str, str, str]:
    return paper.key, paper.title, paper.abstract or ""


def _read(papers: Sequence[Paper], landscape: Landscape) -> _Batch:
    from newsletter.topics.space import bearings  # noqa: PLC0415 - numpy and scipy take a fifth of a second

    uses = [phrases_of(paper) for paper in papers]
    seen = bearings([use.words for use in uses], landscape.space)
    fields = [_fields_of(paper, row, seen) for paper, row in zip(papers, seen.leanings, strict=True)]
    return _Batch(papers=papers, uses=uses, fields=fields, likeness=seen.likeness, book=landscape.phrases)


def _fields_of(paper: Paper, leanings: Any, seen: Bearings) -> Field:
    """Take the categories a paper states, else those its words lean to; none if the first is unsure."""
    stated = [c for c in paper.categories or () if field_heading(c) or archive_heading(c)]
    if stated:
        return tuple(stated[:_FIELDS_OF_A_PAPER])
    ranked = sorted(zip(-leanings, seen.fields, leanings * seen.trust, strict=True))
    nearest = [(c, sureness) for _, c, sureness in ranked if field_heading(c)][:_FIELDS_OF_A_PAPER]
    if not nearest or nearest[0][1] < _SURE:
        return ()
    return tuple(category for category, sureness in nearest if sureness >= _SURE)


def _tree(likeness: Any) -> Any:
    import numpy as np  # noqa: PLC0415 - see `discover`
    from scipy.cluster.hierarchy import linkage, to_tree  # noqa: PLC0415

    own = np.diag(likeness)
    squares = own[:, None] + own[None, :] - 2 * likeness
    distances = np.round(np.sqrt(np.maximum(squares, 0)), _DIGITS)
    return to_tree(linkage(distances[np.triu_indices(len(own), 1)], "ward"))


def _cut(root: Any, parts: int) -> list[Any]:
    """Undo the highest joins until there are enough parts."""
    nodes = [root]
    while len(nodes) < parts:
        highest = max(nodes, key=lambda node: (node.dist, node.id))
        if highest.is_leaf() or highest.dist <= _SAME:
            break
        nodes.remove(highest)
        nodes += [highest.left, highest.right]
    return nodes


def _leaves(node: Any) -> tuple[int, ...]:
    return tuple(sorted(node.pre_order()))


def _search(batch: _Batch, *, parts: int, fewest: int) -> list[_Found]:
    """Name the parts of the tree; one without a name may have halves with one."""
    waiting = _cut(_tree(batch.likeness), max(1, min(parts, len(batch.papers) // fewest)))
    found = []
    while waiting:
        node = waiting.pop()
        members = _leaves(node)
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
    joined: dict[str, _Found] = {}
    for each in found:
        known = joined.get(each.name.text.casefold())
        if known is not None:
            holders = known.name.holders | each.name.holders
            name = replace(known.name, holders=holders, score=max(known.name.score, each.name.score))
            members = tuple(sorted(known.members + each.members))
            joined[each.name.text.casefold()] = _Found(name=name, members=members)
        else:
            joined[each.name.text.casefold()] = each
    return list(joined.values())


def _near_enough(found: Iterable[_Found], likeness: Any, fewest: int) -> list[_Found]:
    """Let members go that the name does not hold for and that are far from the others."""
    kept = []
    for each in found:
        mean = _cohesion(each.members, likeness)
        members = tuple(
            n
            for n in each.members
            if n in each.name.holders or _nearness(n, each.members, likeness) >= _NEAR * mean
        )
        if len(members) >= fewest:
            kept.append(replace(each, members=members))
    return kept


def _nearness(member: int, members: Sequence[int], likeness: Any) -> float:
    others = [n for n in members if n != member]
    return float(likeness[member, others].mean())


def _cohesion(members: Sequence[int], likeness: Any) -> float:
    return sum(_nearness(n, members, likeness) for n in members) / len(members)


def _group(found: _Found, batch: _Batch) -> Group:
    names = [name.text for name in batch.names(found.members) if name.text != found.name.text]
    return Group(
        name=found.name.text,
        papers=tuple(batch.papers[n].key for n in found.members),
        cohesion=round(_cohesion(found.members, batch.likeness), _DIGITS),
        terms=tuple(names[:_TERMS]),
    )
