"""A heading for a group of papers: a phrase they share, written as a person would."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import ceil, log
from typing import TYPE_CHECKING

from newsletter.topics.fields import archive_heading, field_heading
from newsletter.topics.phrasebook import pooled
from newsletter.topics.spelling import heading_case

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from newsletter.topics.phrasebook import Phrasebook, PhraseRecord, PhraseUse

# What share of a group a name must be true of: a phrase by its words, a field by where the papers lean.
_PHRASE_SHARE = 0.6
_FIELD_SHARE = 0.6
_WORD_SHARE = 0.6
_ALONE = 0.4
# A field is a sure but broad name: a phrase must be telling to beat it.
_FIELD_WORTH = 2.0
_ARCHIVE_WORTH = 1.5
_FEWEST = 3
# A phrase is whole if it ends (begins) a run of words in at least this share of its occurrences.
_WHOLE_END = 0.5
_WHOLE_BEGIN = 0.15
_MAX_CHARS = 45
_MIN_CHARS = 4
# A word alone is a heading only when it is rare elsewhere; so is nothing that one paper in seven holds.
_COMMON = 0.15
_COMMON_WORD = 0.04


Field = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A heading, the papers it is true of, and how well it tells them from others."""

    text: str
    holders: frozenset[int]
    score: float


def ranked_names(group: Sequence[int], uses: Sequence[PhraseUse], fields: Sequence[Field], book: Phrasebook) -> list[Name]:
    """List the headings that are true of a group, best first.

    `group` are positions in `uses` (the phrases of every paper) and `fields` (those each leans to, best first).
    """
    names = _phrase_names(group, uses, book) + _field_names(group, fields)
    return sorted(names, key=lambda name: (-name.score, name.text))


def _phrase_names(group: Sequence[int], uses: Sequence[PhraseUse], book: Phrasebook) -> list[Name]:
    inside = Counter(key for n in group for key in uses[n].occurrences)
    needed = max(min(_FEWEST, len(group)), ceil(_PHRASE_SHARE * len(group)))
    frequent = {key: count for key, count in inside.items() if count >= needed}
    members = set(group)
    others = [use for n, use in enumerate(uses) if n not in members]
    names = []
    for key, count in frequent.items():
        titles = sum(key in uses[n].titles for n in group)
        record = pooled(key, [uses[n] for n in group], book.records.get(key))
        if not _is_heading(key, record, titles, len(group), book):
            continue
        coverage = count / len(group)
        elsewhere = (record.papers - count + 0.5 + sum(key in use.occurrences for use in others)) / (
            book.papers + len(others) + 1
        )
        score = coverage * log(coverage / elsewhere) * (1 + titles / len(group))
        if score > 0:
            holders = frozenset(n for n in group if key in uses[n].occurrences)
            names.append(Name(text=heading_case(record.surface), holders=holders, score=score))
    return names


def _is_heading(key: str, record: PhraseRecord, titles: int, size: int, book: Phrasebook) -> bool:
    common = record.papers / (book.papers + size)
    return (
        (key in book.records or titles >= 2)
        and _MIN_CHARS <= len(record.surface) <= _MAX_CHARS
        and record.ends >= _WHOLE_END * record.occurrences
        and record.begins >= _WHOLE_BEGIN * record.occurrences
        and (common <= _COMMON if " " in key else common <= _COMMON_WORD and _stands_alone(record, titles, size))
    )


def _stands_alone(record: PhraseRecord, titles: int, size: int) -> bool:
    """Whether a single word is a name: most titles have it, and it seldom needs a word before it."""
    return titles >= _WORD_SHARE * size and record.begins >= _ALONE * record.occurrences


def _field_names(group: Sequence[int], fields: Sequence[Field]) -> list[Name]:
    """Name a group after a field, or where its papers agree on no field, after an archive of fields."""
    narrow = _held(group, fields, field_heading)
    broad = _held(group, fields, archive_heading)
    names = []
    for held, worth in ((narrow, _FIELD_WORTH), (broad, _ARCHIVE_WORTH)):
        for heading, holders in held.items():
            coverage = sum(holders.values()) / len(group)
            if len(holders) >= _FEWEST and coverage >= _FIELD_SHARE:
                names.append(Name(text=heading, holders=frozenset(holders), score=coverage * worth))
    return names


def _held(
    group: Sequence[int], fields: Sequence[Field], heading_of: Callable[[str], str | None]
) -> dict[str, dict[int, float]]:
    """Say for each heading how far each paper holds it: the first field wholly, the second by half."""
    held: dict[str, dict[int, float]] = {}
    for n in group:
        for share, category in zip((1.0, 0.5), fields[n], strict=False):
            heading = heading_of(category)
            if heading is not None:
                holders = held.setdefault(heading, {})
                holders[n] = max(holders.get(n, 0.0), share)
    return held
