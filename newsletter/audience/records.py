"""Rows of a CSV or JSON Lines file as named texts, before anybody asks what they mean."""

from __future__ import annotations

import csv
import json
import re
from collections import deque
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal

from newsletter.audience.lines import MAX_LINE_CHARS, Line
from newsletter.errors import SourceError
from newsletter.parsing.spreadsheets import unguarded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Format = Literal["csv", "jsonl"]

COLUMNS = (
    "address",
    "name",
    "status",
    "sections",
    "cadence",
    "timezone",
    "hour",
    "language",
    "consent_source",
    "consent_at",
)
_KNOWN = frozenset(COLUMNS)
_ALSO_CALLED = {"email": "address", "e_mail": "address", "email_address": "address", "mail": "address"}
# A note in a foreign file may run over some lines; a quote that never ends must not swallow the file.
_MAX_LINES_PER_RECORD = 20


@dataclass(frozen=True, slots=True)
class Record:
    """What stands in one row; `number` is that of its first line."""

    number: int
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """Why a row was not taken: what was wrong, and what would be right. `kind` tells alike ones."""

    row: int
    kind: str
    problem: str
    expected: str


def read_records(
    lines: Iterator[Line], *, name: str, wanted: Format | None = None
) -> tuple[Iterator[Record | Rejection], tuple[str, ...]]:
    """Read rows in the wanted format, or in the one that the first line shows; and list the columns that
    mean nothing to us. Raises `SourceError` where the file as a whole cannot be understood."""
    lines = (line for line in lines if line.text.strip() or line.is_cut)
    first = next(lines, None)
    if first is None:
        raise SourceError(f"{name}: is empty", hint="expected a line of column names: address,name")
    if wanted == "jsonl" or (wanted is None and first.text.lstrip().startswith("{")):
        return _json_records(chain([first], lines)), ()
    return _csv_records(first, lines, name)


def _csv_records(
    first: Line, lines: Iterator[Line], name: str
) -> tuple[Iterator[Record | Rejection], tuple[str, ...]]:
    if "\0" in first.text:
        raise SourceError(f"{name}: has NUL characters", hint="save it as UTF-8, then import it")
    delimiter = max(",;\t", key=first.text.count)
    cells = _cells(first.text, delimiter)
    if cells is None or first.is_cut:
        raise SourceError(f"{name}, line {first.number}: no line of column names", hint=_header_hint())
    columns = [_column(cell) for cell in cells]
    if columns.count("address") != 1:
        found = "an address where the names of columns belong" if "@" in first.text else "no such column"
        if columns.count("address") > 1:
            found = "more than one of them"
        raise SourceError(
            f"{name}, line {first.number}: expected a column named address, found {found}",
            hint=_header_hint(),
        )
    doubled = next((column for column in COLUMNS if columns.count(column) > 1), None)
    if doubled:
        raise SourceError(f"{name}, line {first.number}: two columns are named {doubled}")
    unknown = tuple(cell for cell, column in zip(cells, columns, strict=True) if column not in COLUMNS)
    return _rows(lines, columns, delimiter), unknown


def _header_hint() -> str:
    return f"the first line names the columns, such as address,name; known are {', '.join(COLUMNS)}"


def _column(cell: str) -> str:
    name = re.sub(r"[\s-]+", "_", cell.strip().casefold())
    return _ALSO_CALLED.get(name, name)


def _rows(lines: Iterator[Line], columns: list[str], delimiter: str) -> Iterator[Record | Rejection]:
    """Read record by record; where a quote is not closed within reason, only its own line is lost."""
    waiting: deque[Line] = deque()
    while line := waiting.popleft() if waiting else next(lines, None):
        if line.is_cut:
            yield _too_long(line)
            continue
        cells = _cells(line.text, delimiter)
        if cells is None:
            cells = _over_lines(line, waiting, lines, columns, delimiter)
        if cells is None:
            yield Rejection(
                row=line.number,
                kind="quotes",
                problem="a quote is not closed",
                expected='"..." around a cell, and "" for a quote in it',
            )
        elif len(cells) > len(columns) and any(cells[len(columns) :]):
            yield Rejection(
                row=line.number,
                kind="cells",
                problem=f"{len(cells)} cells",
                expected=f"at most {len(columns)}, as in the line of column names",
            )
        else:
            yield Record(line.number, _known(columns, cells))


def _known(columns: list[str], cells: list[str]) -> dict[str, str]:
    pairs = zip(columns, cells, strict=False)
    return {column: unguarded(cell) for column, cell in pairs if cell and column in _KNOWN}


def _over_lines(
    line: Line, waiting: deque[Line], lines: Iterator[Line], columns: list[str], delimiter: str
) -> list[str] | None:
    """Try a record over a few lines; if it does not end there, or a line of it is a row of its own, its lines
    wait to be read by themselves: nobody is to vanish in the quote of somebody else."""
    taken: list[Line] = []
    text = line.text
    while len(taken) < _MAX_LINES_PER_RECORD:
        more = waiting.popleft() if waiting else next(lines, None)
        if more is None:
            break
        taken.append(more)
        text += "\n" + more.text
        if more.is_cut or len(text) > MAX_LINE_CHARS or _is_row(more, columns, delimiter):
            break
        cells = _cells(text, delimiter) if '"' in more.text else None
        if cells is not None:
            return cells
    waiting.extendleft(reversed(taken))
    return None


def _is_row(line: Line, columns: list[str], delimiter: str) -> bool:
    cells = _cells(line.text, delimiter) or []
    place = columns.index("address")
    return len(columns) > 1 and len(cells) == len(columns) and "@" in cells[place]


def _cells(text: str, delimiter: str) -> list[str] | None:
    """Split one record; None if its quotes are not closed."""
    if '"' not in text:
        return text.split(delimiter)
    try:
        rows = list(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return rows[0] if rows else []


def _json_records(lines: Iterable[Line]) -> Iterator[Record | Rejection]:
    for line in lines:
        if line.is_cut:
            yield _too_long(line)
            continue
        fields = _fields(line.text)
        if fields is None:
            yield Rejection(
                row=line.number,
                kind="json",
                problem="not an object of texts",
                expected='a line such as {"address": "me@example.org", "sections": ["robotics"]}',
            )
        else:
            yield Record(line.number, fields)


def _fields(text: str) -> dict[str, str] | None:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict):
        return None
    fields = {_column(name): _as_text(value) for name, value in data.items()}
    known = {name: value for name, value in fields.items() if name in COLUMNS}
    return None if None in known.values() else {name: value for name, value in known.items() if value}


def _as_text(value: Any) -> str | None:
    match value:
        case None:
            return ""
        case bool() | float() | dict():
            return None
        case int() if abs(value) > 10**9:
            return None
        case str() | int():
            return str(value)
        case list() if all(isinstance(item, str) for item in value):
            return " ".join(value)
        case _:
            return None


def _too_long(line: Line) -> Rejection:
    return Rejection(
        row=line.number,
        kind="length",
        problem="a line too long for a person",
        expected=f"at most {MAX_LINE_CHARS:,} characters",
    )
