"""Semantic Scholar: the JSON of its interface and of its data sets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newsletter.model import Beyond
from newsletter.parsing import json_fields as fields
from newsletter.parsing.drafts import Draft, add_drafts
from newsletter.parsing.gathering import Gathering
from newsletter.parsing.json_kinds import json_kind
from newsletter.parsing.json_records import JsonRecord, read_answer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from newsletter.model import Document, Parsed

_WRAPPERS = ("citedPaper", "citingPaper", "paper")
# Their names of ids, and ours.
_IDS = {"DBLP": "dblp", "PubMed": "pmid", "PubMedCentral": "pmcid", "ACL": "acl", "CorpusId": "s2corpus"}


class SemanticScholar:
    """Reads a paper, a list of papers (`/paper/batch`), `{"data": [...]}` of a search, and recommendations;
    one paper per line as well. Fields that were not asked for are simply not there."""

    reads = "the JSON of Semantic Scholar (papers, searches, batches, recommendations)"

    def recognises(self, document: Document, /) -> bool:
        """Look for their names of things."""
        return json_kind(document) == "semanticscholar"

    def parse(self, document: Document, /) -> Parsed:
        """Read every record; a batch has null in the place of a paper that is not known there."""
        gathering = Gathering()
        lists = ("data", "recommendedPapers", "papers", "results")
        answer = read_answer(document, gathering, lists=lists, is_record=_is_record)
        add_drafts(_drafts(answer.records, gathering), gathering, "semanticscholar")
        return gathering.parsed(document, day=None, beyond=_beyond(answer.about))


def _beyond(about: Mapping[str, Any]) -> Beyond | None:
    total, following = fields.count(about.get("total")), fields.first_text(about, "next", "token")
    return None if total is None and following is None else Beyond(token=following, total=total)


def _is_record(data: Any) -> bool:
    return isinstance(data, dict) and ("paperId" in data or any(name in data for name in _WRAPPERS))


def _drafts(records: Iterable[JsonRecord], gathering: Gathering) -> Iterator[Draft]:
    for record in records:
        data = _unwrapped(record.data)
        if data is None:
            what = "a paper that is not known there" if record.data is None else "no record"
            gathering.report(f"{record.place}: {what}", record.line, found=str(record.data)[:100])
        else:
            yield _draft(data, record.place, record.line)


def _unwrapped(data: Any) -> dict[str, Any] | None:
    """Give the paper itself, out of a citation or a search hit."""
    for name in _WRAPPERS:
        if isinstance(inner := fields.at(data, name), dict):
            return inner
    return data if isinstance(data, dict) else None


def _draft(data: dict[str, Any], place: str, line: int) -> Draft:
    known = {ours: fields.text(data, "externalIds", theirs) for theirs, ours in _IDS.items()}
    return Draft(
        place=place,
        line=line,
        title=fields.text(data, "title"),
        abstract=fields.text(data, "abstract"),
        markup="tags",
        authors=list(_authors(data)),
        published=fields.text(data, "publicationDate") or fields.text(data, "year"),
        arxiv=fields.text(data, "externalIds", "ArXiv"),
        doi=fields.text(data, "externalIds", "DOI"),
        ids={"s2": fields.text(data, "paperId"), **known},
        url=fields.text(data, "url"),
        pdf_url=fields.text(data, "openAccessPdf", "url"),
        categories=_fields_of_study(data),
        journal=fields.text(data, "venue") or fields.text(data, "journal", "name"),
        summary=fields.text(data, "tldr", "text"),
    )


def _authors(data: dict[str, Any]) -> Iterator[str]:
    for author in fields.items(data, "authors"):
        if name := fields.text(author) or fields.text(author, "name"):
            yield name


def _fields_of_study(data: dict[str, Any]) -> list[str]:
    told = fields.items(data, "s2FieldsOfStudy")
    newer = list(fields.texts(fields.at(entry, "category") for entry in told))
    return newer or list(fields.texts(fields.items(data, "fieldsOfStudy")))
