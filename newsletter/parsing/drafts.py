"""Records as a source gave them become papers: texts cleaned and bounded, ids, dates, repeats.

Nothing is lost silently: a record that cannot be a paper, a text that was cut and a date that cannot be read
are problems with their place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from newsletter.model import Paper, Summary
from newsletter.parsing.author_lists import MAX_AUTHORS
from newsletter.parsing.code_links import code_url
from newsletter.parsing.given_dates import GivenDate, given_date
from newsletter.parsing.identity import identify
from newsletter.parsing.readable import Markup, readable
from newsletter.parsing.tex import plain
from newsletter.parsing.text import MAX_ABSTRACT_CHARS, MAX_TITLE_CHARS, clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from newsletter.parsing.gathering import Gathering

MAX_RECORDS = 5_000
_MAX_TERMS = 100
_MAX_TERM_CHARS = 200
_MAX_NAME_CHARS = 500
_MAX_SUMMARY_CHARS = 2_000
_MAX_JOURNAL_CHARS = 300
_MAX_URL_CHARS = 2_000
_NO_DATE = re.compile(
    r"n/?a|n\.?\s?d\.?|none|null|unknown|in press|forthcoming|to appear|accepted|0+|-+", re.IGNORECASE
)
_URL = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_TAKEN_BACK = re.compile(r"\W{0,3}(withdrawn|retracted|removed)(?: article| paper)?\s?[:\]]", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A record before its texts are cleaned.

    `place` names it for people ("record 7"). `markup` is that of `title`, and of `abstract` unless
    `abstract_markup` says otherwise. Dates are as they were written. `ids` are further ids. `source` is
    that of this record, where one document has several.
    """

    place: str
    line: int | None = None
    title: str | None = None
    abstract: str | None = None
    abstract_raw: str | None = None
    markup: Markup = "text"
    abstract_markup: Markup | None = None
    authors: Sequence[str] | None = None
    author_count: int | None = None
    are_authors_complete: bool = True
    published: str | GivenDate | None = None
    updated: str | GivenDate | None = None
    arxiv: str | None = None
    doi: str | None = None
    ids: Mapping[str, str | None] = field(default_factory=dict)
    url: str | None = None
    pdf_url: str | None = None
    categories: Iterable[str] = ()
    keywords: Iterable[str] = ()
    summary: str | None = None
    version: int | None = None
    journal: str | None = None
    flags: tuple[str, ...] = ()
    source: str | None = None
    counts: Mapping[Literal["upvotes", "comments", "stars"], int | None] = field(default_factory=dict)


def add_drafts(drafts: Iterable[Draft], gathering: Gathering, source: str) -> None:
    """Make papers of the records of a source; without any, the gathering says so."""
    for number, draft in enumerate(drafts):
        if number == MAX_RECORDS:
            message = f"the records from here on were left out ({draft.place})"
            gathering.report(message, draft.line, expected=f"at most {MAX_RECORDS:,} records")
            break
        _add(draft, gathering, source)
    if gathering.is_silent:
        gathering.report("no paper in it")


def _add(draft: Draft, gathering: Gathering, source: str) -> None:
    bounds = _Bounds()
    title = bounds.readable(draft.title or "", MAX_TITLE_CHARS, draft.markup)
    if not title:
        gathering.report(f"{draft.place}: no title, so it was left out", draft.line, expected="a title")
        return
    paper = _paper(draft, title, source, bounds, gathering)
    if bounds.cut:
        gathering.report(f"{draft.place}: cut to the limit", draft.line, expected=", ".join(bounds.cut))
    gathering.add(paper, draft.line)


def _paper(draft: Draft, title: str, source: str, bounds: _Bounds, gathering: Gathering) -> Paper:
    markup = draft.abstract_markup or draft.markup
    abstract = bounds.readable(draft.abstract or "", MAX_ABSTRACT_CHARS, markup)
    url = _address(draft.url)
    identity = identify(title, arxiv=draft.arxiv, doi=draft.doi, url=url)
    names = [name for raw in draft.authors or () if (name := clean(plain(raw[:_MAX_NAME_CHARS])))]
    published, updated = (_date(when, draft, gathering) for when in (draft.published, draft.updated))
    told = bounds.readable(draft.summary or "", _MAX_SUMMARY_CHARS, draft.markup)
    return Paper(
        key=identity.key,
        ids={**{name: value for name, value in draft.ids.items() if value}, **identity.ids},
        title=title,
        title_raw=draft.title or title,
        abstract=abstract or None,
        abstract_raw=(draft.abstract_raw or draft.abstract) if abstract else None,
        authors=tuple(bounds.few(names, MAX_AUTHORS, "authors")) or None,
        author_count=draft.author_count or (len(names) if draft.are_authors_complete else 0) or None,
        published=published.day if published else None,
        updated=updated.day if updated else None,
        url=url,
        pdf_url=_address(draft.pdf_url),
        code_url=code_url(abstract) if abstract else None,
        source=draft.source or source,
        categories=_terms(draft.categories, bounds, "categories"),
        keywords=_terms(draft.keywords, bounds, "keywords"),
        upvotes=draft.counts.get("upvotes"),
        comments=draft.counts.get("comments"),
        stars=draft.counts.get("stars"),
        summary=Summary(text=told, origin="source") if told else None,
        version=draft.version,
        journal_ref=bounds.readable(draft.journal or "", _MAX_JOURNAL_CHARS, draft.markup) or None,
        flags=tuple(dict.fromkeys([*draft.flags, *_taken_back(title), *_dated(published)])),
    )


def _date(when: str | GivenDate | None, draft: Draft, gathering: Gathering) -> GivenDate | None:
    if not isinstance(when, str):
        return when
    if not when.strip() or _NO_DATE.fullmatch(when.strip()):
        return None
    found = given_date(when)
    if found is None:
        expected = "a year, a month or a day, such as 2025-11-07"
        gathering.report(
            f"{draft.place}: a date that cannot be read", draft.line, expected=expected, found=when
        )
    return found


class _Bounds:
    """Keeps the texts of one record within limits and remembers which were cut."""

    def __init__(self) -> None:
        self.cut: list[str] = []

    def readable(self, raw: str, max_chars: int, markup: Markup) -> str:
        text, was_cut = readable(raw, max_chars, markup)
        if was_cut:
            self.cut.append(f"a text of at most {max_chars:,} characters")
        return text

    def few(self, items: list[str], at_most: int, what: str) -> list[str]:
        if len(items) > at_most:
            self.cut.append(f"at most {at_most:,} {what}, not {len(items):,}")
        return items[:at_most]


def _terms(raw: Iterable[str], bounds: _Bounds, what: str) -> tuple[str, ...] | None:
    cleaned = (clean(plain(term[:_MAX_TERM_CHARS])) for term in raw)
    return tuple(bounds.few(list(dict.fromkeys(t for t in cleaned if t)), _MAX_TERMS, what)) or None


def _address(text: str | None) -> str | None:
    """Take an http(s) address as it is; anything else is none."""
    address = (text or "").strip()
    return address if len(address) <= _MAX_URL_CHARS and _URL.fullmatch(address) else None


def _taken_back(title: str) -> list[str]:
    """Say "withdrawn" or "retracted" where the title says so in front."""
    found = _TAKEN_BACK.match(title)
    return [] if found is None else [{"removed": "withdrawn"}.get(found[1].lower(), found[1].lower())]


def _dated(published: GivenDate | None) -> list[str]:
    return [f"dated {published.shown}"] if published and published.day is None else []
