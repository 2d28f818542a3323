"""Many texts at once as arrays of numbered words."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from newsletter.topics.notices import without_notices
from newsletter.topics.words import joining_words, joins, stem_of, surfaces_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from newsletter.model import Paper
    from newsletter.topics.phrases import Phrase

# A pair of neighbours is one number: the first stem's in the upper half, the second's in the lower.
_HALF = 32
_BREAK = ""  # stands between two texts, so that no pair or phrase reaches over


class Lexicon:
    """Numbers stems, from 1; 0 is the break between texts. It grows with what it reads."""

    def __init__(self, stems: Iterable[str] = ()) -> None:
        self.stems = [_BREAK, *stems]
        self._numbers = {stem: number for number, stem in enumerate(self.stems)}
        self._telling = bytearray(b"\1") * len(self.stems)
        for stem in (_BREAK, *joining_words()):
            if stem in self._numbers:
                self._telling[self._numbers[stem]] = 0
        self._surfaces = _Surfaces(self)

    def number(self, stem: str) -> int:
        """Give the number of a stem, a new one to a new stem."""
        number = self._numbers.setdefault(stem, len(self.stems))
        if number == len(self.stems):
            self.stems.append(stem)
            self._telling.append(not joins(stem))
        return number

    @property
    def telling(self) -> Any:
        """Whether each stem says something, by its number."""
        return np.frombuffer(bytes(self._telling), dtype=bool)

    def numbers(self, surfaces: Sequence[str]) -> Any:
        """Number the words of a text."""
        return np.fromiter(map(self._surfaces.__getitem__, surfaces), dtype=np.int64, count=len(surfaces))

    def phrase(self, phrase: Phrase) -> tuple[int, ...]:
        """Number the stems of a phrase."""
        return tuple(self.number(stem) for stem in phrase)


class _Surfaces(dict[str, int]):
    """Remembers the number of each word as it is written."""

    def __init__(self, lexicon: Lexicon) -> None:
        super().__init__({_BREAK: 0})
        self._lexicon = lexicon

    def __missing__(self, surface: str) -> int:
        number = self[surface] = self._lexicon.number(stem_of(surface))
        return number


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Texts as one run of words: `words` are their numbers, `rows` says in which text each stands, `surfaces`
    how it is written, and `in_title` whether it stands in a title."""

    texts: int
    words: Any
    rows: Any
    in_title: Any
    surfaces: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The terms of texts in the order of the run: a stem's number or a pair's key, the text it stands in, and
    its first and last word."""

    keys: Any
    rows: Any
    starts: Any
    ends: Any


def read_papers(papers: Sequence[Paper], lexicon: Lexicon) -> Reading:
    """Read titles and abstracts."""
    fields = [
        field
        for paper in papers
        for field in (surfaces_of(paper.title), surfaces_of(without_notices(paper.abstract or "")))
    ]
    return _joined(fields, lexicon, per_text=2)


def read_texts(texts: Sequence[str], lexicon: Lexicon) -> Reading:
    """Read texts that have no title."""
    return _joined([surfaces_of(text) for text in texts], lexicon, per_text=1)


def _joined(fields: Sequence[list[str]], lexicon: Lexicon, *, per_text: int) -> Reading:
    for field in fields:
        field.append(_BREAK)
    surfaces = list(chain.from_iterable(fields))
    field_numbers = np.repeat(np.arange(len(fields)), [len(field) for field in fields])
    return Reading(
        texts=len(fields) // per_text,
        words=lexicon.numbers(surfaces),
        rows=field_numbers // per_text,
        in_title=(field_numbers % per_text == 0) if per_text > 1 else np.zeros(len(surfaces), dtype=bool),
        surfaces=surfaces,
    )


def single_terms(reading: Reading, telling: Any) -> Terms:
    """List the stems that say something."""
    places = np.flatnonzero(telling[reading.words])
    return Terms(keys=reading.words[places], rows=reading.rows[places], starts=places, ends=places)


def pair_terms(reading: Reading, telling: Any) -> Terms:
    """List the pairs of neighbours among the stems that say something, over joining words but not breaks."""
    places = np.flatnonzero(telling[reading.words] | (reading.words == 0))
    words = reading.words[places]
    whole = np.flatnonzero((words[:-1] != 0) & (words[1:] != 0))
    starts, ends = places[whole], places[whole + 1]
    keys = (reading.words[starts] << _HALF) | reading.words[ends]
    return Terms(keys=keys, rows=reading.rows[starts], starts=starts, ends=ends)


def pair_key(first: Any, second: Any) -> Any:
    """Give the key of pairs of stems."""
    return (np.asarray(first, dtype=np.int64) << _HALF) | np.asarray(second, dtype=np.int64)


def stems_of_pairs(keys: Any) -> tuple[Any, Any]:
    """Give the first and the second stem of pairs."""
    return keys >> _HALF, keys & ((1 << _HALF) - 1)


class PhraseSearch:
    """Finds many phrases in a reading at once; its cost hardly grows with their number."""

    def __init__(self, phrases: Iterable[tuple[int, ...]]) -> None:
        self._levels: list[dict[int, int]] = []
        self._ends: dict[tuple[int, ...], int] = {}
        nodes: dict[tuple[int, ...], int] = {(): 0}
        for phrase in phrases:
            for length in range(1, len(phrase) + 1):
                if phrase[:length] not in nodes:
                    nodes[phrase[:length]] = len(nodes)
                    while len(self._levels) < length:
                        self._levels.append({})
                    key = int(pair_key(nodes[phrase[: length - 1]], phrase[length - 1]))
                    self._levels[length - 1][key] = nodes[phrase[:length]]
            self._ends[phrase] = nodes[phrase]

    def node(self, phrase: tuple[int, ...]) -> int:
        """Give the number under which a phrase is reported."""
        return self._ends[phrase]

    def find(self, reading: Reading) -> tuple[Any, Any]:
        """Give the places where a phrase starts, and its number."""
        wanted = np.array(sorted(self._ends.values()), dtype=np.int64)
        places, nodes = np.arange(len(reading.words)), np.zeros(len(reading.words), dtype=np.int64)
        found_places, found_nodes = [], []
        for depth, level in enumerate(self._levels):
            inside = places + depth < len(reading.words)
            places, nodes = places[inside], nodes[inside]
            keys = np.array(sorted(level), dtype=np.int64)
            targets = np.array([level[int(key)] for key in keys], dtype=np.int64)
            sought = pair_key(nodes, reading.words[places + depth])
            at = np.minimum(np.searchsorted(keys, sought), len(keys) - 1)
            hit = keys[at] == sought
            places, nodes = places[hit], targets[at[hit]]
            ending = np.isin(nodes, wanted)
            found_places.append(places[ending])
            found_nodes.append(nodes[ending])
        if not found_places:
            return places[:0], nodes[:0]
        return np.concatenate(found_places), np.concatenate(found_nodes)
