"""People as a file that an import reads back, and that a spreadsheet may open."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any, TextIO, assert_never

from newsletter.audience.records import COLUMNS
from newsletter.parsing.spreadsheets import guarded

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsletter.audience.records import Format
    from newsletter.subscriber import Subscriber


def export_people(people: Iterable[Subscriber], output: TextIO, form: Format) -> int:
    """Write one row per person and say how many. CSV guards against formulas; JSON Lines does not."""
    match form:
        case "csv":
            return _csv(people, output)
        case "jsonl":
            return _json_lines(people, output)
        case _:
            assert_never(form)


def as_data(person: Subscriber) -> dict[str, Any]:
    """Give what an import understands, by the names of its columns."""
    return {
        "address": person.address,
        "name": person.name,
        "status": person.status,
        "sections": person.sections,
        "cadence": person.cadence,
        "timezone": person.timezone,
        "hour": person.hour,
        "language": person.language,
        "consent_source": person.consent.source,
        "consent_at": person.consent.at.isoformat() if person.consent.at else None,
    }


def _csv(people: Iterable[Subscriber], output: TextIO) -> int:
    writer = csv.writer(output, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    count = 0
    for count, person in enumerate(people, start=1):  # noqa: B007 - the last number is the count
        writer.writerow([guarded(_cell(value)) for value in as_data(person).values()])
    return count


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case tuple():
            return " ".join(value)
        case _:
            return str(value)


def _json_lines(people: Iterable[Subscriber], output: TextIO) -> int:
    count = 0
    for count, person in enumerate(people, start=1):  # noqa: B007 - the last number is the count
        output.write(json.dumps(as_data(person), ensure_ascii=False) + "\n")
    return count
