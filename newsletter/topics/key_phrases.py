"""The phrases that tell some papers from others, as their authors write them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from math import ceil, log
from typing import TYPE_CHECKING

from newsletter.topics.notices import without_notices
from newsletter.topics.words import words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from newsletter.model import Paper, PaperKey
    from newsletter.topics.phrases import Phrase

_MAX_CHUNKS = 4
_MIN_RATIO = 2.5
_LENGTH_BONUS = {1: 0.7, 2: 1.0}
_LONG_BONUS = 1.1
# A longer phrase says the same if it stands in nearly as many papers.
_SAME = 0.7
_MIN_SHARE = 0.03
_CLAUSE_END = re.compile(r"[.,;:!?()\[\]{}\"“”]+(?:\s|$)|\s[-–—]\s|\n|(?<=\s)[(\[\"“]")
_EDGES = "\"'“”‘’().,;:!?[]{}*`"
# Endings of words that describe others: no phrase ends with them.
_DESCRIBING = ("ed", "ly", "al", "ive", "able", "ible", "ous", "ful", "less", "ant", "est", "ary")
_A_WORD = 5
_MAX_CHARS = 60
# The prose of any abstract: no phrase begins or ends with these.
_PROSE = frozenset(
    """
    large-scale high-quality high-fidelity data-driven general-purpose fine-grained post-hoc top-tier
    cutting-edge two-stage three-stage multi-stage end-to-end plug-and-play well-known long-standing
    ability able accurate achieve achieving additional address adopt advance advanced aim allow analysi
    analysis analyze application apply applied approach argue aspect attention-grabbing available average
    based baseline become better broad capability capable capture case challenge challenging code
    combine common compare comparison competitive complex complexity component comprehensive compared
    conduct consider consistently consist contribution construct cost create critical crucial current
    demonstrate demonstrating design despite detail develop developed different difficult diverse due
    effect effective effectively effectiveness efficiency efficient efficiently employ enable enabling
    enhance enhanced ensure establish evaluate evaluating evaluation evidence example existing
    experiment experimental explore extend extensive facilitate fail feature final find finding first
    five focu focus form found four framework full fully fundamental future gap general generally given
    goal good great growing high higher highlight highly idea identify impact implement important
    improve improved improvement improving include including incorporate increase increasing
    increasingly insight integrate integrating introduce introducing investigate issue key known lack
    large largely latest lead leading leverage leveraging like limit limitation limited line little long
    low lower main maintain make making method mitigate modern multiple natural need new nine notable
    notably novel number observe obtain obtained offer one open order original outperform outperforming
    overall paper part particular particularly perform performance performing point popular possible
    potential powerful practical present presented presenting previou previous previously primarily prior
    problem proces process produce promising proper properly property propose proposed proposing provide
    providing public publicly question range rapid rate real real-world recent recently reduce reduced
    reducing related relevant rely remain remaining report represent require requiring research result
    resulting reveal rich robust role scenario second sense set setting seven seriou setup severe show
    showing shown significant significantly similar simple simply single six solution solve source
    specific specifically standard state state-of-the-art step strategy strong study studying substantial
    substantially success successful suffer suggest support surpas systematic systematically tackle take
    technique ten term test than third three time toward traditional two type typical typically
    understand understanding unified unique use used useful user using utilize validate value variety
    variou various vast version well wide widely work world yet yield zero
    """.split()  # noqa: SIM905 - hundreds of quoted words read worse
)
# What papers of every field are about: good only beside another word.
_TOO_WIDE = frozenset(
    """
    ai sota agent algorithm architecture art benchmark computer context control data dataset deep distribution
    domain environment function generation generative graph human image information input inference
    knowledge language layer learning level machine mechanism model modeling module network neural
    object optimization output parameter policy prediction quality reasoning representation robustness
    sample scale science sequence signal space structure system target task text token tool training
    video vision visual pipeline paradigm
    """.split()  # noqa: SIM905 - the same
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPhrase:
    """A phrase as it is mostly written, its stems, and in how many papers of the group and of the others it
    stands."""

    text: str
    stems: Phrase
    inside: int
    outside: int
    score: float


class PhraseTable:
    """The phrases that at least two of some papers share; read once, asked often."""

    def __init__(self, papers: Iterable[Paper]) -> None:
        spellings: defaultdict[Phrase, Counter[str]] = defaultdict(Counter)
        rows: dict[PaperKey, tuple[list[Phrase], frozenset[str]]] = {}
        interned: dict[Phrase, Phrase] = {}
        for paper in papers:
            found = _phrases_of(paper)
            rows[paper.key] = (
                [interned.setdefault(stems, stems) for stems in found],
                frozenset(word.stem for word in words_of(paper.title)),
            )
            for stems, text in found.items():
                spellings[stems][text] += 1
        shared = {stems for stems, counter in spellings.items() if counter.total() > 1}
        self.spellings = {stems: _commonest(spellings[stems]) for stems in shared}
        self._phrases = {key: shared.intersection(found) for key, (found, _) in rows.items()}
        self._titles = {key: title for key, (_, title) in rows.items()}

    def of(self, key: PaperKey) -> AbstractSet[Phrase]:
        """Give the phrases of a paper that another one has as well."""
        return self._phrases[key]

    def counts(self, keys: Iterable[PaperKey]) -> Counter[Phrase]:
        """Count the papers that each phrase stands in."""
        return Counter(stems for key in keys for stems in self._phrases[key])

    def titled(self, keys: Iterable[PaperKey]) -> Counter[Phrase]:
        """Count the papers whose title has all the words of a phrase."""
        return Counter(
            stems for key in keys for stems in self._phrases[key] if self._titles[key].issuperset(stems)
        )


def key_phrases(
    inside: Sequence[PaperKey],
    outside: Sequence[PaperKey],
    table: PhraseTable,
    *,
    limit: int = 10,
    min_papers: int = 2,
    without: Iterable[Phrase] = (),
) -> tuple[KeyPhrase, ...]:
    """Give the phrases that are common `inside` and rare `outside`, the most telling first.

    None says the same as another, or contains one of `without`. The order of papers changes nothing.
    """
    counts, titled, others = table.counts(inside), table.titled(inside), table.counts(outside)
    least = max(min_papers, ceil(_MIN_SHARE * len(inside)))
    found = []
    for stems in _whole({stems: count for stems, count in counts.items() if count >= least}):
        ratio = (counts[stems] + 0.5) / (others[stems] + 0.5) * (len(outside) + 1) / (len(inside) + 1)
        if (outside and ratio < _MIN_RATIO) or not _is_telling(stems, table.spellings[stems], titled[stems]):
            continue
        weight = (counts[stems] + titled[stems]) * _LENGTH_BONUS.get(len(stems), _LONG_BONUS)
        found.append(
            KeyPhrase(
                text=table.spellings[stems],
                stems=stems,
                inside=counts[stems],
                outside=others[stems],
                score=weight * (log(ratio) if outside else 1.0),
            )
        )
    return _distinct(sorted(found, key=lambda one: (-one.score, one.stems)), tuple(without), limit)


def contains(longer: Phrase, shorter: Phrase) -> bool:
    """Tell whether a phrase stands within another."""
    return any(
        longer[start : start + len(shorter)] == shorter for start in range(len(longer) - len(shorter) + 1)
    )


def _phrases_of(paper: Paper) -> dict[Phrase, str]:
    """Give the phrases of a paper and how it writes each: neighbours within a clause, none of them a word of
    mere prose. What a hyphen joins is never parted."""
    found: dict[Phrase, str] = {}
    for clause in (*_clauses(without_notices(paper.abstract or "")), *_clauses(paper.title)):
        for run in _runs(clause):
            for start in range(len(run)):
                for end in range(start + 1, min(start + _MAX_CHUNKS, len(run)) + 1):
                    window = run[start:end]
                    stems = tuple(stem for _, stems in window for stem in stems)
                    found.setdefault(stems, " ".join(text for text, _ in window))
    return found


def _clauses(text: str) -> list[str]:
    return [clause for clause in _CLAUSE_END.split(text) if clause]


def _runs(clause: str) -> Iterator[list[tuple[str, Phrase]]]:
    """Yield the stretches between joining words, words of prose and numbers, as (written, stems)."""
    run: list[tuple[str, Phrase]] = []
    for chunk in clause.split():
        words = words_of(chunk)
        stems = tuple(word.stem for word in words)
        if words and all(word.says_something for word in words) and not _is_prose(stems):
            run.append((chunk.strip(_EDGES), stems))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _is_prose(stems: Phrase) -> bool:
    return "-".join(stems) in _PROSE or not _has_letters(stems)


def _has_letters(stems: Phrase) -> bool:
    return any(char.isalpha() for char in stems[0]) and sum(map(len, stems)) > 1


def _whole(counts: Mapping[Phrase, int]) -> list[Phrase]:
    """Drop the phrases that hardly ever stand outside one longer phrase."""
    within: set[Phrase] = set()
    for longer, count in counts.items():
        for length in range(1, len(longer)):
            for start in range(len(longer) - length + 1):
                shorter = longer[start : start + length]
                if count >= _SAME * counts.get(shorter, count + 1):
                    within.add(shorter)
    return [stems for stems in counts if stems not in within]


def _is_telling(stems: Phrase, text: str, titled: int) -> bool:
    """A word alone must be a name or stand in titles; no phrase ends with a word that describes another."""
    if len(text) > _MAX_CHARS or _describes(text.rsplit(maxsplit=1)[-1]):
        return False
    if len(stems) > 1:
        return not all(stem in _TOO_WIDE for stem in stems)
    return stems[0] not in _TOO_WIDE and (titled > 1 or _is_acronym(text))


def _describes(word: str) -> bool:
    return len(word) >= _A_WORD and word[1:].islower() and word.endswith(_DESCRIBING)


def _is_acronym(text: str) -> bool:
    return sum(char.isupper() for char in text) > 1


def _commonest(spellings: Counter[str]) -> str:
    return min(spellings, key=lambda text: (-spellings[text], text))


def _distinct(ranked: Sequence[KeyPhrase], without: Sequence[Phrase], limit: int) -> tuple[KeyPhrase, ...]:
    kept: list[KeyPhrase] = []
    for phrase in ranked:
        if len(kept) == limit:
            break
        if any(contains(phrase.stems, known) for known in without):
            continue
        if not any(_says_the_same(phrase, other) for other in kept):
            kept.append(phrase)
    return tuple(kept)


def _says_the_same(phrase: KeyPhrase, kept: KeyPhrase) -> bool:
    """Tell pieces of each other, and pieces of one longer phrase."""
    one, other = phrase.stems, kept.stems
    return contains(one, other) or contains(other, one) or _continues(one, other) or _continues(other, one)


def _continues(first: Phrase, second: Phrase) -> bool:
    return any(first[-length:] == second[:length] for length in range(2, min(len(first), len(second))))
