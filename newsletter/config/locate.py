"""Where a key stands in a TOML text, for messages that a person can act on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"^\s*([A-Za-z0-9_\-.\"' ]+?)\s*=")
_MULTILINE = re.compile(r'"""|' + r"'''")

Path = tuple[str | int, ...]


def line_of(text: str, path: Sequence[str | int]) -> int | None:
    """Find the 1-based line of the key or table at `path`, such as ("sections", 2, "keywords").

    The nearest known ancestor answers for a path that is deeper than the file goes; None if there is none.
    """
    lines: dict[Path, int] = {}
    for place, number in places(text):
        lines.setdefault(place, number)
    for length in range(len(path), 0, -1):
        found = lines.get(tuple(path[:length]))
        if found is not None:
            return found
    return None


def places(text: str) -> Iterator[tuple[Path, int]]:
    """Yield every table and key with its 1-based line, in the order of the file."""
    table: Path = ()
    counts: dict[Path, int] = {}
    inside_string = False
    for number, line in enumerate(text.split("\n"), start=1):
        if not inside_string and line.lstrip().startswith("#"):
            continue
        toggles = len(_MULTILINE.findall(line)) % 2 == 1
        if inside_string:
            inside_string = not toggles
            continue
        inside_string = toggles
        if header := _HEADER.match(line):
            table = _table(header[2], header[1] == "[[", counts)
            yield table, number
        elif key := _KEY.match(line):
            yield table + _parts(key[1]), number


def _table(name: str, is_array: bool, counts: dict[Path, int]) -> Path:
    path: Path = ()
    parts = _parts(name)
    for i, part in enumerate(parts):
        path = (*path, part)
        is_last = i == len(parts) - 1
        if is_last and is_array:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def _parts(name: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in name.split("."))
