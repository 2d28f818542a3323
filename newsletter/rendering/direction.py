"""Which way a language or a text runs, and how texts that run differently stay apart."""

from __future__ import annotations

import unicodedata
from typing import Literal

Direction = Literal["ltr", "rtl"]

_RTL_LANGUAGES = frozenset(("ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "syr", "ug", "ur", "yi"))
_RTL_SCRIPTS = frozenset(("adlm", "arab", "hebr", "nkoo", "rohg", "syrc", "thaa"))
_KINDS: dict[str, Direction] = {"L": "ltr", "R": "rtl", "AL": "rtl"}

# First strong isolate, pop directional isolate, right-to-left mark (UAX 9). Cleaned text holds none of them.
FSI, PDI, RLM = "\u2068", "\u2069", "\u200f"


def of_language(tag: str) -> Direction:
    """Tell by a BCP 47 tag; a script subtag outranks the language."""
    language, *subtags = tag.casefold().split("-")
    script = next((subtag for subtag in subtags if len(subtag) == len("arab")), None)
    is_rtl = language in _RTL_LANGUAGES if script is None else script in _RTL_SCRIPTS
    return "rtl" if is_rtl else "ltr"


def of_text(text: str) -> Direction | None:
    """Tell by the first letter outside isolates that has a direction (UAX 9, P2); None where none has."""
    depth = 0
    for char in text:
        if char == FSI:
            depth += 1
        elif char == PDI:
            depth = max(depth - 1, 0)
        elif depth == 0 and (runs := _KINDS.get(unicodedata.bidirectional(char))):
            return runs
    return None


def isolated(text: str, around: Direction) -> str:
    """Set a text apart if a letter of it runs against what is around it: else the two would disturb each
    other's order. A text without such a letter stays as it is."""
    if around == "ltr" and text.isascii():
        return text
    is_foreign = any(_KINDS.get(unicodedata.bidirectional(char), around) != around for char in text)
    return f"{FSI}{text}{PDI}" if is_foreign else text
