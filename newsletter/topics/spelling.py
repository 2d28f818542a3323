"""How a phrase is written in a heading, told from how papers write it."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# A title writes every word with a capital, and the singular stands before another noun: the rarer lower case
# and the rarer plural tell more.
_LOWER_SHARE = 0.15
_PLURAL_SHARE = 0.1
_PLURAL_SHARE_ALONE = 0.35  # of a word alone: "codes" are seldom what papers about code are about


def usual_spelling(spellings: Mapping[str, int]) -> str:
    """Choose the spelling for a heading: the plural and small letters where papers use them."""
    folded: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for surface, count in spellings.items():
        folded[surface.casefold()][surface] += count
    totals = {form: cases.total() for form, cases in folded.items()}
    best = max(sorted(totals), key=totals.__getitem__)
    needed = (_PLURAL_SHARE if " " in best else _PLURAL_SHARE_ALONE) * totals[best]
    plurals = [form for form in sorted(totals) if _is_plural(form, best) and totals[form] >= needed]
    return _usual_case(folded[plurals[0] if plurals else best])


def heading_case(surface: str) -> str:
    """Begin with a capital, unless the first word has capitals of its own ("vLLM")."""
    first = surface.split(" ", 1)[0]
    return surface[:1].upper() + surface[1:] if first == first.lower() else surface


def _is_plural(form: str, singular: str) -> bool:
    return form in {singular + "s", singular + "es", singular.removesuffix("y") + "ies"}


def _usual_case(cases: Counter[str]) -> str:
    """Choose capitals word by word."""
    total = cases.total()
    columns = zip(
        *[[(word, count) for word in surface.split()] for surface, count in cases.items()], strict=True
    )
    return " ".join(_usual_word(column, total) for column in columns)


def _usual_word(column: tuple[tuple[str, int], ...], total: int) -> str:
    counts: Counter[str] = Counter()
    for word, count in column:
        counts[word] += count
    lower = column[0][0].lower()
    if counts[lower] >= _LOWER_SHARE * total:
        return lower
    return max(sorted(counts), key=counts.__getitem__)
