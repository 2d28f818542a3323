"""Changing `newsletter.toml` for a person: their comments, order and line ends stay.

The functions take the text of a file and give its new text. What they give is read back and compared with
what was meant; an arrangement that cannot be edited safely is a `ConfigError`, never a broken file.
"""

from __future__ import annotations

import os
import tempfile
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

import tomlkit
from tomlkit.exceptions import TOMLKitError

from newsletter.config.load import default_sections_text, load_config
from newsletter.config.locate import line_of, places
from newsletter.config.schema import slugify
from newsletter.errors import ConfigError
from newsletter.model import Section

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_MAX_LINE = 110
_MARK = "\ufeff"
_Tables = list[dict[str, Any]]
Examples = Literal["examples", "counterexamples"]


def add_sections(text: str, sections: Sequence[Section]) -> str:
    """Put sections behind the last one.

    A file without sections gets the built-in ones first: they are in force only as long as it has none.
    """
    if not sections:
        return text
    if not _tables(text):
        text = _joined(text, default_sections_text())
    new = [tomllib.loads(section_toml(section))["sections"][0] for section in sections]
    return _edited(
        text,
        lambda plain: _inserted(plain, "\n".join(map(section_toml, sections))),
        lambda tables: tables + new,
    )


def add_keywords(text: str, slug: str, keywords: Sequence[str]) -> str:
    """Add keywords to those of a section; one it has already is not repeated."""
    return _add(text, slug, "keywords", keywords)


def add_example(text: str, slug: str, example: str, *, of: Examples = "examples") -> str:
    """Add the id or title of a paper to the examples, or the counterexamples, of a section."""
    return _add(text, slug, of, [example])


def remove_example(text: str, slug: str, example: str, *, of: Examples = "examples") -> str:
    """Take an id or title out of them again; one that is not there is no mistake."""
    index = _index(text, slug)
    if example not in _tables(text)[index].get(of, []):
        return text

    def edit(plain: str) -> str:
        document = tomlkit.parse(plain)
        _section(document, index)[of].remove(example)
        return document.as_string()

    def meant(tables: _Tables) -> _Tables:
        tables[index][of].remove(example)
        return tables

    return _edited(text, edit, meant)


def section_toml(section: Section, *, comment: str = "") -> str:
    """Write a section as a `[[sections]]` table, ready for `newsletter.toml`."""
    lines = [f"# {line}" for line in comment.splitlines()]
    lines.append("[[sections]]")
    for field in ("slug", "title", "description", "keywords"):
        value = getattr(section, field)
        if value and not (field == "slug" and value == slugify(section.title)):
            lines.append(_assignment(field, value))
    known = {"slug", "title", "description", "keywords"}
    others = {field.name: getattr(section, field.name) for field in fields(section)}
    lines += [
        _assignment(name, value)
        for name, value in others.items()
        if name not in known and value not in (None, ())
    ]
    return "\n".join(lines) + "\n"


def array_toml(name: str, items: Sequence[str]) -> str:
    """Write `name = [...]`, on several lines where one would be too long."""
    return _assignment(name, tuple(items)) + "\n"


def write_config(path: Path, *, old: str, new: str) -> None:
    """Replace the file at once, if it still holds `old`, by `new`, if that is a right configuration.

    A link stays a link and the mode of the file stays. Raises `ConfigError`.
    """
    target = path.resolve()
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".toml")
        beside = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
                stream.write(new)
            _refuse_wrong(beside, path)
            beside.chmod(target.stat().st_mode & 0o7777)
            _refuse_to_lose_changes(path, old)
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written ({error.strerror})") from error


def read_text(path: Path) -> str:
    """Read a configuration as it is, line ends and byte-order mark included. Raises `ConfigError`."""
    load_config(path)
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read again; it was changed meanwhile") from error


def _refuse_wrong(beside: Path, path: Path) -> None:
    try:
        load_config(beside)
    except ConfigError as error:
        problem = error.message.replace(str(beside), str(path))
        raise ConfigError(
            f"with the change this would be wrong, so nothing was written: {problem}"
        ) from error


def _refuse_to_lose_changes(path: Path, old: str) -> None:
    if path.read_bytes() != old.encode("utf-8"):
        raise ConfigError(
            f"{path}: was changed by somebody else meanwhile; nothing was written",
            hint="run the command again",
        )


def _add(text: str, slug: str, name: str, items: Sequence[str]) -> str:
    index = _index(text, slug)
    present = _tables(text)[index].get(name)
    new = [item for item in dict.fromkeys(items) if item not in (present or [])]
    if not new:
        return text

    def edit(plain: str) -> str:
        if present is None:
            return _with_line(plain, ("sections", index, "title"), _assignment(name, tuple(new)))
        document = tomlkit.parse(plain)
        _section(document, index)[name].extend(new)
        return document.as_string()

    def meant(tables: _Tables) -> _Tables:
        tables[index].setdefault(name, []).extend(new)
        return tables

    return _edited(text, edit, meant)


def _edited(text: str, edit: Callable[[str], str], meant: Callable[[_Tables], _Tables]) -> str:
    """Edit with plain line ends, and make sure that exactly what was meant came out."""
    mark = _MARK if text.startswith(_MARK) else ""
    is_crlf = text.count("\r\n") == text.count("\n") > 0
    plain = text.removeprefix(_MARK)
    plain = plain.replace("\r\n", "\n") if is_crlf else plain
    wanted = {**_data(plain), "sections": meant(_tables(plain))}
    try:
        edited = edit(plain)
        is_right = tomllib.loads(edited) == wanted
    except (TOMLKitError, tomllib.TOMLDecodeError, TypeError, ValueError, LookupError, AttributeError):
        is_right = False
    if not is_right:
        raise ConfigError(
            "the sections are written in a way that cannot be edited safely; nothing was changed",
            hint="write each section as a [[sections]] table with one key per line, or add the lines by hand",
        )
    return mark + (edited.replace("\n", "\r\n") if is_crlf else edited)


def _data(text: str) -> dict[str, Any]:
    return tomllib.loads(text.removeprefix(_MARK).replace("\r\n", "\n"))


def _tables(text: str) -> _Tables:
    return cast("_Tables", _data(text).get("sections", []))


def _index(text: str, slug: str) -> int:
    slugs = [table.get("slug") or slugify(table["title"]) for table in _tables(text)]
    if slug not in slugs:
        known = ", ".join(slugs) or "none"
        raise ConfigError(
            f"the configuration has no section {slug!r} of its own to change; it has {known}",
            hint="`newsletter init` writes the built-in sections into newsletter.toml",
        )
    return slugs.index(slug)


def _section(document: tomlkit.TOMLDocument, index: int) -> Any:
    return cast("Any", document["sections"])[index]


def _with_line(text: str, place: tuple[str | int, ...], line: str) -> str:
    """Put a line below that of a key."""
    number = line_of(text, place)
    if number is None:
        raise LookupError(place)
    lines = text.split("\n")
    return "\n".join([*lines[:number], line, *lines[number:]])


def _inserted(text: str, block: str) -> str:
    """Put a block behind the last section, before the comment that belongs to the next table."""
    lines = text.split("\n")
    headers = [number for place, number in places(text) if lines[number - 1].lstrip().startswith("[")]
    last = line_of(text, ("sections", len(_tables(text)) - 1)) or 0
    following = next((n for n in headers if n > last and not _is_of_section(lines[n - 1])), None)
    end = len(lines) if following is None else following - 1
    if following is not None:
        while end > last and lines[end - 1].lstrip().startswith("#"):
            end -= 1
    while end > last and not lines[end - 1].strip():
        end -= 1
    before, after = "\n".join(lines[:end]), "\n".join(lines[end:]).lstrip("\n")
    return _joined(before, block) + (f"\n{after}" if after else "")


def _is_of_section(header: str) -> bool:
    return header.strip().startswith("[sections.")


def _joined(before: str, after: str) -> str:
    """Part two blocks by an empty line."""
    return f"{before.rstrip()}\n\n{after}" if before.strip() else after


def _assignment(name: str, value: object) -> str:
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
