"""Papers that share a phrase, as groups named by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.topics.key_phrases import PhraseTable, key_phrases

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsletter.model import Paper, PaperKey

_MAX_SHARE = 0.5
_FEW = 10
_TERMS = 5
_CANDIDATES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Papers that belong together; `name` can be a heading, `cohesion` (0 to 1) says how close they are."""

    name: str
    papers: tuple[PaperKey, ...]
    cohesion: float
    terms: tuple[str, ...]


def discover(
    papers: Sequence[Paper],
    *,
    max_groups: int = 5,
    min_papers: int = 3,
) -> tuple[Group, ...]:
    """Find groups of papers, the largest first; a paper is in one group or in none.

    The best phrase that enough papers share makes a group of them, then the best of the papers that are
    left.
    """
    table = PhraseTable(papers)
    rest = sorted({paper.key for paper in papers})
    groups: list[Group] = []
    while len(groups) < max_groups and len(rest) >= min_papers:
        group = _best_group(rest, table, min_papers)
        if group is None:
            break
        groups.append(group)
        taken = set(group.papers)
        rest = [key for key in rest if key not in taken]
    return tuple(sorted(groups, key=lambda group: (-len(group.papers), group.name)))


def _best_group(keys: Sequence[PaperKey], table: PhraseTable, min_papers: int) -> Group | None:
    most = len(keys) if len(keys) <= _FEW else int(len(keys) * _MAX_SHARE)
    shared = [
        phrase
        for phrase in key_phrases(keys, (), table, limit=_CANDIDATES, min_papers=min_papers)
        if phrase.inside <= most
    ]
    best = max(shared, key=lambda one: (one.score, one.stems), default=None)
    if best is None:
        return None
    members = [key for key in keys if best.stems in table.of(key)]
    others = [key for key in keys if best.stems not in table.of(key)]
    return Group(
        name=best.text[:1].upper() + best.text[1:],
        papers=tuple(members),
        cohesion=table.titled(members)[best.stems] / len(members),
        terms=tuple(phrase.text for phrase in key_phrases(members, others, table, limit=_TERMS)),
    )
