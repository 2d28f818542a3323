"""What the templates of an edition are given: finished texts and links, nothing to compute or escape."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, get_args

from newsletter.model import Entry, Issue, Paper, Slot, Summary, sentinel
from newsletter.parsing.text import clean
from newsletter.rendering import direction, languages
from newsletter.rendering.badges import badges
from newsletter.rendering.introduction import introduction
from newsletter.rendering.leads import leads
from newsletter.rendering.links import host_of, safe_url, title_link
from newsletter.rendering.notes import notes_of
from newsletter.rendering.sources import shown_source
from newsletter.rendering.subject import preheader, shortened, subject
from newsletter.rendering.theme import DENSITIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from newsletter.rendering.direction import Direction
    from newsletter.rendering.introduction import Block
    from newsletter.rendering.theme import Density, Theme
    from newsletter.rendering.wording import Words

# With fewer papers than this, "in this issue" would only repeat what is on the same screen.
_MIN_PAPERS_FOR_LEADS = 8
_MAX_REASONS = 4
# No real title, name or term is longer; one that is would push other papers out of the mail.
_MAX_CHARS = 300
_MAX_NAME_CHARS = 80
_MAX_DESCRIPTION_CHARS = 600
_MAX_SUMMARY_CHARS = 2_000
_LEAD_CHARS = 420
# What a file was written in tells readers nothing; the journal does.
_FILES = frozenset(("bibtex", "csv", "feed", "jsonl", "ris"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link and the words it stands on; `language` is theirs, where it is known and not the edition's."""

    text: str
    url: str
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """A paper under "in this issue" and the section it is in ("" for none)."""

    link: Link
    section: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A paper as it is shown: a "lead" with its `summary`, a "standard" card with the `brief` one, a
    "compact" one with neither nor `reasons`; `is_source_summary` tells readers who wrote both.

    `badges` and `facts` are short and in reading order; `direction` is set where the text runs against the
    edition; "" stands for what there is not.
    """

    density: Density
    link: Link
    badges: tuple[str, ...]
    facts: tuple[str, ...]
    code: Link | None
    summary: str
    brief: str
    is_source_summary: bool
    reasons: str
    direction: Direction | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A section of the edition, or "More papers"; `number` counts its papers, shown or not, and
    `papers_left` those that are not."""

    title: str
    description: str
    number: str
    cards: tuple[Card, ...]
    papers_left: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """An edition before it is drawn. `papers_left` are not shown; a link to the web stands for them."""

    title: str
    masthead: str
    subject: str
    preheader: str
    language: str
    direction: Direction
    period: str
    extent: str
    introduction: tuple[Block, ...]
    leads: tuple[Lead, ...]
    groups: tuple[Group, ...]
    notes: tuple[str, ...]
    slots: Mapping[Slot, str]
    papers_left: int = 0


def view_of(issue: Issue, words: Words, theme: Theme, *, nonce: str) -> View:
    """Lay out an issue; every text in it has been cleaned of what is not text."""
    chosen = leads(issue)
    return View(
        title=_cut(issue.title),
        masthead=_cut(theme.logo_text) or _cut(issue.title),
        subject=subject(issue, chosen, words),
        preheader=preheader(issue, chosen, words),
        language=issue.language,
        direction=words.direction,
        period=words.written_out(issue.day, issue.cadence, issue.since),
        extent=" · ".join([_extent(issue, words), *map(words.isolated, _only_source(issue))]),
        introduction=introduction(issue.introduction),
        leads=_leads(issue, chosen, words) if len(issue.entries) >= _MIN_PAPERS_FOR_LEADS else (),
        groups=tuple(_groups(issue, words, theme)),
        notes=notes_of(issue, words),
        slots={slot: sentinel(nonce, slot) for slot in get_args(Slot)},
    )


def _extent(issue: Issue, words: Words) -> str:
    if not issue.sections:
        return words.papers(len(issue.more))
    extent = words.gettext(
        "%(papers)s in %(sections)s",
        papers=words.papers(len(issue.entries) - len(issue.more)),
        sections=words.npgettext("after 'in'", "%(num)s section", "%(num)s sections", len(issue.sections)),
    )
    if not issue.more:
        return extent
    return words.ngettext(
        "%(extent)s, and %(num)s more", "%(extent)s, and %(num)s more", len(issue.more), extent=extent
    )


def _leads(issue: Issue, chosen: Iterable[Entry], words: Words) -> tuple[Lead, ...]:
    homes = {e.paper.key: _cut(section.title) for section in issue.sections for e in section.entries}
    names_section = len(issue.sections) > 1
    return tuple(
        Lead(link=_title(e.paper, words), section=homes.get(e.paper.key, "") if names_section else "")
        for e in chosen
    )


def _groups(issue: Issue, words: Words, theme: Theme) -> Iterable[Group]:
    cards = _CardMaker(issue, words, theme)
    for section in issue.sections:
        yield Group(
            title=_cut(section.title),
            description=_cut(section.description, _MAX_DESCRIPTION_CHARS),
            number=words.papers(len(section.entries)),
            cards=cards.many(section.entries, leads=1),
        )
    if issue.more:
        yield Group(
            title=words.gettext("More papers") if issue.sections else words.gettext("Papers"),
            description="",
            number=words.papers(len(issue.more)),
            cards=cards.compact(issue.more) if issue.sections else cards.many(issue.more, leads=3),
        )


def _title(paper: Paper, words: Words) -> Link:
    text = clean(paper.title)
    language = languages.of_paper(paper, text)
    return Link(
        text=shortened(text, _MAX_CHARS) or words.gettext("Untitled paper"),
        url=title_link(paper),
        language=language if language != words.language else None,
    )


class _CardMaker:
    """Makes cards that leave out what is the same on every card of the issue."""

    def __init__(self, issue: Issue, words: Words, theme: Theme) -> None:
        self.words = words
        self.theme = theme
        self.names_source = len({_source(entry.paper) for entry in issue.entries}) > 1

    def many(self, entries: Iterable[Entry], *, leads: int) -> tuple[Card, ...]:
        """Make the first `leads` cards leads and the others standard, where the theme's density has room."""
        wanted: Iterable[Density] = ("lead" if place < leads else "standard" for place in count())
        return tuple(
            self.card(entry, max(self.theme.density, self.room(entry, density), key=DENSITIES.index))
            for entry, density in zip(entries, wanted, strict=False)
        )

    def room(self, entry: Entry, wanted: Density) -> Density:
        """Give what a paper no longer claims no more than its title."""
        return "compact" if entry.paper.is_taken_back else wanted

    def compact(self, entries: Iterable[Entry]) -> tuple[Card, ...]:
        return tuple(self.card(entry, "compact") for entry in entries)

    def card(self, entry: Entry, density: Density) -> Card:
        paper = entry.paper
        runs = direction.of_text(clean(paper.title))
        summary = entry.summary
        return Card(
            density=density,
            link=_title(paper, self.words),
            badges=badges(paper, self.words),
            facts=tuple(fact for fact in self.facts(paper) if fact),
            code=_code(paper, self.words),
            summary=_summary(summary),
            brief=_cut(summary.text, _MAX_SUMMARY_CHARS) if summary else "",
            is_source_summary=summary is not None and summary.origin == "source",
            reasons=self.words.terms(_reasons(entry)) if self.theme.show_why else "",
            direction=None if runs == self.words.direction else runs,
        )

    def facts(self, paper: Paper) -> Iterable[str]:
        words = self.words
        names = [name for raw in paper.authors or () if (name := _cut(raw, _MAX_NAME_CHARS))]
        yield words.by_line(names, paper.author_count)
        day = paper.published or paper.announced
        yield words.short_date(day) if day else ""
        yield words.isolated(_source(paper)) if self.names_source else ""
        yield words.ngettext("%(num)s upvote", "%(num)s upvotes", paper.upvotes) if paper.upvotes else ""
        yield words.ngettext("%(num)s comment", "%(num)s comments", paper.comments) if paper.comments else ""


def _summary(summary: Summary | None) -> str:
    """Give a lead its key sentences: more of them than `text` has, if that was not made longer still."""
    if summary is None:
        return ""
    return _cut(max(summary.within(_LEAD_CHARS), summary.text, key=len), _MAX_SUMMARY_CHARS)


def _source(paper: Paper) -> str:
    told = paper.journal_ref if paper.source in _FILES else paper.source
    source = _cut(told or "", _MAX_NAME_CHARS)
    return shown_source(source)


def _only_source(issue: Issue) -> list[str]:
    """Name the source of all papers, where they have one in common."""
    sources = {_source(entry.paper) for entry in issue.entries}
    return [source for source in sources if source and len(sources) == 1]


def _cut(text: str, max_chars: int = _MAX_CHARS) -> str:
    return shortened(clean(text), max_chars)


def _code(paper: Paper, words: Words) -> Link | None:
    url = safe_url(paper.code_url)
    if url is None:
        return None
    return Link(text=words.gettext("Code on %(site)s", site=words.isolated(host_of(url))), url=url)


def _reasons(entry: Entry) -> list[str]:
    """Name what decided the section: keywords that a person wrote say more than terms that were counted."""
    if entry.placement.section is None:
        return []
    evidence = entry.placement.evidence
    found = evidence.keyword_hits or tuple(term.text for term in evidence.terms if term.weight > 0)
    unique = {word.casefold(): word for raw in reversed(found) if (word := _cut(raw, _MAX_NAME_CHARS))}
    return list(reversed(unique.values()))[:_MAX_REASONS]
