"""Formulas in MathML become text, written as formulas in TeX are."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from newsletter.parsing.scripts import written

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

# Signs that stand over a letter, and the characters that combine with it.
_ACCENTS = {
    "^": "\u0302", "\u02c6": "\u0302", "~": "\u0303", "\u02dc": "\u0303", "¯": "\u0304", "‾": "\u0304",
    "\u0305": "\u0304",
    "-": "\u0304", "−": "\u0304", "_": "\u0304", "˙": "\u0307", ".": "\u0307", "¨": "\u0308", "→": "\u20d7",
    "\u20d7": "\u20d7", "ˇ": "\u030c", "\u00b4": "\u0301", "`": "\u0300", "˘": "\u0306",
}  # fmt: skip
_APART = frozenset(("mspace", "mtd", "mtr"))
_FENCE = re.compile(r"\b(open|close|separators)\s*=\s*[\"']([^\"']{0,20})[\"']")


def combined(name: str, attributes: str, children: Sequence[tuple[str, str]]) -> str:
    """Write an element of a formula; `children` are the names and texts of what is in it."""
    texts = [text for _, text in children]
    if form := _FORMS.get((name, len(texts))):
        return form(*texts)
    if name in ("alternatives", "semantics") and texts:
        return next((text for name, text in children if name == "math"), texts[0])
    if name == "msqrt":
        return f"√{_grouped(''.join(texts))}"
    if name == "mfenced":
        return _fenced(attributes, texts)
    if name == "mphantom":
        return ""
    return "".join(texts) + (" " if name in _APART else "")


def _both(base: str, index: str, exponent: str) -> str:
    return base + _lowered(base, index) + _raised(base, exponent)


def _raised(base: str, exponent: str) -> str:
    return written(exponent, "super", behind=base[-1:])


def _lowered(base: str, index: str) -> str:
    return written(index, "sub", behind=base[-1:])


def _over(below: str, above: str) -> str:
    accent = _ACCENTS.get(above.strip())
    if accent and len(below) == 1:
        return unicodedata.normalize("NFC", below + accent)
    return below + _raised(below, above)


def _raise(base: str, exponent: str) -> str:
    return base + _raised(base, exponent)


def _lower(base: str, index: str) -> str:
    return base + _lowered(base, index)


def _fraction(above: str, below: str) -> str:
    return f"{_grouped(above)}/{_grouped(below)}"


def _root(radicand: str, index: str) -> str:
    return f"{written(index, 'super', behind='')}√{_grouped(radicand)}"


def _grouped(text: str) -> str:
    text = text.strip()
    return text if len(text) <= 1 or text.isdigit() else f"({text})"


def _fenced(attributes: str, texts: Sequence[str]) -> str:
    told: dict[str, str] = dict(_FENCE.findall(attributes))
    separator = told.get("separators", ",").strip()[:1]
    return told.get("open", "(") + separator.join(texts) + told.get("close", ")")


# What an element of a certain number of parts becomes.
_FORMS: Mapping[tuple[str, int], Callable[..., str]] = {
    ("msup", 2): _raise,
    ("msub", 2): _lower,
    ("munder", 2): _lower,
    ("mover", 2): _over,
    ("msubsup", 3): _both,
    ("munderover", 3): _both,
    ("mfrac", 2): _fraction,
    ("mroot", 2): _root,
}
