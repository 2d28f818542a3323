"""The languages an edition speaks, and those that papers are known to be written in."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from newsletter.errors import RenderError

if TYPE_CHECKING:
    from newsletter.model import Paper

# The language whose words stand in code and templates, and those with a catalogue; each with its script.
SOURCE = "en"
SHIPPED = {"ar": "arab", "de": "latn", SOURCE: "latn"}
_SCRIPT = re.compile(r"[a-z]{4}(?![^-])")

# arXiv takes no title and abstract that are not (also) English, and Daily Papers shows arXiv's.
_ENGLISH_SOURCES = frozenset(("arxiv", "hf"))


def spoken(tag: str) -> str:
    """Give the catalogue of a BCP 47 tag: "de-AT" falls back to "de".

    Raises `RenderError` where none ships: half an edition in English helps nobody.
    """
    language, _, rest = tag.casefold().partition("-")
    # A script is the only subtag that may stand in the first place and has four letters (RFC 5646, 2.2.3).
    script = found[0] if (found := _SCRIPT.match(rest)) else None
    if language not in SHIPPED or script not in (None, SHIPPED[language]):
        raise RenderError(
            f"no edition can be drawn in the language {tag!r}; there are words for {', '.join(SHIPPED)}",
            hint=f'choose one of them, or a form of it such as "de-AT": language = "{SOURCE}"',
        )
    return language


def of_paper(paper: Paper, text: str) -> str | None:
    """Tell the language of a paper's text where it is certain; None where it would be a guess."""
    if paper.source not in _ENGLISH_SOURCES:
        return None
    letters = [char for char in text if char.isalpha()]
    latin = sum(char.isascii() or unicodedata.name(char, "").startswith("LATIN") for char in letters)
    return SOURCE if latin * 2 > len(letters) else None
