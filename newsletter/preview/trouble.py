"""A mistake in a file that a person is working on: what, where, and the lines around it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from newsletter.errors import NewsletterError

# How our messages begin that know their place: "newsletter.toml, line 3, sections[1].title: ...".
_PLACE = re.compile(r"(?P<file>[^:\n]+?), line (?P<line>\d+)")
_IN_TEMPLATE = re.compile(r"\A(?P<file>[\w.-]+\.(?:j2|css|toml))\b")
_AROUND = 3
_MAX_BYTES = 1_000_000
_MAX_CHARS = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a file, and whether it is the one that is meant."""

    number: int
    text: str
    is_meant: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why what is on show is not what the files say; `file` and `line` where they are known."""

    message: str
    hint: str | None = None
    file: str | None = None
    line: int | None = None
    excerpt: tuple[Line, ...] = ()


def troubles_of(error: NewsletterError, files: Iterable[Path]) -> tuple[Trouble, ...]:
    """Give a trouble for each line of an error: a configuration tells all its mistakes at once.

    Lines are shown only of `files`, whatever a message names.
    """
    messages = error.message.split("\n")
    known = tuple(files)
    return tuple(
        _trouble(message, error.hint if number == len(messages) else None, known)
        for number, message in enumerate(messages, start=1)
    )


def _trouble(message: str, hint: str | None, files: Sequence[Path]) -> Trouble:
    found = _PLACE.match(message)
    if found is None:
        named = _IN_TEMPLATE.match(message)
        return Trouble(message=message, hint=hint, file=named["file"] if named else None)
    number, path = int(found["line"]), _among(found["file"], files)
    return Trouble(
        message=message,
        hint=hint,
        file=str(path or found["file"]),
        line=number,
        excerpt=_lines(path, number) if path else (),
    )


def _among(name: str, files: Sequence[Path]) -> Path | None:
    """Find the file that a message names by its path or by its name; the first of two is the one in force."""
    whole = (path for path in files if str(path) == name or str(path.absolute()) == name)
    by_name = (path for path in files if path.name == Path(name).name)
    return next(whole, next(by_name, None))


def _lines(path: Path, number: int) -> tuple[Line, ...]:
    try:
        with path.open("rb") as stream:
            text = stream.read(_MAX_BYTES).decode("utf-8", "replace")
    except OSError:
        return ()
    lines = text.splitlines()
    first, last = max(1, number - _AROUND), min(len(lines), number + _AROUND)
    return tuple(
        Line(number=at, text=lines[at - 1][:_MAX_CHARS], is_meant=at == number)
        for at in range(first, last + 1)
    )
