"""BibTeX: what reference managers, publishers and people write."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsletter.parsing.arxiv_mentions import arxiv_among
from newsletter.parsing.bibtex_entries import Entry, read_entries
from newsletter.parsing.decoding import decode, undecodable
from newsletter.parsing.detection import looks_like_text
from newsletter.parsing.drafts import Draft, add_drafts
from newsletter.parsing.gathering import Gathering
from newsletter.parsing.given_dates import GivenDate, date_of, given_date, month_number
from newsletter.parsing.identity import arxiv_id, arxiv_id_in
from newsletter.parsing.names import people, person

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsletter.model import Document, Parsed

# Round brackets only behind the usual types: other languages have @decorator(a, b=c).
_LOOKS_LIKE = re.compile(
    r"^[ \t]*@[ \t]*(?:(?!comment|preamble|string)[A-Za-z]{3,40}\s{0,9}\{"
    r"|(?:article|book|booklet|conference|in\w{4,12}|manual|\w{2,8}thesis|misc|online|proceedings|techreport"
    r"|unpublished)\s{0,9}\()\s{0,99}[^,{}=\"\n]{0,300},\s{0,99}[A-Za-z][\w-]{0,60}\s{0,99}=",
    re.MULTILINE | re.IGNORECASE,
)
_HEAD_CHARS = 400_000
_AND = re.compile(r"\s+and\s+", re.IGNORECASE)
_OTHERS = frozenset(("others", "et al", "et al.", "{others}"))
_NO_PAPERS = frozenset(("set", "xdata"))
_JOURNALS = ("journal", "journaltitle", "booktitle")
# Where an arXiv id hides, from the plainest place to the least sure one.
_ARXIV_FIELDS = (
    "arxivid", "arxiv", "doi", "url", "journal", "journaltitle", "howpublished", "publisher", "number",
    "volume", "pages", "institution", "booktitle", "bdsk-url-1",
)  # fmt: skip
_NOTES = ("note", "annote", "addendum", "pubstate")
_MONTH_AND_DAY = re.compile(
    r"(?:(?P<day>\d{1,2})\W+)?(?P<month>[A-Za-z]{3,9}|\d{1,2})\.?(?:\W+(?P<after>\d{1,2}))?"
)
_MACRO = re.compile(r"\s*\\[A-Za-z]+\s*")
_URL_MACRO = re.compile(r"\\(?:url|path)\s*\{([^{}]*)\}")


class BibTeX:
    """Reads BibTeX and BibLaTeX. A year and a month are no date: such a paper is flagged `dated 2014-05`."""

    reads = "BibTeX (.bib)"

    def recognises(self, document: Document, /) -> bool:
        """Look for the beginning of an entry."""
        if not looks_like_text(document.body):
            return False
        head = decode(document.body[:_HEAD_CHARS]).replace("\r", "\n")
        return _LOOKS_LIKE.search(head) is not None

    def parse(self, document: Document, /) -> Parsed:
        """Read every entry; a broken one gives what can be told of it."""
        gathering = Gathering()
        gathering.take(undecodable(document.body))
        text = decode(document.body).replace("\r\n", "\n").replace("\r", "\n")
        found = read_entries(text)
        gathering.take(found.problems)
        by_key = {entry.key.casefold(): entry for entry in reversed(found.entries)}
        entries = (entry for entry in found.entries if entry.type not in _NO_PAPERS)
        add_drafts((_draft(entry, _inherited(entry, by_key)) for entry in entries), gathering, "bibtex")
        return gathering.parsed(document, day=None)


def _inherited(entry: Entry, by_key: Mapping[str, Entry]) -> Mapping[str, str]:
    """Add what an entry takes from the one it refers to: never its title."""
    parent = by_key.get(entry.fields.get("crossref", "").strip().casefold())
    if parent is None or parent is entry:
        return entry.fields
    taken = {name: parent.fields[name] for name in ("year", "date", "month") if name in parent.fields}
    return taken | dict(entry.fields)


def _draft(entry: Entry, fields: Mapping[str, str]) -> Draft:
    authors, is_complete = _authors(fields.get("author") or "")
    subtitle = fields.get("subtitle")
    title = fields.get("title") or ""
    url = _URL_MACRO.sub(r"\1", fields.get("url") or "").replace("\\", "").strip("{} ") or None
    return Draft(
        place=f"entry {entry.key!r}" if entry.key else "an entry without a key",
        line=entry.line,
        title=f"{title}: {subtitle}" if title and subtitle else title,
        abstract=fields.get("abstract"),
        markup="bibtex",
        authors=authors,
        are_authors_complete=is_complete,
        published=_published(fields),
        arxiv=_arxiv(fields),
        doi=(fields.get("doi") or "").replace("\\", "").replace("{", "").replace("}", "") or _doi_in(url),
        ids={"pmid": _bare(fields.get("pmid"))},
        url=url,
        journal=next((fields[name] for name in _JOURNALS if _is_written_out(fields.get(name))), None),
        categories=(fields.get("primaryclass") or fields.get("eprintclass") or "").replace(",", " ").split(),
        keywords=re.split(r"[;,\n]", fields.get("keywords") or fields.get("keyword") or ""),
    )


def _authors(text: str) -> tuple[list[str], bool]:
    """Part names at the word "and" outside of braces, and say whether all authors are there.

    A text without "and" may be a list by commas, which is no BibTeX but is met.
    """
    names = [name.strip() for name in _split_outside_braces(" ".join(text.split()))]
    named = [name for name in names if name and name.casefold() not in _OTHERS]
    if len(named) == 1 or any(name.count(",") > 2 for name in named):  # noqa: PLR2004 - Last, Jr, First
        return [one for name in named for one in people(name)], len(named) == len(names)
    return [person(name) for name in named], len(named) == len([name for name in names if name])


def _split_outside_braces(text: str) -> list[str]:
    names, start, depth, at = [], 0, 0, 0
    for separator in _AND.finditer(text):
        between = text[at : separator.start()]
        depth = max(0, depth + between.count("{") - between.count("}"))
        at = separator.start()
        if depth == 0:
            names.append(text[start : separator.start()])
            start = separator.end()
    return [*names, text[start:]]


def _published(fields: Mapping[str, str]) -> GivenDate | str | None:
    if when := _bare(fields.get("date")):
        return when.partition("/")[0] or when
    year = _bare(fields.get("year"))
    month = _bare(fields.get("month"))
    if not year or not month:
        return year
    found = _MONTH_AND_DAY.fullmatch(month)
    number = month_number(found["month"]) if found else None
    day = _bare(fields.get("day")) or (found and (found["day"] or found["after"]))
    if number is None or len(year) != 4:  # noqa: PLR2004
        return year
    return date_of(year, number, day) or date_of(year, number) or given_date(year)


def _arxiv(fields: Mapping[str, str]) -> str | None:
    """Find the arXiv id of the paper itself; a note may be about another one."""
    kind = (fields.get("archiveprefix") or fields.get("eprinttype") or "arxiv").strip("{} ").casefold()
    eprint = _bare(fields.get("eprint"))
    if eprint and kind == "arxiv" and (found := arxiv_id(eprint) or arxiv_id_in(eprint)):
        return found
    journal = (fields.get("journal") or "").strip("{} ").casefold()
    if journal == "corr" and (
        found := arxiv_id((fields.get("volume") or "").strip("{} ").removeprefix("abs/"))
    ):
        return found
    bare = {name: value.replace("{", "").replace("}", "") for name, value in fields.items()}
    return arxiv_among(
        [bare[name] for name in _ARXIV_FIELDS if name in bare],
        notes=[bare[name] for name in _NOTES if name in bare],
    )


def _is_written_out(name: str | None) -> bool:
    r"""Whether a journal has a name, and not a macro of a publisher's own such as `\aap`."""
    return bool(name) and _MACRO.fullmatch(name or "") is None


def _doi_in(url: str | None) -> str | None:
    return url if url and "doi.org/" in url.casefold() else None


def _bare(value: str | None) -> str | None:
    return (value or "").replace("{", "").replace("}", "").replace("~", " ").strip(' .,"') or None
