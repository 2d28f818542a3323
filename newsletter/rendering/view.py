"""What the templates of an edition are given: finished texts and links, nothing to compute or escape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

from newsletter.model import Entry, Issue, Paper, Slot, sentinel
from newsletter.parsing.text import clean
from newsletter.rendering import direction, wording
from newsletter.rendering.leads import leads
from newsletter.rendering.links import host_of, safe_url, search_link, title_link
from newsletter.rendering.subject import preheader, subject
from newsletter.rendering.wording import by_line, counted, listed, short_date, written_out

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from newsletter.rendering.direction import Direction

# With fewer papers than this, "in this issue" would only repeat what is on the same screen.
_MIN_PAPERS_FOR_LEADS = 8
_MAX_REASONS = 4
_UNTITLED = "Untitled paper"
_SOURCES = {"hf": "Hugging Face", "arxiv": "arXiv"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link and the words it stands on."""

    text: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """A paper under "in this issue" and the section it is in ("" for none)."""

    link: Link
    section: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A paper as it is shown. `facts` are short and in reading order; `direction` is set where the text runs
    against the edition; `is_source_summary` tells readers who wrote it; "" stands for what there is not."""

    link: Link
    facts: tuple[str, ...]
    code: Link | None
    summary: str
    is_source_summary: bool
    reasons: str
    direction: Direction | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A section of the edition, or "More papers", whose cards are compact: a title and one line."""

    title: str
    description: str
    number: str
    cards: tuple[Card, ...]
    is_compact: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """An edition before it is drawn. `words_direction` is that of our own words, which stay English in an
    edition of another language."""

    title: str
    subject: str
    preheader: str
    language: str
    direction: Direction
    words_direction: Direction
    period: str
    extent: str
    leads: tuple[Lead, ...]
    groups: tuple[Group, ...]
    notes: tuple[str, ...]
    slots: Mapping[Slot, str]


def view_of(issue: Issue, *, nonce: str) -> View:
    """Lay out an issue; every text in it has been cleaned of what is not text."""
    chosen = leads(issue)
    return View(
        title=clean(issue.title),
        subject=subject(issue, chosen),
        preheader=preheader(issue, chosen),
        language=issue.language,
        direction=direction.of_language(issue.language),
        words_direction=wording.DIRECTION,
        period=written_out(issue.day, issue.cadence),
        extent=_extent(issue),
        leads=_leads(issue, chosen) if len(issue.entries) >= _MIN_PAPERS_FOR_LEADS else (),
        groups=tuple(_groups(issue)),
        notes=_notes(issue),
        slots={slot: sentinel(nonce, slot) for slot in get_args(Slot)},
    )


def _extent(issue: Issue) -> str:
    if not issue.sections:
        return counted(len(issue.more), "paper")
    placed = counted(len(issue.entries) - len(issue.more), "paper")
    extent = f"{placed} in {counted(len(issue.sections), 'section')}"
    return f"{extent}, and {len(issue.more):,} more" if issue.more else extent


def _leads(issue: Issue, chosen: Iterable[Entry]) -> tuple[Lead, ...]:
    homes = {e.paper.key: clean(section.title) for section in issue.sections for e in section.entries}
    names_section = len(issue.sections) > 1
    return tuple(
        Lead(link=_title(e.paper), section=homes.get(e.paper.key, "") if names_section else "")
        for e in chosen
    )


def _groups(issue: Issue) -> Iterable[Group]:
    cards = _CardMaker(issue)
    for section in issue.sections:
        yield Group(
            title=clean(section.title),
            description=clean(section.description),
            number=counted(len(section.entries), "paper"),
            cards=cards.many(section.entries),
        )
    if issue.more:
        yield Group(
            title="More papers" if issue.sections else "Papers",
            description="",
            number=counted(len(issue.more), "paper"),
            cards=cards.many(issue.more),
            is_compact=bool(issue.sections),
        )


def _title(paper: Paper) -> Link:
    return Link(text=clean(paper.title) or _UNTITLED, url=title_link(paper))


class _CardMaker:
    """Makes cards that leave out what is the same on every card of the issue."""

    def __init__(self, issue: Issue) -> None:
        self.direction = direction.of_language(issue.language)
        self.names_source = len({entry.paper.source for entry in issue.entries}) > 1

    def many(self, entries: Iterable[Entry]) -> tuple[Card, ...]:
        return tuple(self.card(entry) for entry in entries)

    def card(self, entry: Entry) -> Card:
        paper = entry.paper
        runs = direction.of_text(clean(paper.title))
        return Card(
            link=_title(paper),
            facts=tuple(fact for fact in self.facts(paper) if fact),
            code=_code(paper),
            summary=clean(entry.summary.text) if entry.summary else "",
            is_source_summary=entry.summary is not None and entry.summary.origin == "source",
            reasons=_reasons(entry),
            direction=None if runs == self.direction else runs,
        )

    def facts(self, paper: Paper) -> Iterable[str]:
        yield by_line([name for raw in paper.authors or () if (name := clean(raw))], paper.author_count)
        day = paper.published or paper.announced
        yield short_date(day) if day else ""
        yield _source(paper) if self.names_source else ""
        yield counted(paper.upvotes, "upvote") if paper.upvotes else ""
        yield counted(paper.comments, "comment") if paper.comments else ""


def _source(paper: Paper) -> str:
    source = clean(paper.source or "")
    return _SOURCES.get(source, source)


def _code(paper: Paper) -> Link | None:
    url = safe_url(paper.code_url)
    return Link(text=f"Code on {host_of(url)}", url=url) if url else None


def _reasons(entry: Entry) -> str:
    """Name what decided the section: keywords that a person wrote say more than terms that were counted."""
    if entry.placement.section is None:
        return ""
    evidence = entry.placement.evidence
    found = evidence.keyword_hits or tuple(term.text for term in evidence.terms if term.weight > 0)
    unique = {word.casefold(): word for raw in reversed(found) if (word := clean(raw))}
    return ", ".join(list(reversed(unique.values()))[:_MAX_REASONS])


def _notes(issue: Issue) -> tuple[str, ...]:
    """Tell where a title leads if not to the paper."""
    searched = {
        host_of(search_link(entry.paper)): None for entry in issue.entries if not safe_url(entry.paper.url)
    }
    if not searched:
        return ()
    return (f"A title without an address of its own opens a search for it on {listed(list(searched))}.",)
