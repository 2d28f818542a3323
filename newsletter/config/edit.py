"""Changing `newsletter.toml` for a person: their comments, order and line ends stay.

The functions take the text of a file and give its new text, as safely as `toml_text` says. What gives
sections another shape is in `reshape`.
"""

from __future__ import annotations

import tomllib
from dataclasses import fields
from typing import TYPE_CHECKING, Literal

import tomlkit

from newsletter.config.load import default_sections_text
from newsletter.config.locate import line_of, places
from newsletter.config.schema import slugify
from newsletter.config.toml_text import (
    Tables,
    assignment,
    edited,
    index_of,
    joined,
    table_at,
    tables_of,
    with_line,
)
from newsletter.model import Section

if TYPE_CHECKING:
    from collections.abc import Sequence

Examples = Literal["examples", "counterexamples"]


def add_sections(text: str, sections: Sequence[Section]) -> str:
    """Put sections behind the last one.

    A file without sections gets the built-in ones first: they are in force only as long as it has none.
    """
    if not sections:
        return text
    text = with_own_sections(text)
    new = [tomllib.loads(section_toml(section))["sections"][0] for section in sections]
    return edited(
        text,
        lambda plain: _inserted(plain, "\n".join(map(section_toml, sections))),
        lambda tables: tables + new,
    )


def with_own_sections(text: str) -> str:
    """Put the built-in sections into a file without any, so that they can be changed."""
    return text if tables_of(text) else joined(text, default_sections_text())


def add_keywords(text: str, slug: str, keywords: Sequence[str]) -> str:
    """Add keywords to those of a section; one it has already is not repeated."""
    return _add(text, slug, "keywords", keywords)


def add_excluded(text: str, slug: str, terms: Sequence[str]) -> str:
    """Add terms that keep a paper out of a section."""
    return _add(text, slug, "exclude", terms)


def add_example(text: str, slug: str, example: str, *, of: Examples = "examples") -> str:
    """Add the id or title of a paper to the examples, or the counterexamples, of a section."""
    return _add(text, slug, of, [example])


def section_toml(section: Section, *, comment: str = "") -> str:
    """Write a section as a `[[sections]]` table, ready for `newsletter.toml`."""
    lines = [f"# {line}" for line in comment.splitlines()]
    lines.append("[[sections]]")
    for field in ("slug", "title", "description", "keywords"):
        value = getattr(section, field)
        if value and not (field == "slug" and value == slugify(section.title)):
            lines.append(assignment(field, value))
    known = {"slug", "title", "description", "keywords"}
    others = {field.name: getattr(section, field.name) for field in fields(section)}
    lines += [
        assignment(name, value)
        for name, value in others.items()
        if name not in known and value not in (None, ())
    ]
    return "\n".join(lines) + "\n"


def array_toml(name: str, items: Sequence[str]) -> str:
    """Write `name = [...]`, on several lines where one would be too long."""
    return assignment(name, tuple(items)) + "\n"


def _add(text: str, slug: str, name: str, items: Sequence[str]) -> str:
    index = index_of(text, slug)
    present = tables_of(text)[index].get(name)
    new = [item for item in dict.fromkeys(items) if item not in (present or [])]
    if not new:
        return text

    def edit(plain: str) -> str:
        if present is None:
            return with_line(plain, ("sections", index, "title"), assignment(name, tuple(new)))
        document = tomlkit.parse(plain)
        table_at(document, index)[name].extend(new)
        return document.as_string()

    def meant(tables: Tables) -> Tables:
        tables[index].setdefault(name, []).extend(new)
        return tables

    return edited(text, edit, meant)


def _inserted(text: str, block: str) -> str:
    """Put a block behind the last section, before the comment that belongs to the next table."""
    lines = text.split("\n")
    headers = [number for place, number in places(text) if lines[number - 1].lstrip().startswith("[")]
    last = line_of(text, ("sections", len(tables_of(text)) - 1)) or 0
    following = next((n for n in headers if n > last and not _is_of_section(lines[n - 1])), None)
    end = len(lines) if following is None else following - 1
    if following is not None:
        while end > last and lines[end - 1].lstrip().startswith("#"):
            end -= 1
    while end > last and not lines[end - 1].strip():
        end -= 1
    before, after = "\n".join(lines[:end]), "\n".join(lines[end:]).lstrip("\n")
    return joined(before, block) + (f"\n{after}" if after else "")


def _is_of_section(header: str) -> bool:
    return header.strip().startswith("[sections.")
