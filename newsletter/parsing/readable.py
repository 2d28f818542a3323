"""Raw text of a record as plain Unicode within bounds."""

from __future__ import annotations

from typing import Literal

from newsletter.parsing.markup import text_of
from newsletter.parsing.tex import plain
from newsletter.parsing.tex_braces import unbraced
from newsletter.parsing.text import clean, clip, strip_controls

# What a text may hold beside TeX: nothing; the braces of BibTeX and some tags; some tags; or HTML or JATS, in
# which characters are escaped.
Markup = Literal["text", "bibtex", "tags", "html"]

_RAW_CHARS_PER_CHAR = 8  # markup takes room; what is far beyond a limit need not be read


def readable(raw: str, max_chars: int, markup: Markup = "text") -> tuple[str, bool]:
    """Turn raw text into one line of plain Unicode of at most `max_chars`; tell whether anything was cut."""
    limit = max_chars * _RAW_CHARS_PER_CHAR
    stripped = strip_controls(decoded_once(raw[:limit]))
    if markup != "text":
        stripped = text_of(stripped, entities=markup == "html")
    text = clean(unbraced(stripped) if markup == "bibtex" else plain(stripped)) or clean(stripped)
    return clip(text, max_chars), len(raw) > limit or len(text) > max_chars


def decoded_once(text: str) -> str:
    """Undo UTF-8 that some program took for Latin-1: "JosÃ©" is José. Text that says anything else by
    accident is not known: it would have to be UTF-8 when written as Latin-1."""
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text
