"""Whether a paper is by somebody whose papers a person always wants to see."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_WORD = re.compile(r"[^\W\d_]+")
_NO_LETTER = re.compile(r"[\W\d_]+")
_SUFFIXES = frozenset(("jr", "sr", "ii", "iii", "iv", "phd", "md", "esq"))
# They belong to the family name: "van Rossum", and "Le Cun" is "LeCun".
_PARTICLES = frozenset(
    (
        *("al", "af", "av", "bin", "da", "de", "del", "della", "den", "der", "di", "dos", "du", "el", "ibn"),
        *("la", "le", "lo", "mac", "mc", "ter", "van", "vom", "von", "zu", "zur"),
    )
)
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "\u0131": "i"})
_MOST_INITIALS = 3
_MAX_NAME_CHARS = 200


@dataclass(frozen=True, slots=True)
class _Name:
    """A name in the form in which it is compared; who has no `given` name is a group or has one name only."""

    given: tuple[str, ...]
    family: str

    @property
    def whole(self) -> str:
        return "".join((*self.given, self.family))


class Favourites:
    """Authors that a person named, in whichever form: "Yann LeCun", "LeCun, Yann", "Y. LeCun"."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = [name for written in names if (name := _read(written))]

    def found_in(self, authors: Sequence[str] | None) -> str | None:
        """Give the first author who is one of them, as the paper writes the name; None if nobody is.

        An initial is taken for any name that begins with it.
        """
        if not self._names or not authors:
            return None
        letters = _NO_LETTER.sub("", _folded(" ".join(authors)))
        near = [name for name in self._names if name.family in letters]
        return next((author for author in authors if near and _is_one_of(_read(author), near)), None)


def _is_one_of(author: _Name | None, names: Iterable[_Name]) -> bool:
    return author is not None and any(_may_be_same(author, name) for name in names)


def _may_be_same(one: _Name, other: _Name) -> bool:
    if one.whole == other.whole:
        return True
    if one.family != other.family or not one.given or not other.given:
        return False
    pairs = zip(one.given, other.given, strict=False)  # who has fewer left out a middle name
    return all(a == b or (1 in (len(a), len(b)) and a[0] == b[0]) for a, b in pairs)


@lru_cache(maxsize=20_000)
def _read(written: str) -> _Name | None:
    """Read "Yann A. LeCun", "LeCun, Yann" or "LeCun Y"; None where there is no letter."""
    words = [word for word in _WORD.findall(_spoken(written[:_MAX_NAME_CHARS])) if _folded(word)]
    words = [word for word in words if _folded(word) not in _SUFFIXES] or words
    if not words:
        return None
    if len(words[0]) > 1 and len(words) > 1 and all(len(word) == 1 for word in words[1:]):
        words = [*words[1:], words[0]]
    start = len(words) - 1
    while start > 1 and _folded(words[start - 1]) in _PARTICLES:
        start -= 1
    given = (part for word in words[:start] for part in _parted(word))
    return _Name(given=tuple(given), family="".join(map(_folded, words[start:])))


def _spoken(written: str) -> str:
    """Put the family name last: "LeCun, Yann", "King, Jr., Martin Luther"."""
    family, *others = written.split(",")
    return " ".join([*reversed(others), family])


def _parted(word: str) -> str | tuple[str, ...]:
    """Part initials that were written together: "JP" stands for two names."""
    folded = _folded(word)
    return folded if word.isupper() and 1 < len(word) <= _MOST_INITIALS else (folded,)


def _folded(text: str) -> str:
    """Take case and accents away."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return "".join(char for char in decomposed if not unicodedata.combining(char))
