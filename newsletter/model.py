"""The values that pass between the stages. Frozen; times are aware UTC; None means "not given"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, NewType, Protocol

from newsletter.outcome import Accepted as Accepted  # noqa: PLC0414 - part of the model like the rest
from newsletter.outcome import Cause as Cause  # noqa: PLC0414
from newsletter.outcome import Deferred as Deferred  # noqa: PLC0414
from newsletter.outcome import DeliveryId as DeliveryId  # noqa: PLC0414
from newsletter.outcome import InDoubt as InDoubt  # noqa: PLC0414
from newsletter.outcome import Limits as Limits  # noqa: PLC0414
from newsletter.outcome import Outcome as Outcome  # noqa: PLC0414
from newsletter.outcome import Refused as Refused  # noqa: PLC0414
from newsletter.outcome import Settled as Settled  # noqa: PLC0414
from newsletter.outgoing import OutgoingMail as OutgoingMail  # noqa: PLC0414
from newsletter.rank import Part as Part  # noqa: PLC0414
from newsletter.rank import Rank as Rank  # noqa: PLC0414
from newsletter.rank import RankingPolicy as RankingPolicy  # noqa: PLC0414
from newsletter.summary import Origin as Origin  # noqa: PLC0414
from newsletter.summary import Sentence as Sentence  # noqa: PLC0414
from newsletter.summary import Summary as Summary  # noqa: PLC0414

PaperKey = NewType("PaperKey", str)
SectionSlug = NewType("SectionSlug", str)


# --- reading ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Bytes from somewhere, not yet understood.

    `origin` is for people (a path, an address, "standard input"). `day` is the day a person gave for it and
    outranks everything the document says; `fetched_at` is set by a source that fetched it just then.
    `unchanged`: it is what was there the last time that it was fetched.
    """

    body: bytes
    origin: str
    media_type: str | None = None
    fetched_at: datetime | None = None
    day: date | None = None
    unchanged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One paper as a source described it.

    `key` is ours and opaque. `ids` maps an id scheme (`arxiv` without version, `doi`, `hf`, `title` = hash of
    the normalised title) to its value. `title` and `abstract` are plain Unicode, `*_raw` is verbatim.
    `authors` are names in order; `author_count` may be known without them. `flags` are facts we derived:
    "withdrawn", "retracted", "cross" (announced in a category that is not its first), "replacement" (a later
    version), "updated" (a later version than an earlier issue showed).
    Counters are None when the source shows none: unknown is not zero. `journal_ref` says where it appeared.
    """

    key: PaperKey
    ids: Mapping[str, str] = field(hash=False)
    title: str
    title_raw: str
    abstract: str | None = None
    abstract_raw: str | None = None
    authors: tuple[str, ...] | None = None
    author_count: int | None = None
    published: date | None = None
    updated: date | None = None
    announced: date | None = None
    url: str | None = None
    pdf_url: str | None = None
    code_url: str | None = None
    source: str | None = None
    categories: tuple[str, ...] | None = None
    keywords: tuple[str, ...] | None = None
    upvotes: int | None = None
    comments: int | None = None
    stars: int | None = None
    thumbnail: str | None = None
    summary: Summary | None = None
    version: int | None = None
    flags: tuple[str, ...] = ()
    journal_ref: str | None = None

    @property
    def is_taken_back(self) -> bool:
        return "withdrawn" in self.flags or "retracted" in self.flags


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something in an input that could not be read as it should: what, where (1-based line), what was
    expected and what stood there instead (shortened)."""

    message: str
    line: int | None = None
    expected: str | None = None
    found: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """How many papers lack exactly these facts ("date", "authors", "abstract")."""

    missing: tuple[str, ...]
    papers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How much of a document was understood; `years_given` counts dates whose year we inferred."""

    papers: int
    complete: int
    gaps: tuple[Gap, ...] = ()
    years_given: Mapping[int, int] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beyond:
    """What a source holds beyond a document: what to send it for the next page (None behind the last one),
    and how many records there are in all."""

    token: str | None = None
    total: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """What a parser made of a document; `day` is the document's own day, where it shows one, `beyond` is
    given for a page of a longer answer."""

    papers: tuple[Paper, ...]
    problems: tuple[Problem, ...]
    coverage: Coverage
    day: date | None = None
    beyond: Beyond | None = None


# --- placing ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section as a person configured it; `keywords` (words or phrases) seed the TF-IDF query.

    `exclude` are terms that keep a paper out; `examples` are ids or titles of papers that belong here,
    `counterexamples` of papers that do not.
    `max_papers` and `min_score` (0 to 1) override the policy's.
    """

    slug: SectionSlug
    title: str
    keywords: tuple[str, ...]
    description: str = ""
    exclude: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    counterexamples: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    max_papers: int | None = None
    min_score: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacingPolicy:
    """How sure the grouper must be: a paper whose best score lies below `min_score` goes to "More papers"."""

    min_score: float = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A word or phrase and how much it added to a score."""

    text: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A section and how well a paper fits it."""

    section: SectionSlug
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Why a paper is where it is: deciding terms (heaviest first), keywords found in the paper, the best
    other section and by how much it lost. `moved_by` says what, without which it would be elsewhere:
    "background", "examples", "categories", "authors", or an "editor"."""

    terms: tuple[Term, ...] = ()
    keyword_hits: tuple[str, ...] = ()
    nearest: Fit | None = None
    margin: float | None = None
    moved_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """A paper's home: a section, or None for "More papers". `score` is that of the home, else of the best
    section. `also_fits` lists other sections over their threshold, best first. `group` names the discovered
    group of a paper without a section, a phrase that can be a heading; None where it belongs to none."""

    paper: Paper
    section: SectionSlug | None
    score: float
    evidence: Evidence
    also_fits: tuple[Fit, ...] = ()
    group: str | None = None


# --- composing -------------------------------------------------------------------------------------------

# "weekdays": on the day after a weekend, for those who have none on it, where others had.
Cadence = Literal["daily", "weekdays", "weekly"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposingPolicy:
    """Limits of an issue: papers per section (the rest goes to "More papers"), characters a summary aims at
    (0 for none); and whether a source's own summary outranks our choice from the abstract."""

    max_papers: int = 20
    summary_chars: int = 280
    source_summaries: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A paper in an issue, with the text its card shows, and why it stands where it stands in its section."""

    placement: Placement
    summary: Summary | None
    rank: Rank | None = None

    @property
    def paper(self) -> Paper:
        return self.placement.paper


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueSection:
    """A section with at least one paper today; `discovered` ones nobody configured."""

    slug: SectionSlug
    title: str
    description: str
    entries: tuple[Entry, ...]
    discovered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A paper that is not in the issue, and why."""

    key: PaperKey
    title: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One issue of a newsletter, complete and independent of configuration and clock.

    `slug` names it on the command line (`2025-11-07`); `title` is the newsletter's name at that time. `more`
    holds papers of no section, and papers whose section was full: their placement still names it. `since` is
    the first day that it is about, where that is not `day` alone. `unreached` names sources that failed,
    where readers are to be told so. `introduction` is an editor's Markdown; a `subject` and a `preheader` of
    theirs, where they are not "", stand for those made of the titles.
    """

    slug: str
    day: date
    cadence: Cadence
    revision: int
    title: str
    language: str
    sections: tuple[IssueSection, ...]
    more: tuple[Entry, ...]
    left_out: tuple[LeftOut, ...] = ()
    since: date | None = None
    unreached: tuple[str, ...] = ()
    introduction: str = ""
    subject: str = ""
    preheader: str = ""

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All papers in reading order."""
        return tuple(e for s in self.sections for e in s.entries) + self.more


# --- rendering -------------------------------------------------------------------------------------------

Slot = Literal["unsubscribe_url", "preferences_url", "archive_url", "postal_address"]


def sentinel(nonce: str, slot: Slot) -> str:
    """The text that stands for a slot in an edition until `mailing.slots` fills it.

    ASCII letters and digits only, so that no stage of rendering escapes, wraps or rewrites it; `nonce`
    (16 or more hex digits, derived from the whole issue) keeps the text of a paper from forging one.
    """
    return f"slot{nonce}{slot.replace('_', '')}end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """An issue drawn for one set of sections. `html` and `text` hold slots (see `mailing.slots`) made
    unforgeable by `nonce`; everything else is final. `shortened` says what was cut to keep the budget."""

    subject: str
    preheader: str
    html: str
    text: str
    nonce: str
    language: str
    shortened: tuple[str, ...] = ()


# --- mailing ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """An address that passed strict validation, and the name shown beside it ("" for none)."""

    address: str
    name: str = ""


class Addressed(Protocol):
    """What holds the two things of a `Mailbox`, so that none need be made of it."""

    @property
    def address(self) -> str: ...
    @property
    def name(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """What every message of a newsletter carries, from the configuration. `list_id` is a host-like label
    (RFC 2919); `base_url` has no trailing slash. `bounce_address` takes returned mail, by a token behind a
    + in it; without one the sender does."""

    sender: Mailbox
    reply_to: Mailbox | None
    list_id: str
    base_url: str
    postal_address: str = ""
    bounce_address: str | None = None
