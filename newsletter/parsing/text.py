"""From what a source wrote to plain Unicode text."""

from __future__ import annotations

import re
import unicodedata

MAX_TITLE_CHARS = 500
MAX_ABSTRACT_CHARS = 20_000

# What is never text: C0 without tab and line ends, DEL, C1 without NEL, surrogates, non-characters, the
# byte-order mark, bidirectional controls (they make text read differently from what it says) and
# zero-width blanks.
_NOT_TEXT = dict.fromkeys(
    [
        *(set(range(0x20)) - {0x09, 0x0A, 0x0D}),
        *(set(range(0x7F, 0xA0)) - {0x85}),
        *range(0xD800, 0xE000),
        *range(0xFDD0, 0xFDF0),
        *(plane << 16 | low for plane in range(17) for low in (0xFFFE, 0xFFFF)),
        *(0x00AD, 0x061C, 0x180E, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF),
        *range(0x202A, 0x202F),
        *range(0x2061, 0x206A),
        *range(0xFFF9, 0xFFFC),
        *range(0xE0000, 0xE0080),
    ]
)
_LINE_ENDS = dict.fromkeys((0x85, 0x2028, 0x2029), "\n")
_TRANSLATION: dict[int, str | None] = {**_NOT_TEXT, **_LINE_ENDS}

# A joiner means something between the letters of Arabic, Indic and South-East Asian scripts and in emoji;
# anywhere else it only hides.
_JOINERS = re.compile("[\u200c\u200d]+")
_JOINABLE = re.compile("[\u0590-\u109f\u1780-\u18af\u2190-\u2bff\ufe0f\U0001f000-\U0001faff]")


def strip_controls(text: str) -> str:
    """Drop every character that is not text; tab and line ends stay (NEL, U+2028 and U+2029 become one).

    What is left can stand in XML 1.0, in MJML and in a header once its line ends are folded.
    """
    return _JOINERS.sub(_kept_joiner, text.translate(_TRANSLATION))


def clean(text: str) -> str:
    """Give one line of plain text: controls dropped, NFC, every run of white space one blank."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return " ".join(unicodedata.normalize("NFC", strip_controls(text)).split())


def clip(text: str, max_chars: int) -> str:
    """Shorten to `max_chars`, at a blank where there is one, with an ellipsis: a bound for huge records."""
    if len(text) <= max_chars:
        return text
    head = text[: max_chars - 1]
    return (head.rsplit(" ", 1)[0] if " " in head[-200:] else head) + "…"


def _kept_joiner(found: re.Match[str]) -> str:
    before = found.string[found.start() - 1 : found.start()]
    after = found.string[found.end() : found.end() + 1]
    return found[0][0] if _JOINABLE.match(before) and _JOINABLE.match(after) else ""
