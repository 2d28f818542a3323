"""bioRxiv and medRxiv: the JSON of their interface, https://api.biorxiv.org."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from newsletter.model import Beyond, Document, Parsed
from newsletter.parsing import json_fields as fields
from newsletter.parsing.drafts import Draft, add_drafts
from newsletter.parsing.gathering import Gathering
from newsletter.parsing.given_dates import given_date
from newsletter.parsing.json_kinds import json_kind
from newsletter.parsing.json_records import JsonRecord, objects, read_answer
from newsletter.parsing.names import people

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

_NOT_GIVEN = frozenset(("", "na", "n/a", "none", "null"))
_FINE = frozenset(("", "ok"))
_INTERVAL = re.compile(r"\s*(\S+?)\s*[:/]\s*(\S+)\s*")


class Biorxiv:
    """Reads what `/details`, `/pubs` and their kin answer: one record for each version of a preprint.

    The versions of one preprint become one paper, the newest; its first day is known only where the first
    version is there as well. Everything is a text in this format, and "NA" says that nothing is known.
    """

    reads = "the JSON of bioRxiv and medRxiv (api.biorxiv.org/details/...)"

    def recognises(self, document: Document, /) -> bool:
        """Look for their names of things."""
        return json_kind(document) == "biorxiv"

    def parse(self, document: Document, /) -> Parsed:
        """Read every record of what is one page of an answer; `beyond` says where the next one begins."""
        gathering = Gathering()
        answer = read_answer(document, gathering, lists=("collection",), is_record=_is_record)
        message = _message(answer.about)
        _report(message, gathering)
        add_drafts(map(_draft, _preprints(objects(answer, gathering))), gathering, "biorxiv")
        beyond = _beyond(message, len(answer.records))
        return gathering.parsed(document, day=_day(message), beyond=beyond)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    record: JsonRecord
    version: int | None

    def told(self, name: str) -> str | None:
        """Give a field, under its name in `/details` or in `/pubs`."""
        for key in (name, f"preprint_{name}", f"biorxiv_{name}"):
            value = fields.text(self.record.data, key)
            if value and value.strip().casefold() not in _NOT_GIVEN:
                return value
        return None


def _is_record(data: Any) -> bool:
    return isinstance(data, dict) and any(name in data for name in ("doi", "preprint_doi", "biorxiv_doi"))


def _preprints(records: Iterable[JsonRecord]) -> list[list[_Row]]:
    """Put the versions of each preprint together, the newest first; its place is that of its first row."""
    preprints: dict[str, list[_Row]] = {}
    for record in records:
        row = _Row(record=record, version=fields.count(fields.text(record.data, "version")))
        key = (row.told("doi") or f"#{record.number}").strip().casefold()
        preprints.setdefault(key, []).append(row)
    newest_first = (sorted(rows, key=lambda row: -(row.version or 0)) for rows in preprints.values())
    return list(newest_first)


def _draft(versions: Sequence[_Row]) -> Draft:
    newest = versions[0]
    first = next((row for row in versions if (row.version or 1) == 1), None)
    category = newest.told("category")
    is_taken_back = (newest.told("type") or "").casefold().startswith(("withdrawn", "removed", "retract"))
    return Draft(
        place=newest.record.place,
        line=newest.record.line,
        title=newest.told("title"),
        abstract=newest.told("abstract"),
        markup="html",
        authors=people(newest.told("authors") or ""),
        published=first.told("date") if first else None,
        updated=newest.told("date") if newest.version and newest.version > 1 else None,
        doi=newest.told("doi"),
        categories=[" ".join(category.replace("_", " ").casefold().split())] if category else [],
        version=newest.version,
        source="medrxiv" if (newest.told("server") or "").casefold() == "medrxiv" else None,
        flags=("withdrawn",) if is_taken_back else (),
    )


def _message(about: Mapping[str, Any]) -> Mapping[str, Any]:
    first = next(iter(fields.items(about, "messages")), None)
    return first if isinstance(first, dict) else {}


def _report(message: Mapping[str, Any], gathering: Gathering) -> None:
    status = fields.text(message, "status") or ""
    if status.strip().casefold() not in _FINE:
        gathering.report(f"the service says: {status[:200].strip()}")


def _beyond(message: Mapping[str, Any], rows: int) -> Beyond | None:
    """Say where the next page begins: one has 100 records at most."""
    total = fields.count(fields.at(message, "total"))
    following = (fields.count(fields.at(message, "cursor")) or 0) + rows
    if total is None:
        return None
    return Beyond(token=str(following) if rows and following < total else None, total=total)


def _day(message: Mapping[str, Any]) -> date | None:
    """Give the one day that was asked for; of several days there is none."""
    found = _INTERVAL.fullmatch(fields.text(message, "interval") or "")
    if found is None or found[1] != found[2]:
        return None
    given = given_date(found[1])
    return given.day if given else None
