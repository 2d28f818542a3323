"""Harvests of arXiv's metadata by OAI-PMH (oaipmh.arxiv.org/oai), in its forms `arXiv` and `arXivRaw`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsletter.errors import SourceError
from newsletter.model import Beyond, Document, Parsed
from newsletter.parsing import xml_text
from newsletter.parsing.arxiv_records import ArxivRecord, add_record
from newsletter.parsing.author_lists import names_in, names_of
from newsletter.parsing.gathering import Gathering
from newsletter.parsing.written_days import written_day
from newsletter.parsing.xml_records import read_xml

if TYPE_CHECKING:
    from newsletter.parsing.xml_tree import Element

_VERSION = re.compile(r"v(\d{1,3})")
_FORMS = ("arXiv:arXiv", "arXivRaw:arXivRaw")
_NOTHING_NEW = "noRecordsMatch"
_MAX_DIGITS = 12


class ArxivOai:
    """Reads one page of a harvest; `Parsed.beyond.token` is the resumption token of the next one.

    A record's datestamp is the day on which its metadata changed, not a date of the paper, and is not used.
    """

    reads = "a page of a harvest of arXiv by OAI-PMH (arXiv or arXivRaw)"

    def recognises(self, document: Document, /) -> bool:
        """Look for OAI-PMH that names arXiv, or for an error message of the protocol."""
        head = xml_text.head(document.body)
        return "OAI-PMH" in head[:2000] and ("arxiv" in head.lower() or "<error" in head)

    def parse(self, document: Document, /) -> Parsed:
        """Read every record. An error of the protocol other than "nothing new" is a `SourceError`."""
        found = read_xml(document, ("oai:record",))
        gathering = Gathering()
        gathering.take(found.problems)
        for error in found.root.children("oai:error"):
            _take_error(document, error, gathering)
        for record in found.records:
            _add(record, gathering)
        if not (found.records or found.problems or found.root.child("oai:error")):
            gathering.report("no paper: the harvest has no record")
        day = written_day(found.root.text_of("oai:responseDate"))
        return gathering.parsed(document, day=day, beyond=_beyond(found.root))


def _take_error(document: Document, error: Element, gathering: Gathering) -> None:
    code, told = error.attributes.get("code", "unknown"), " ".join(error.text[:300].split())
    if code != _NOTHING_NEW:
        raise SourceError(
            f"{document.origin}: an error message of OAI-PMH instead of papers: {code} {told}".rstrip(),
            hint="begin the harvest anew; a resumption token is good for a day at most",
        )
    gathering.report("no paper: no record matches what was asked for", error.line, found=told)


def _add(record: Element, gathering: Gathering) -> None:
    header, metadata = record.child("oai:header"), record.child("oai:metadata")
    number = header.text_of("oai:identifier") if header else None
    if header and header.attributes.get("status") == "deleted":
        gathering.report("a record that its source has deleted", record.line, found=number)
        return
    form = metadata.child(*_FORMS) if metadata else None
    if form is None:
        other = next((child.name for child in metadata.children()), None) if metadata else None
        expected = "metadata in the form arXiv or arXivRaw"
        gathering.report(
            "a record that cannot be read", record.line, expected=expected, found=other or number
        )
        return
    add_record(_record(form, number, record.line), gathering)


def _record(form: Element, number: str | None, line: int) -> ArxivRecord:
    space = form.name.rpartition(":")[0]
    versions = _versions(form)
    first, last = (versions[0], versions[-1]) if versions else (None, None)

    def text(name: str) -> str | None:
        return form.text_of(f"{space}:{name}")

    return ArxivRecord(
        line=line,
        id=text("id") or number,
        title=text("title"),
        abstract=text("abstract"),
        authors=_authors(form),
        categories=(text("categories") or "").split(),
        comments=text("comments"),
        journal_ref=text("journal-ref"),
        doi=text("doi"),
        published=written_day(_of(first, "date") or text("created")),
        updated=written_day(_of(last, "date") or text("updated")),
        version=_number_of(last, len(versions)),
        # arXiv writes `I` among the formats of a version that was withdrawn
        is_withdrawn="I" in (_of(last, "source_type") or ""),
    )


def _versions(form: Element) -> list[Element]:
    """List the versions in their order, whether or not they stand in an element of their own."""
    holder = form.child("arXivRaw:versions") or form
    versions = list(holder.children("arXivRaw:version"))
    return sorted(versions, key=lambda version: _number_of(version, 0) or 0)


def _of(version: Element | None, name: str) -> str | None:
    return version.text_of(f"arXivRaw:{name}") if version else None


def _number_of(version: Element | None, default: int) -> int | None:
    if version is None:
        return None
    named = version.attributes.get("version") or _of(version, "version") or ""
    found = _VERSION.fullmatch(named.strip())
    return int(found[1]) if found else default or None


def _authors(form: Element) -> tuple[str, ...]:
    """Read structured names (arXiv) or one text of them (arXivRaw)."""
    holder = form.child("arXiv:authors", "arXivRaw:authors")
    if holder is None:
        return ()
    people = list(holder.children("arXiv:author"))
    parts = ("arXiv:forenames", "arXiv:keyname", "arXiv:suffix")
    return (
        names_of(" ".join(text for part in parts if (text := person.text_of(part))) for person in people)
        if people
        else names_in(holder.text)
    )


def _beyond(root: Element) -> Beyond | None:
    """Take the resumption token; an empty one ends the list."""
    element = next(root.within("oai:resumptionToken"), None)
    if element is None:
        return None
    size = element.attributes.get("completeListSize", "").strip()
    total = int(size) if size.isascii() and size.isdigit() and len(size) < _MAX_DIGITS else None
    return Beyond(token=element.text.strip() or None, total=total)
