"""OpenAlex: the JSON of its interface and of its snapshots."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newsletter.model import Beyond
from newsletter.parsing import json_fields as fields
from newsletter.parsing.drafts import Draft, add_drafts
from newsletter.parsing.gathering import Gathering
from newsletter.parsing.identity import arxiv_id
from newsletter.parsing.json_kinds import json_kind
from newsletter.parsing.json_records import objects, read_answer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.model import Document, Parsed

_MAX_WORDS = 20_000  # beyond them no abstract goes


class OpenAlex:
    """Reads a work, the works of `{"results": [...]}`, and one work per line.

    Abstracts come as the places of each word and are put together again.
    """

    reads = "the JSON of OpenAlex (works)"

    def recognises(self, document: Document, /) -> bool:
        """Look for their names of things."""
        return json_kind(document) == "openalex"

    def parse(self, document: Document, /) -> Parsed:
        """Read every work."""
        gathering = Gathering()
        answer = read_answer(document, gathering, lists=("results",), is_record=_is_record)
        add_drafts(
            (_draft(record.data, record.place, record.line) for record in objects(answer, gathering)),
            gathering,
            "openalex",
        )
        return gathering.parsed(document, day=None, beyond=_beyond(answer.about.get("meta")))


def _beyond(meta: Any) -> Beyond | None:
    """Say how to ask for the next page: by cursor where the answer gives one, else by number."""
    total = fields.count(fields.at(meta, "count"))
    if total is None:
        return None
    page, size = (fields.count(fields.at(meta, name)) or 0 for name in ("page", "per_page"))
    numbered = str(page + 1) if page and page * size < total else None
    return Beyond(token=fields.text(meta, "next_cursor") or numbered, total=total)


def _is_record(data: Any) -> bool:
    return isinstance(data, dict) and "id" in data and ("title" in data or "publication_year" in data)


def _draft(data: dict[str, Any], place: str, line: int) -> Draft:
    pages = list(_texts_of(_locations(data), "landing_page_url"))
    free = fields.text(data, "open_access", "oa_url")
    return Draft(
        place=place,
        line=line,
        title=fields.text(data, "title") or fields.text(data, "display_name"),
        abstract=_abstract(fields.at(data, "abstract_inverted_index")) or fields.text(data, "abstract"),
        markup="html",
        authors=list(_authors(data)),
        author_count=fields.count(fields.at(data, "authors_count")),
        are_authors_complete=fields.at(data, "is_authors_truncated") is not True,
        published=fields.text(data, "publication_date") or fields.text(data, "publication_year"),
        arxiv=next((number for page in [*pages, free or ""] if (number := arxiv_id(page))), None),
        doi=fields.text(data, "doi") or fields.text(data, "ids", "doi"),
        ids={
            "openalex": _last_part(fields.text(data, "id") or fields.text(data, "ids", "openalex")),
            "pmid": _last_part(fields.text(data, "ids", "pmid")),
            "pmcid": _last_part(fields.text(data, "ids", "pmcid")),
        },
        url=next(iter(pages), free),
        pdf_url=next(_texts_of(_locations(data), "pdf_url"), None),
        journal=fields.text(data, "primary_location", "source", "display_name"),
        categories=_topics(data),
        keywords=_keywords(data),
        flags=("retracted",) if fields.at(data, "is_retracted") is True else (),
    )


def _abstract(index: Any) -> str | None:
    """Put an abstract together from the places of its words; what is no place is left out."""
    if not isinstance(index, dict):
        return None
    inner = index.get("InvertedIndex")  # an older form
    words = [
        (place, word)
        for word, places in (inner if isinstance(inner, dict) else index).items()
        for place in (places if isinstance(places, list) else [])
        if isinstance(place, int) and not isinstance(place, bool) and place >= 0
    ]
    words.sort(key=lambda pair: pair[0])
    return " ".join(word for _, word in words[:_MAX_WORDS]) or None


def _authors(data: dict[str, Any]) -> Iterator[str]:
    for authorship in fields.items(data, "authorships"):
        if name := fields.text(authorship, "author", "display_name") or fields.text(
            authorship, "raw_author_name"
        ):
            yield name


def _locations(data: dict[str, Any]) -> list[Any]:
    single = [fields.at(data, name) for name in ("primary_location", "best_oa_location")]
    return [*single, *fields.items(data, "locations")]


def _texts_of(values: list[Any], name: str) -> Iterator[str]:
    return fields.texts(fields.at(value, name) for value in values)


def _topics(data: dict[str, Any]) -> Iterator[str]:
    return _texts_of([fields.at(data, "primary_topic"), *fields.items(data, "topics")], "display_name")


def _keywords(data: dict[str, Any]) -> Iterator[str]:
    for entry in fields.items(data, "keywords"):
        if told := fields.text(entry) or fields.first_text(entry, "display_name", "keyword"):
            yield told


def _last_part(address: str | None) -> str | None:
    return address.rstrip("/").rpartition("/")[2] if address else None
