"""From text to words, in the form in which they are compared."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# Scripts written without blanks between words: each character is a word of its own, so that a keyword is
# found inside a run of text.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
    "\uf900-\ufaff\U00020000-\U0003ffff"
)
# Accents, and vowel signs that Python does not count as letters though words are written with them.
_SIGNS = "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0900-\u0dff"
_WORD = re.compile(
    rf"[{_UNSPACED}]|[a-z](?:\+\+|#)(?!\w)|(?:(?![{_UNSPACED}])(?:[^\W_]|[{_SIGNS}]))+", re.IGNORECASE
)
# The same, many times as fast, for text of Latin letters and common marks only; and where nothing is left to
# tell C++ from C.
_UNUSUAL = re.compile("[^\x00-\u02ff\u2000-\u206f]")
_LATIN_WORD = re.compile(r"[a-zA-Z](?:\+\+|#)(?!\w)|[^\W_]+")
_PLAIN_WORD = re.compile("[a-zA-Z0-9]+")
_ACCENT = re.compile("[\u0300-\u036f]")
_MAX_WORD_CHARS = 60
_SHORTEST_PLURAL = 4

# Words of English that join what a text says and say nothing themselves.
_STOP_WORDS = frozenset(
    """
    a about above across after again against all almost along already also although always am among an and
    another any anything are around as at away be because been before being below between both but by can
    cannot could d did do does doing done down during e each either else enough especially etc even ever
    every few for from further furthermore g get had has have having he hence her here how however i if in
    indeed instead into is it its itself just least less ll many may me might more moreover most much must
    my namely neither nevertheless no nor not now of off often on once only onto or other otherwise our ours
    out over own per perhaps quite rather re s same several shall she should since so some still such t than
    that the their them then there thereby therefore these they this those though through throughout thus to
    together too toward towards two under until up upon us various ve very via was we well were what when
    where whereas whether which while who whom whose why will with within without would yet you your
    """.split()  # noqa: SIM905 - two hundred quoted words read worse
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it is compared (`stem`) and as it was written (`surface`)."""

    stem: str
    surface: str

    @property
    def says_something(self) -> bool:
        """Whether it does more than join other words."""
        return not joins(self.stem)


def words_of(text: str) -> tuple[Word, ...]:
    """Split a text into words; case, accents, width and plural make no difference to the stem."""
    return tuple(Word(stem_of(surface), surface) for surface in surfaces_of(text))


def surfaces_of(text: str) -> list[str]:
    """Split a text into words as they are written."""
    if text.isascii() and "+" not in text and "#" not in text:
        return _PLAIN_WORD.findall(text)
    text = unicodedata.normalize("NFKC", text)
    return (_WORD if _UNUSUAL.search(text) else _LATIN_WORD).findall(text)


def stems_of(text: str) -> tuple[str, ...]:
    """Split a text into stems, those of joining words too: the form in which phrases are compared."""
    return tuple(map(stem_of, surfaces_of(text)))


def terms_of(words: Sequence[Word]) -> list[tuple[str, str]]:
    """List the words that say something, and the pairs of neighbours among them, each as (term, as it was
    written): "chain of thought" gives the pair ("chain thought", "chain of thought")."""
    telling = [i for i, word in enumerate(words) if word.says_something]
    singles = [(words[i].stem, words[i].surface) for i in telling]
    pairs = [(f"{words[i].stem} {words[j].stem}", _written(words[i : j + 1])) for i, j in pairwise(telling)]
    return singles + pairs


def joins(stem: str) -> bool:
    """Whether a word only joins others."""
    return stem in _STOP_WORDS


def joining_words() -> frozenset[str]:
    """Give all words that only join others."""
    return _STOP_WORDS


def _written(words: Sequence[Word]) -> str:
    return " ".join(word.surface for word in words)


@lru_cache(maxsize=100_000)
def stem_of(surface: str) -> str:
    """Give the form in which a written word is compared."""
    if surface.isascii():
        folded = surface.lower()[:_MAX_WORD_CHARS]
        return folded if folded in _STOP_WORDS else _singular(folded)
    decomposed = unicodedata.normalize("NFKD", surface.casefold())
    folded = unicodedata.normalize("NFKC", _ACCENT.sub("", decomposed))[:_MAX_WORD_CHARS]
    return folded if folded in _STOP_WORDS else _singular(folded)


def _singular(word: str) -> str:
    """Take an English plural's ending off, carefully rather than completely (Harman's S stemmer, 1991)."""
    if len(word) < _SHORTEST_PLURAL or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and not word.endswith(("aies", "eies")):
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zzes")):
        return word[:-2]
    return word[:-1]
