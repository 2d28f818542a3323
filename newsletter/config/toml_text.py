"""The text of a TOML file with tables `[[sections]]`, edited so that comments, order and line ends stay.

What an edit gives is read back and compared with what was meant; an arrangement that cannot be edited safely
is a `ConfigError`, never a broken file.
"""

from __future__ import annotations

import tomllib
from copy import deepcopy
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

import tomlkit
from tomlkit.exceptions import TOMLKitError

from newsletter.config.locate import line_of
from newsletter.config.schema import slugify
from newsletter.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable

_MAX_LINE = 110
_MARK = "\ufeff"
Tables = list[dict[str, Any]]


def edited(text: str, edit: Callable[[str], str], meant: Callable[[Tables], Tables]) -> str:
    """Edit with plain line ends, and make sure that exactly what was meant came out."""
    mark = _MARK if text.startswith(_MARK) else ""
    is_crlf = text.count("\r\n") == text.count("\n") > 0
    plain = text.removeprefix(_MARK)
    plain = plain.replace("\r\n", "\n") if is_crlf else plain
    wanted = {**_data(plain), "sections": meant(tables_of(plain))}
    try:
        result = edit(plain)
        is_right = tomllib.loads(result) == wanted
    except (TOMLKitError, tomllib.TOMLDecodeError, TypeError, ValueError, LookupError, AttributeError):
        is_right = False
    if not is_right:
        raise ConfigError(
            "the sections are written in a way that cannot be edited safely; nothing was changed",
            hint="write each section as a [[sections]] table with one key per line, or add the lines by hand",
        )
    return mark + (result.replace("\n", "\r\n") if is_crlf else result)


def _data(text: str) -> dict[str, Any]:
    return deepcopy(_read(text))


@lru_cache(maxsize=4)
def _read(text: str) -> dict[str, Any]:
    """Read a text once: an edit asks several times what stands in it."""
    return tomllib.loads(text.removeprefix(_MARK).replace("\r\n", "\n"))


def tables_of(text: str) -> Tables:
    """Read the tables of the sections as plain values."""
    return cast("Tables", _data(text).get("sections", []))


def index_of(text: str, slug: str) -> int:
    """Find the table of a section. Raises `ConfigError`."""
    slugs = [table.get("slug") or slugify(table["title"]) for table in tables_of(text)]
    if slug not in slugs:
        known = ", ".join(slugs) or "none"
        raise ConfigError(
            f"the configuration has no section {slug!r} of its own to change; it has {known}",
            hint="`newsletter init` writes the built-in sections into newsletter.toml",
        )
    return slugs.index(slug)


def table_at(document: tomlkit.TOMLDocument, index: int) -> Any:
    """Give the table of a section, to be edited."""
    return cast("Any", document["sections"])[index]


def with_line(text: str, place: tuple[str | int, ...], line: str) -> str:
    """Put a line below that of a key."""
    number = line_of(text, place)
    if number is None:
        raise LookupError(place)
    lines = text.split("\n")
    return "\n".join([*lines[:number], line, *lines[number:]])


def joined(before: str, after: str) -> str:
    """Part two blocks by an empty line."""
    return f"{before.rstrip()}\n\n{after}" if before.strip() else after


def assignment(name: str, value: object) -> str:
    """Write `name = value`; an array on several lines where one would be too long."""
    if not isinstance(value, tuple):
        return f"{name} = {tomlkit.item(value).as_string()}"
    items = [tomlkit.item(item).as_string() for item in value]
    line = f"{name} = [{', '.join(items)}]"
    if len(line) <= _MAX_LINE:
        return line
    rows = [""]
    for item in items:
        if rows[-1] and len(rows[-1]) + len(item) + 4 > _MAX_LINE:
            rows.append("")
        rows[-1] += f" {item}," if rows[-1] else f"  {item},"
    return "\n".join([f"{name} = [", *rows, "]"])
