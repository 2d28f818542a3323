"""How earlier papers write the names of things: which phrases are whole, how common they are, their spelling."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from newsletter.topics.chunks import chunks_of, phrases_in
from newsletter.topics.notices import without_notices

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from newsletter.model import Paper

_MIN_TITLES = 2


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
    """The phrases of one paper: occurrences with what stands around them, and spellings."""

    titles: frozenset[str]
    counts: Mapping[str, int]
    begins: Mapping[str, int]
    ends: Mapping[str, int]
    spellings: Mapping[str, Counter[str]]


def phrases_of(paper: Paper) -> PhraseUse:
    """Read the phrases of a title and an abstract."""
    counts: Counter[str] = Counter()
    begins: Counter[str] = Counter()
    ends: Counter[str] = Counter()
    spellings: defaultdict[str, Counter[str]] = defaultdict(Counter)
    titles = set()
    for text, is_title in ((paper.title, True), (without_notices(paper.abstract or ""), False)):
        for chunk in chunks_of(text):
            for key, words, at_start, at_end in phrases_in(chunk):
                counts[key] += 1
                begins[key] += at_start
                ends[key] += at_end
                spellings[key][" ".join([word.surface for word in words])] += 1
                if is_title:
                    titles.add(key)
    return PhraseUse(titles=frozenset(titles), counts=counts, begins=begins, ends=ends, spellings=spellings)


def phrasebook_of(papers: Iterable[Paper]) -> Phrasebook:
    """Record the phrases that stand in at least two titles."""
    held: Counter[str] = Counter()
    titles: Counter[str] = Counter()
    occurrences: Counter[str] = Counter()
    begins: Counter[str] = Counter()
    ends: Counter[str] = Counter()
    spellings: defaultdict[str, Counter[str]] = defaultdict(Counter)
    total = 0
    for paper in papers:
        total += 1
        use = phrases_of(paper)
        held.update(use.counts.keys())
        titles.update(use.titles)
        occurrences.update(use.counts)
        begins.update(use.begins)
        ends.update(use.ends)
        for key, written in use.spellings.items():
            spellings[key].update(written)
    return Phrasebook(
        papers=total,
        records={
            key: PhraseRecord(
                papers=held[key],
                titles=count,
                occurrences=occurrences[key],
                begins=begins[key],
                ends=ends[key],
                surface=commonest(spellings[key]),
            )
            for key, count in sorted(titles.items())
            if count >= _MIN_TITLES
        },
    )


def commonest(spellings: Counter[str]) -> str:
    """Choose a spelling: lower case tells more than a title's capitals, which every word may have."""
    folded: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for surface, count in spellings.items():
        folded[surface.casefold()][surface] += count
    best = max(sorted(folded), key=lambda key: folded[key].total())
    return max(sorted(folded[best]), key=lambda s: (folded[best][s], sum(map(str.islower, s))))
