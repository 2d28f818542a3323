"""The rows of a table, whatever is broken in between.

A quote that is never closed would swallow the rest of a file: a row that reaches too far is a problem, and
reading goes on with the next line. The time grows with the length.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.model import Problem
from newsletter.parsing.drafts import MAX_RECORDS
from newsletter.parsing.spreadsheets import MARK, unguarded
from newsletter.parsing.table_columns import Column, columns_of
from newsletter.parsing.text import clean, clip

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_DELIMITERS = "\t,;|"
_MAX_COLUMNS = 1_000
_MAX_ROW_LINES = 300
_MAX_ROW_CHARS = 120_000  # the csv module refuses a cell of more
_MAX_TORN = 50
_MAX_HEADER_LINES = 10
_MAX_HEADER_CHARS = 20_000
_LEAST_KNOWN = 2  # columns that a table has whose first line is a row of names


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row; `number` counts from 1 behind the row of names."""

    number: int
    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Which columns hold what, the rows in order, and what was wrong."""

    columns: Mapping[Column, tuple[int, ...]]
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]


def read_table(text: str, *, head_only: bool = False) -> Table | None:
    """Read a table; None if no row of names with one for titles stands at its top. Never raises."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").split("\n")
    if (head := _head(lines)) is None:
        return None
    at, delimiter, width, columns = head
    if head_only:
        return Table(columns=columns, rows=(), problems=())
    is_guarded = MARK in _cells(lines[at - 1], delimiter)
    rows: list[Row] = []
    problems: list[Problem] = []
    for found in _rows(lines, at, delimiter, width):
        if len(rows) > MAX_RECORDS:
            break  # one more than is used, so that whoever uses them can tell
        if isinstance(found, Problem):
            problems.append(found)
            continue
        line, cells = found
        cells = [unguarded(cell) for cell in cells] if is_guarded else cells
        rows.append(Row(number=len(rows) + 1, line=line, cells=tuple(cells[:_MAX_COLUMNS])))
        if len(cells) > width and any(cell.strip() for cell in cells[width:]):
            problems.append(
                Problem(
                    message="a row with more cells than there are columns",
                    line=line,
                    expected=f"{width} cells",
                    found=f"{len(cells)} cells",
                )
            )
    return Table(columns=columns, rows=tuple(rows), problems=tuple(problems))


def _head(lines: Sequence[str]) -> tuple[int, str, int, dict[Column, tuple[int, ...]]] | None:
    """Find the row of names: where rows begin, what parts cells, how many there are, and what they hold."""
    for at, line in enumerate(lines[:_MAX_HEADER_LINES]):
        if not line.strip("\ufeff \t") or line.startswith("#") or line.lower().startswith("sep="):
            continue
        if len(line) > _MAX_HEADER_CHARS:
            return None
        for delimiter in _DELIMITERS:
            names = _cells(line, delimiter)
            columns = columns_of(names)
            if len(columns) >= _LEAST_KNOWN or (columns and len(names) == 1 and line.strip() == line):
                return at + 1, delimiter, len(names), columns
        return None
    return None


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return [name.strip('\ufeff \t"') for name in next(csv.reader([line], delimiter=delimiter), [])]
    except csv.Error:
        return []


def _rows(
    lines: Sequence[str], at: int, delimiter: str, width: int
) -> Iterator[tuple[int, list[str]] | Problem]:
    """Yield each row with its line; a problem comes before the row it is about."""
    torn, max_lines = 0, _MAX_ROW_LINES
    while at < len(lines):
        if not lines[at].strip():
            at += 1
            continue
        count, cells = _taken(lines, at, delimiter, max_lines)
        if cells is None or (count > 1 and _is_torn(lines[at : at + count], cells, delimiter, width)):
            torn += 1
            yield _unclosed(lines[at], at + 1)
            count, cells = 1, _cells(lines[at], delimiter)
        yield at + 1, cells
        at += count
        if torn > _MAX_TORN and max_lines > 1:
            max_lines = 1
            message = f"more than {_MAX_TORN} quotes that are not closed: from here on each line is a row"
            yield Problem(message=message, line=at + 1)


def _is_torn(lines: Sequence[str], cells: Sequence[str], delimiter: str, width: int) -> bool:
    """Whether a row of several lines is more than one row: too many cells, or text behind a closing quote and
    a line that would do as a row by itself."""
    if len(cells) > width:
        return True
    try:
        next(csv.reader((f"{line}\n" for line in lines), delimiter=delimiter, strict=True))
    except (csv.Error, StopIteration):
        return any(len(_cells(line, delimiter)) == width for line in lines[1:])
    return False


def _unclosed(line: str, number: int) -> Problem:
    return Problem(
        message="a quote that is not closed; the line was read by itself",
        line=number,
        expected=f"a row of at most {_MAX_ROW_LINES} lines and {_MAX_ROW_CHARS:,} characters",
        found=clip(clean(line[:400]), 60),
    )


def _taken(lines: Sequence[str], at: int, delimiter: str, max_lines: int) -> tuple[int, list[str] | None]:
    """Read one row and say how many lines it took; None where a quote is not closed in all a row may be."""
    source = _Lines(lines, at, max_lines)
    try:
        cells = next(csv.reader(source, delimiter=delimiter))
    except (csv.Error, StopIteration):
        return 1, None
    return (1, None) if source.is_exhausted else (source.taken, cells)


class _Lines:
    """Hands lines to the csv module, up to what a row may have."""

    def __init__(self, lines: Sequence[str], at: int, max_lines: int) -> None:
        self._lines, self._at, self._max_lines, self._chars = lines, at, max_lines, 0
        self.taken = 0
        self.is_exhausted = False

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        place = self._at + self.taken
        if place >= len(self._lines) or self.taken >= self._max_lines or self._chars > _MAX_ROW_CHARS:
            self.is_exhausted = True
            raise StopIteration
        line = self._lines[place]
        self.taken += 1
        self._chars += len(line) + 1
        return line + "\n"
