"""Phrases that many papers of a group have and few others: the stuff of headings."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.topics.phrasebook import pooled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsletter.topics.phrasebook import Phrasebook, PhraseRecord, PhraseUse

_FEWEST = 2
_FEWEST_TITLES = 2  # for a phrase that no earlier title has
# A phrase is whole if it ends (begins) a run of words in at least this share of its occurrences.
_WHOLE_END = 0.5
_WHOLE_BEGIN = 0.15
_MAX_CHARS = 45
_MIN_CHARS = 4
# Shares of other papers beyond which a phrase, or a word alone, says little; few other papers prove little.
_COMMON = 0.06
_COMMON_WORD = 0.04
_DOUBT = 20
# A word alone must be in most titles of more than a few papers, and need none before it.
_FEW = 3
_TITLE_SHARE = 0.6
_ALONE = 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonPhrase:
    """A phrase of a group: the papers that have it (`holders`) or at least all its words somewhere
    (`having_words`), in how many titles it stands, and the share of other papers that have it."""

    key: str
    surface: str
    holders: frozenset[int]
    having_words: frozenset[int]
    titles: int
    elsewhere: float
    begins: float

    @property
    def words(self) -> int:
        """How many stems it has."""
        return self.key.count(" ") + 1

    def is_a_name_alone(self, size: int) -> bool:
        """Whether a single word can head a group of that size."""
        return (
            size > _FEW
            and self.elsewhere <= _COMMON_WORD
            and self.titles >= _TITLE_SHARE * size
            and self.begins >= _ALONE
        )

    def shares_a_word_with(self, other: CommonPhrase) -> bool:
        """Whether both together would repeat themselves."""
        return not set(self.key.split()).isdisjoint(other.key.split())


def common_phrases(
    group: Sequence[int], uses: Sequence[PhraseUse], book: Phrasebook, *, share: float
) -> list[CommonPhrase]:
    """List the whole phrases that at least `share` of a group has and few other papers have."""
    inside = [uses[n] for n in group]
    members = set(group)
    outside = [use for n, use in enumerate(uses) if n not in members]
    counts = Counter(key for use in inside for key in use.occurrences)
    needed = max(_FEWEST, share * len(group))
    found = []
    for key in sorted(key for key, count in counts.items() if count >= needed):
        titles = sum(key in use.titles for use in inside)
        if not titles or (key not in book.records and titles < _FEWEST_TITLES):
            continue
        elsewhere = _share_elsewhere(key, outside, book)
        record = pooled(key, inside, book.records.get(key))
        if elsewhere > _COMMON or not _is_whole(record):
            continue
        stems = key.split()
        found.append(
            CommonPhrase(
                key=key,
                surface=record.surface,
                holders=frozenset(n for n in group if key in uses[n].occurrences),
                having_words=frozenset(n for n in group if all(stem in uses[n].words for stem in stems)),
                titles=titles,
                elsewhere=elsewhere,
                begins=record.begins / max(record.occurrences, 1),
            )
        )
    return found


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
