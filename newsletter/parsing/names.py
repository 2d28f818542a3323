"""Names of authors, from the many ways of writing a list of them, as they are spoken: Ada Byron."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from newsletter.parsing.tex_braces import unbraced
from newsletter.parsing.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable

_MAX_CHARS = 500  # of one name; consortia have long ones
_SUFFIX = re.compile(r"(?:jr|sr|ii|iii|iv|ph\.?d|m\.?d|esq)\.?", re.IGNORECASE)
_INITIALS = re.compile(r"(?:[^\W\d_]\.?[\s-]?){1,5}")
_AND = re.compile(r",?\s+(?:and|&)\s+", re.IGNORECASE)
_BRACED = re.compile(r"\{[^{}]*\}")
_NUMBER = re.compile(r" ?\(\d{4,20}\)$")
_BLANKS = re.compile(r"[^\S\n]+")
_MAX_LIST_CHARS = 400_000
_MAX_NAMES = 10_000
_FIRST, _JR_FIRST = 2, 3
_PROTECTED_COMMA = "\ue000"  # a private character in place of a comma within braces


def person(text: str) -> str:
    """Give one name in the order in which it is spoken: "Byron, Ada", "King, Jr., Martin Luther"."""
    parts = [part.strip() for part in _guarded(text[:_MAX_CHARS]).split(",")]
    parts = [part for part in parts if part]
    if len(parts) == _FIRST:
        parts = [parts[0], parts[1]] if _SUFFIX.fullmatch(parts[1]) else [parts[1], parts[0]]
    elif len(parts) == _JR_FIRST:
        last, middle, final = parts
        suffixed = [final, last, middle] if _SUFFIX.fullmatch(middle) else [middle, last, final]
        parts = suffixed
    return clean(unbraced(" ".join(parts).replace(_PROTECTED_COMMA, ",")))


def people(text: str) -> tuple[str, ...]:
    """Part a text that lists people, by whatever parts them: `;`, `|`, lines, `and`, commas.

    A text with a single comma is one person written "Last, First".
    """
    text = _guarded(_BLANKS.sub(" ", text[:_MAX_LIST_CHARS]))
    for separator in (";", "|", "\n"):
        if separator in text.strip():
            return _persons(text.split(separator))
    groups = [group for group in _AND.split(text) if group.strip()]
    if len(groups) > 1 and all(_is_one(group) for group in groups):
        return _persons(groups)
    return _persons(name for group in groups for name in _by_commas(group))


def _is_one(text: str) -> bool:
    """Whether a text without "and" is one name: with at most the comma behind a last name."""
    parts = [part for part in text.split(",") if part.strip()]
    two_full_names = len(parts) > 1 and all(len(part.split()) > 1 for part in parts[:-1])
    return len(parts) <= 1 or (len(parts) == _FIRST and not two_full_names) or _has_suffix(parts)


def _has_suffix(parts: list[str]) -> bool:
    return len(parts) == _JR_FIRST and any(_SUFFIX.fullmatch(part.strip()) for part in parts[1:])


def _by_commas(text: str) -> list[str]:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if len(parts) <= _FIRST or _has_suffix(parts):
        apart = len(parts) == _FIRST and all(len(part.split()) > 1 for part in parts)
        return parts if apart and not _are_initials(parts[1]) else [", ".join(parts)]
    if len(parts) % 2 == 0 and _are_pairs(parts):
        return [f"{last}, {first}" for last, first in zip(parts[::2], parts[1::2], strict=True)]
    joined: list[str] = []
    for part in parts:
        if joined and _SUFFIX.fullmatch(part):
            joined[-1] += f" {part}"
        else:
            joined.append(part)
    return joined


def _are_pairs(parts: list[str]) -> bool:
    """Whether parts are last and first names in turn: initials in every second place, or single words."""
    return all(_are_initials(part) for part in parts[1::2]) or all(len(part.split()) == 1 for part in parts)


def _are_initials(text: str) -> bool:
    letters = "".join(char for char in text if char.isalpha())
    return letters.isupper() and _INITIALS.fullmatch(text) is not None


def _persons(names: Iterable[str]) -> tuple[str, ...]:
    spoken = (person(_NUMBER.sub("", name.strip())) for name in islice(names, _MAX_NAMES))
    return tuple(name for name in spoken if name)


def _guarded(text: str) -> str:
    """Hide the commas within braces: {Barnes and Noble, Inc.} is one name."""
    return _BRACED.sub(lambda found: found[0].replace(",", _PROTECTED_COMMA), text)
