"""Groups among the papers that fit no section."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from newsletter.model import PaperKey
from newsletter.topics.fields import archive_heading, field_heading
from newsletter.topics.names import ranked_names
from newsletter.topics.phrasebook import Phrasebook, phrases_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from newsletter.model import Paper
    from newsletter.topics.names import Field, Name
    from newsletter.topics.phrasebook import PhraseUse
    from newsletter.topics.space import Bearings, TopicSpace

_DIGITS = 6  # more would be noise of floating point
_FIELDS_OF_A_PAPER = 2
_TERMS = 5
_SURE = 1.0  # of papers whose words lean this far to a field, four in five have it among their categories
# A member the name does not hold for stays if it is at least this near to the others, as a share of the mean.
_NEAR = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Papers that belong together though nobody configured a section for them. `name` can be a heading,
    `cohesion` (-1 to 1) is how alike two of them are on average, `terms` what else they share."""

    name: str
    papers: tuple[PaperKey, ...]
    cohesion: float
    terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    name: Name
    members: tuple[int, ...]


def discover(
    papers: Sequence[Paper],
    *,
    space: TopicSpace | None = None,
    phrases: Phrasebook | None = None,
    max_groups: int = 5,
    min_papers: int = 3,
) -> tuple[Group, ...]:
    """Find groups that deserve a heading, largest first; a paper is in one at most, many are in none.

    Which papers belong together is read from `space`, what to call them from `phrases`; without them the
    papers alone must tell. The order of papers changes nothing, and one that comes twice counts once.
    """
    unique = list({paper.key: paper for paper in sorted(papers, key=_content)}.values())
    if len(unique) < max(min_papers, 2) or max_groups < 1:
        return ()
    from newsletter.topics.space import bearings  # noqa: PLC0415 - numpy and scipy take a fifth of a second

    uses = [phrases_of(paper) for paper in unique]
    seen = bearings([use.words for use in uses], space)
    fields = [_fields_of(paper, row, seen.fields) for paper, row in zip(unique, seen.leanings, strict=True)]
    book = phrases or Phrasebook()
    found = _search(seen.likeness, uses, fields, book, parts=max_groups, fewest=max(min_papers, 2))
    found = _near_enough(_joined(found), seen.likeness, max(min_papers, 2))
    ranked = sorted(found, key=lambda each: (-len(each.members), -each.name.score, each.name.text))
    return tuple(_group(each, unique, seen, uses, fields, book) for each in ranked[:max_groups])


def partition(likeness: Any, parts: int) -> list[tuple[int, ...]]:
    """Cut papers into parts of like ones (Ward, 1963), at most one part per paper."""
    return [_leaves(node) for node in _cut(_tree(likeness), parts)]


def _content(paper: Paper) -> tuple[str, str, str]:
    return paper.key, paper.title, paper.abstract or ""


def _fields_of(paper: Paper, leanings: Any, fields: Sequence[str]) -> Field:
    """Take the categories a paper states, else those its words lean to, if they can be a heading."""
    stated = [c for c in paper.categories or () if field_heading(c) or archive_heading(c)]
    if stated:
        return tuple(stated[:_FIELDS_OF_A_PAPER])
    ranked = sorted(zip(-leanings, fields, strict=True))
    usable = [category for leaning, category in ranked if -leaning >= _SURE and field_heading(category)]
    return tuple(usable[:_FIELDS_OF_A_PAPER])


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
        if highest.is_leaf():
            break
        nodes.remove(highest)
        nodes += [highest.left, highest.right]
    return nodes


def _leaves(node: Any) -> tuple[int, ...]:
    return tuple(sorted(node.pre_order()))


def _search(
    likeness: Any,
    uses: Sequence[PhraseUse],
    fields: Sequence[Field],
    book: Phrasebook,
    *,
    parts: int,
    fewest: int,
) -> list[_Found]:
    """Name the parts of the tree; one without a name may have halves with one."""
    waiting = _cut(_tree(likeness), max(1, min(parts, len(uses) // fewest)))
    found = []
    while waiting:
        node = waiting.pop()
        members = _leaves(node)
        if len(members) < fewest:
            continue
        names = ranked_names(members, uses, fields, book)
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


def _group(
    found: _Found,
    papers: Sequence[Paper],
    seen: Bearings,
    uses: Sequence[PhraseUse],
    fields: Sequence[Field],
    book: Phrasebook,
) -> Group:
    names = ranked_names(found.members, uses, fields, book)
    return Group(
        name=found.name.text,
        papers=tuple(papers[n].key for n in found.members),
        cohesion=round(_cohesion(found.members, seen.likeness), _DIGITS),
        terms=tuple(name.text for name in names if name.text != found.name.text)[:_TERMS],
    )
