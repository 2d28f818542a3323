"""Giving the sections of `newsletter.toml` another shape: renamed, reordered, removed, with less in them.

Like `edit`: text in, text out; comments stay, those of a section that goes go with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import tomlkit

from newsletter.config.locate import places
from newsletter.config.toml_text import Tables, assignment, edited, index_of, table_at, tables_of, with_line
from newsletter.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

ListKey = Literal["keywords", "exclude", "examples", "counterexamples"]
ValueKey = Literal["title", "slug", "description", "max_papers", "min_score"]


def remove_item(text: str, slug: str, key: ListKey, item: str) -> str:
    """Take something out of a list of a section; what is not there is no mistake."""
    index = index_of(text, slug)
    if item not in tables_of(text)[index].get(key, []):
        return text

    def edit(plain: str) -> str:
        document = tomlkit.parse(plain)
        table_at(document, index)[key].remove(item)
        return document.as_string()

    def meant(tables: Tables) -> Tables:
        tables[index][key].remove(item)
        return tables

    return edited(text, edit, meant)


def remove_keyword(text: str, slug: str, keyword: str) -> str:
    """Take a keyword out of a section. Raises `ConfigError` for its last one: a section needs one."""
    index = index_of(text, slug)
    if tables_of(text)[index].get("keywords") == [keyword]:
        raise ConfigError(
            f"{keyword!r} is the last keyword of {slug}", hint="add another first, or delete the section"
        )
    return remove_item(text, slug, "keywords", keyword)


def remove_example(
    text: str, slug: str, example: str, *, of: Literal["examples", "counterexamples"] = "examples"
) -> str:
    """Take the id or title of a paper out of the examples, or the counterexamples, of a section."""
    return remove_item(text, slug, of, example)


def set_value(text: str, slug: str, key: ValueKey, value: str | float | None) -> str:
    """Set a single value of a section; None takes it away, so that the default holds."""
    index = index_of(text, slug)
    before = tables_of(text)[index].get(key)
    if before == value:
        return text

    def edit(plain: str) -> str:
        if before is None and value is not None:
            return with_line(plain, ("sections", index, "title"), assignment(key, value))
        document = tomlkit.parse(plain)
        if value is None:
            del table_at(document, index)[key]
        else:
            table_at(document, index)[key] = value
        return document.as_string()

    def meant(tables: Tables) -> Tables:
        tables[index].pop(key, None)
        if value is not None:
            tables[index][key] = value
        return tables

    return edited(text, edit, meant)


def rename(text: str, slug: str, title: str) -> str:
    """Give a section another title. Its slug stays, because readers have chosen the section by it."""
    return set_value(set_value(text, slug, "slug", slug), slug, "title", title)


def remove_section(text: str, slug: str) -> str:
    """Take a section away, with the comment above it. Raises `ConfigError` for the last one: without any,
    the built-in ones would be in force."""
    index, count = index_of(text, slug), len(tables_of(text))
    if count == 1:
        raise ConfigError(
            f"{slug} is the only section; without any, the built-in ones would be in force",
            hint="add another section first",
        )

    def edit(plain: str) -> str:
        lines = plain.split("\n")
        start, end = _blocks(plain)[index]
        while end < len(lines) - 1 and not lines[end].strip():
            end += 1
        return "\n".join([*lines[:start], *lines[end:]])

    def meant(tables: Tables) -> Tables:
        return tables[:index] + tables[index + 1 :]

    return edited(text, edit, meant)


def reorder(text: str, slugs: Sequence[str]) -> str:
    """Bring all sections into this order; each takes its comment along. Raises `ConfigError`."""
    order = [index_of(text, slug) for slug in slugs]
    if sorted(order) != list(range(len(tables_of(text)))):
        raise ConfigError("an order has to name every section once")

    def edit(plain: str) -> str:
        lines = plain.split("\n")
        blocks = _blocks(plain)
        texts = [lines[start:end] for start, end in blocks]
        written: list[str] = []
        done = 0
        for (start, end), index in zip(blocks, order, strict=True):
            written += [*lines[done:start], *texts[index]]
            done = end
        return "\n".join([*written, *lines[done:]])

    def meant(tables: Tables) -> Tables:
        return [tables[index] for index in order]

    return edited(text, edit, meant)


def _blocks(text: str) -> list[tuple[int, int]]:
    """Say where each section stands, as lines from and to (without): from the comment above it to its last
    line that is not empty."""
    lines = text.split("\n")
    headers = [
        number - 1
        for _, number in places(text)
        if (line := lines[number - 1].strip()).startswith("[") and not line.startswith("[sections.")
    ]
    starts = [_with_comment(lines, number) for number in headers]
    blocks = []
    for at, number in enumerate(headers):
        if not _is_section(lines[number]):
            continue
        end = starts[at + 1] if at + 1 < len(starts) else len(lines)
        while end > number + 1 and not lines[end - 1].strip():
            end -= 1
        blocks.append((starts[at], end))
    return blocks


def _with_comment(lines: Sequence[str], number: int) -> int:
    while number > 0 and lines[number - 1].lstrip().startswith("#"):
        number -= 1
    return number


def _is_section(header: str) -> bool:
    return header.strip().removeprefix("[[").lstrip().startswith("sections")
