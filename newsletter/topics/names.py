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

# A name must be true of this share of a group: a phrase by its words (some of them in titles), a field by
# where the papers lean.
_PHRASE_SHARE = 0.6
_TITLE_SHARE = 0.3
_FIELD_SHARE = 0.6
_FEWEST = 3
_FEWEST_TITLES = 2  # for a phrase that no earlier title has
# A field is a sure but broad name: a phrase must be telling to beat it.
_FIELD_WORTH = 2.0
_ARCHIVE_WORTH = 1.5
# A phrase is whole if it ends (begins) a run of words in at least this share of its occurrences.
_WHOLE_END = 0.5
_WHOLE_BEGIN = 0.15
_MAX_CHARS = 45
_MIN_CHARS = 4
# Shares of other papers beyond which a phrase, or a word alone, says little; few other papers prove little.
_COMMON = 0.06
_COMMON_WORD = 0.04
_DOUBT = 20
_WORD_SHARE = 0.6
_WORD_WORTH = 0.5
_ALONE = 0.4

Field = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A heading, the papers it is true of, and how well it tells them from others."""

    text: str
    holders: frozenset[int]
    score: float


def ranked_names(
    group: Sequence[int], uses: Sequence[PhraseUse], fields: Sequence[Field], book: Phrasebook
) -> list[Name]:
    """List the headings that are true of a group, best first.

    `group` are positions in `uses` (the phrases of every paper) and `fields` (those it leans to, best first).
    """
    names = _phrase_names(group, uses, book) + _field_names(group, fields)
    return sorted(names, key=lambda name: (-name.score, name.text))


def _phrase_names(group: Sequence[int], uses: Sequence[PhraseUse], book: Phrasebook) -> list[Name]:
    inside = [uses[n] for n in group]
    members = set(group)
    outside = [use for n, use in enumerate(uses) if n not in members]
    counts = Counter(key for use in inside for key in use.occurrences)
    needed = max(min(_FEWEST, len(group)), ceil(_PHRASE_SHARE * len(group)))
    names = []
    for key, count in counts.items():
        titles = sum(key in use.titles for use in inside) if count >= needed else 0
        if titles < _TITLE_SHARE * len(group) or (key not in book.records and titles < _FEWEST_TITLES):
            continue
        elsewhere = _share_elsewhere(key, outside, book)
        record = pooled(key, inside, book.records.get(key))
        if _is_whole(record) and _is_telling(key, record, elsewhere, titles, len(group)):
            coverage = count / len(group)
            score = coverage * log(coverage / elsewhere) * (1 + titles / len(group))
            score *= 1 if " " in key else _WORD_WORTH
            holders = frozenset(n for n in group if key in uses[n].occurrences)
            names.append(Name(text=heading_case(record.surface), holders=holders, score=score))
    return names


def _share_elsewhere(key: str, outside: Sequence[PhraseUse], book: Phrasebook) -> float:
    """Estimate the share of other papers that hold a phrase, doubting a small number of them."""
    known = book.records.get(key)
    held = sum(key in use.occurrences for use in outside) + (known.papers if known else 0)
    return (held + 0.5) / (book.papers + len(outside) + _DOUBT)


def _is_whole(record: PhraseRecord) -> bool:
    return (
        _MIN_CHARS <= len(record.surface) <= _MAX_CHARS
        and record.ends >= _WHOLE_END * record.occurrences
        and record.begins >= _WHOLE_BEGIN * record.occurrences
    )


def _is_telling(key: str, record: PhraseRecord, elsewhere: float, titles: int, size: int) -> bool:
    """Whether a phrase is rare enough; a word alone must also be in most titles and need none before it."""
    if " " in key:
        return elsewhere <= _COMMON
    return (
        size > _FEWEST
        and elsewhere <= _COMMON_WORD
        and titles >= _WORD_SHARE * size
        and record.begins >= _ALONE * record.occurrences
    )


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
