"""Values out of the JSON of strangers: what is not of the kind that belongs there was not given."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

_DIGITS = re.compile(r"\s*\d{1,18}\s*", re.ASCII)
_LARGEST_COUNT = 2**53
_MAX_ITEMS = 10_000


def text(value: Any, *path: str) -> str | None:
    """Give the text at a path of names; a whole number may stand for one."""
    found = at(value, *path)
    if isinstance(found, int) and not isinstance(found, bool):
        found = str(found)
    return found if isinstance(found, str) and found.strip() else None


def first_text(value: Any, *names: str) -> str | None:
    """Give the text under the first of some names that has one; the first text of a list counts."""
    for name in names:
        found = at(value, name)
        for item in found if isinstance(found, list) else [found]:
            if told := text(item):
                return told
    return None


def at(value: Any, *path: str) -> Any:
    """Follow names into objects; None where there is no such thing."""
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def items(value: Any, *path: str) -> list[Any]:
    """Give the list at a path; services write null for an empty one."""
    found = at(value, *path)
    return found[:_MAX_ITEMS] if isinstance(found, list) else []


def texts(values: Iterable[Any]) -> Iterator[str]:
    """Give those of some values that are texts with any but blanks."""
    for value in values:
        if isinstance(value, str) and value.strip():
            yield value


def count(value: Any) -> int | None:
    """Give a number of things; a text may stand for it."""
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _LARGEST_COUNT:
        return None
    return value
