"""How earlier papers name things: which phrases are whole and common, and how they are spelt."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from newsletter.topics.chunks import chunks_of, phrases_in, written
from newsletter.topics.notices import without_notices
from newsletter.topics.spelling import usual_spelling

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from newsletter.model import Paper
    from newsletter.topics.chunks import Occurrence

_MIN_TITLES = 2
_MAX_CHARS = 20_000  # of a title or an abstract; more is no abstract


@dataclass(frozen=True, slots=True)
class PhraseRecord:
    """What is known of a phrase: papers and titles that hold it, all its occurrences, how many of them begin
    and end a run of words (few do in a fragment such as "large language"), and its commonest spelling."""

    papers: int
    titles: int
    occurrences: int
    begins: int
    ends: int
    surface: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrasebook:
    """Records of the phrases of earlier titles, by their stems."""

    papers: int = 0
    records: Mapping[str, PhraseRecord] = field(default_factory=dict, hash=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PhraseUse:
    """The words of one paper and how often it has them, and its phrases with all their occurrences."""

    words: Mapping[str, int]
    titles: frozenset[str]
    occurrences: Mapping[str, Sequence[Occurrence]]


def phrases_of(paper: Paper) -> PhraseUse:
    """Read the phrases of a title and an abstract."""
    title = chunks_of(paper.title[:_MAX_CHARS])
    chunks = title + chunks_of(without_notices((paper.abstract or "")[:_MAX_CHARS]))
    occurrences: dict[str, list[Occurrence]] = {}
    for chunk in chunks:
        for key, occurrence in phrases_in(chunk):
            occurrences.setdefault(key, []).append(occurrence)
    return PhraseUse(
        words=Counter([stem for chunk in chunks for token in chunk for stem in token.stem_list]),
        titles=frozenset(key for chunk in title for key, _ in phrases_in(chunk)),
        occurrences=occurrences,
    )


def phrasebook_of(uses: Sequence[PhraseUse]) -> Phrasebook:
    """Record the phrases that stand in at least two titles."""
    titles = Counter(key for use in uses for key in use.titles)
    kept = {key: _Tally() for key, count in sorted(titles.items()) if count >= _MIN_TITLES}
    for use in uses:
        for key in use.occurrences.keys() & kept.keys():
            kept[key].add(use, key)
    return Phrasebook(papers=len(uses), records={key: tally.record() for key, tally in kept.items()})


def pooled(key: str, uses: Iterable[PhraseUse], known: PhraseRecord | None) -> PhraseRecord:
    """Put what earlier papers tell of a phrase together with what these tell."""
    tally = _Tally(known)
    for use in uses:
        if key in use.occurrences:
            tally.add(use, key)
    return tally.record()


class _Tally:
    """Counts one phrase over papers."""

    def __init__(self, known: PhraseRecord | None = None) -> None:
        self._spellings: Counter[str] = Counter()
        self._papers = self._titles = self._occurrences = self._begins = self._ends = 0
        if known is not None:
            self._papers, self._titles, self._occurrences = known.papers, known.titles, known.occurrences
            self._begins, self._ends = known.begins, known.ends
            self._spellings[known.surface] = known.occurrences

    def add(self, use: PhraseUse, key: str) -> None:
        found = use.occurrences[key]
        self._papers += 1
        self._titles += key in use.titles
        self._occurrences += len(found)
        self._begins += sum(start == 0 for _, start, _ in found)
        self._ends += sum(end == len(chunk) for chunk, _, end in found)
        self._spellings.update(written(occurrence) for occurrence in found)

    def record(self) -> PhraseRecord:
        return PhraseRecord(
            self._papers,
            self._titles,
            self._occurrences,
            self._begins,
            self._ends,
            usual_spelling(self._spellings),
        )
