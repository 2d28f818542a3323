"""Crossref: the JSON of its interface; and CSL-JSON, which is much alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newsletter.model import Beyond
from newsletter.parsing import json_fields as fields
from newsletter.parsing.drafts import Draft, add_drafts
from newsletter.parsing.gathering import Gathering
from newsletter.parsing.given_dates import GivenDate, date_of
from newsletter.parsing.json_kinds import json_kind
from newsletter.parsing.json_records import objects, read_answer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from newsletter.model import Document, Parsed

# The dates of publication, from the one that is mostly the first; "created" is when the record was made.
_DATES = ("published-online", "posted", "published", "issued", "published-print", "published-other")
_TAKEN_BACK = frozenset(("retraction", "withdrawal", "removal"))


class Crossref:
    """Reads a work, the works of a search (`message.items`), and lists of CSL-JSON as reference managers
    export them. Titles and abstracts are JATS and become plain text."""

    reads = "the JSON of Crossref (works), and CSL-JSON"

    def recognises(self, document: Document, /) -> bool:
        """Look for their names of things."""
        return json_kind(document) == "crossref"

    def parse(self, document: Document, /) -> Parsed:
        """Read every work."""
        gathering = Gathering()
        answer = read_answer(document, gathering, lists=("items",), is_record=_is_record)
        add_drafts(
            (_draft(record.data, record.place, record.line) for record in objects(answer, gathering)),
            gathering,
            "crossref",
        )
        beyond = _beyond(answer.about, len(answer.records))
        return gathering.parsed(document, day=None, beyond=beyond)


def _beyond(about: Mapping[str, Any], works: int) -> Beyond | None:
    """Say how to ask for the next page: by cursor where the answer gives one, else by offset."""
    total = fields.count(about.get("total-results"))
    if total is None:
        return None
    following = (fields.count(fields.at(about, "query", "start-index")) or 0) + works
    offset = str(following) if works and following < total else None
    return Beyond(token=fields.text(about, "next-cursor") or offset, total=total)


def _is_record(data: Any) -> bool:
    return isinstance(data, dict) and "title" in data and ("DOI" in data or "type" in data)


def _draft(data: dict[str, Any], place: str, line: int) -> Draft:
    return Draft(
        place=place,
        line=line,
        title=fields.first_text(data, "title"),
        abstract=fields.first_text(data, "abstract"),
        markup="html",
        authors=list(_authors(data)),
        published=_published(data),
        doi=fields.text(data, "DOI"),
        arxiv=fields.text(data, "number"),
        ids={"pmid": fields.text(data, "PMID"), "pmcid": fields.text(data, "PMCID")},
        url=fields.text(data, "URL") or fields.text(data, "resource", "primary", "URL"),
        pdf_url=_pdf(data),
        journal=fields.first_text(data, "container-title"),
        categories=[*fields.texts(fields.items(data, "subject")), *_group(data)],
        keywords=_keywords(data),
        flags=("retracted",) if _is_taken_back(data) else (),
    )


def _authors(data: dict[str, Any]) -> Iterator[str]:
    for author in fields.items(data, "author"):
        given = [fields.text(author, part) for part in ("given", "non-dropping-particle", "family", "suffix")]
        name = " ".join(part for part in given if part)
        if name := name or fields.first_text(author, "name", "literal") or "":
            yield name


def _published(data: dict[str, Any]) -> GivenDate | str | None:
    """Give the first date that is exact to the day, else the first of all."""
    found = [date for name in _DATES if (date := _date(fields.at(data, name)))]
    exact = next((date for date in found if date.day), None)
    raw = fields.first_text(fields.at(data, "issued"), "raw", "literal")
    return exact or next(iter(found), None) or raw


def _date(value: Any) -> GivenDate | None:
    first = next(iter(fields.items(value, "date-parts")), None)
    return date_of(*first[:3]) if isinstance(first, list) and first else None


def _pdf(data: dict[str, Any]) -> str | None:
    links = [
        link for link in fields.items(data, "link") if fields.text(link, "content-type") == "application/pdf"
    ]
    return next(fields.texts(fields.at(link, "URL") for link in links), None)


def _group(data: dict[str, Any]) -> list[str]:
    title = fields.text(data, "group-title")
    return [title] if title else []


def _keywords(data: dict[str, Any]) -> list[str]:
    return [word for word in (fields.text(data, "keyword") or "").split(",") if word.strip()]


def _is_taken_back(data: dict[str, Any]) -> bool:
    return any(fields.text(update, "type") in _TAKEN_BACK for update in fields.items(data, "updated-by"))
