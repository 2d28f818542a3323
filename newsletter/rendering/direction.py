"""Which way a language or a text runs."""

from __future__ import annotations

import unicodedata
from typing import Literal

Direction = Literal["ltr", "rtl"]

_RTL_LANGUAGES = frozenset(("ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "syr", "ug", "ur", "yi"))
_RTL_SCRIPTS = frozenset(("adlm", "arab", "hebr", "nkoo", "rohg", "syrc", "thaa"))


def of_language(tag: str) -> Direction:
    """Tell by a BCP 47 tag; a script subtag outranks the language."""
    language, *subtags = tag.casefold().split("-")
    script = next((subtag for subtag in subtags if len(subtag) == len("arab")), None)
    is_rtl = language in _RTL_LANGUAGES if script is None else script in _RTL_SCRIPTS
    return "rtl" if is_rtl else "ltr"


def of_text(text: str) -> Direction | None:
    """Tell by the first letter that has a direction (UAX 9, P2); None where no letter has one."""
    for char in text:
        kind = unicodedata.bidirectional(char)
        if kind == "L":
            return "ltr"
        if kind in ("R", "AL"):
            return "rtl"
    return None
