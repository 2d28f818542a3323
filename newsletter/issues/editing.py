"""What an editor changed in a composed issue, and the issue that comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from newsletter.model import Entry, IssueSection, LeftOut, PaperKey, Part, Rank, SectionSlug

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from newsletter.model import Issue, Section

EDITOR = "editor"
HIDDEN = "hidden by the editor"
# More than all reasons together, so that a pinned paper also stands for the issue.
_PIN = 1000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A paper and its new home; None is "More papers"."""

    key: PaperKey
    section: SectionSlug | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edits:
    """What an editor wants otherwise than it was composed.

    `pinned` papers come first where they are, in this order. A paper that is no longer there changes nothing.
    `introduction` is Markdown; "" stands for what was not written.
    """

    pinned: tuple[PaperKey, ...] = ()
    hidden: tuple[PaperKey, ...] = ()
    moved: tuple[Move, ...] = ()
    introduction: str = ""
    subject: str = ""
    preheader: str = ""

    @property
    def keys(self) -> frozenset[PaperKey]:
        """All papers that are named."""
        return frozenset((*self.pinned, *self.hidden, *(move.key for move in self.moved)))


UNEDITED = Edits()


def edited(draft: Issue, edits: Edits, sections: Sequence[Section]) -> Issue:
    """Give the issue that an editor wants: always from what was composed, so that every edit can be undone.

    Sections that were empty come to where they are configured once a paper is moved there; one that is
    neither configured nor in the issue takes none, and the paper stays where it was.
    """
    known = {section.slug: section for section in draft.sections}
    known |= {one.slug: _empty(one) for one in sections if one.slug not in known}
    moves = {one.key: one.section for one in edits.moved if one.section is None or one.section in known}
    pins = {key: number for number, key in enumerate(edits.pinned)}
    homes = _homes(draft, moves, frozenset(edits.hidden), known)
    return replace(
        draft,
        sections=tuple(
            replace(known[slug], entries=_pinned_first(homes[slug], pins))
            for slug in _order(draft, sections)
            if homes[slug]
        ),
        more=_pinned_first(homes[None], pins),
        left_out=(*draft.left_out, *_hidden(draft, edits)),
        introduction=edits.introduction,
        subject=edits.subject,
        preheader=edits.preheader,
    )


def unknown_to(draft: Issue, edits: Edits) -> frozenset[PaperKey]:
    """Name the papers of edits that the issue does not have: they were in an earlier state of it."""
    return edits.keys - {entry.paper.key for entry in draft.entries}


def _empty(section: Section) -> IssueSection:
    return IssueSection(slug=section.slug, title=section.title, description=section.description, entries=())


def _order(draft: Issue, sections: Sequence[Section]) -> Iterator[SectionSlug]:
    """Configured sections as they are configured, then those that nobody configured."""
    configured = {section.slug for section in sections}
    yield from (section.slug for section in sections)
    yield from (section.slug for section in draft.sections if section.slug not in configured)


def _homes(
    draft: Issue,
    moves: Mapping[PaperKey, SectionSlug | None],
    hidden: frozenset[PaperKey],
    known: Iterable[SectionSlug],
) -> dict[SectionSlug | None, list[Entry]]:
    """List what each section shows: what stays there, then what was moved there."""
    homes: dict[SectionSlug | None, list[Entry]] = {slug: [] for slug in known}
    homes[None] = []
    arrived: list[tuple[SectionSlug | None, Entry]] = []
    for home, entry in _with_homes(draft):
        key = entry.paper.key
        if key in hidden:
            continue
        if key in moves and moves[key] != home:
            arrived.append((moves[key], _moved(entry, moves[key])))
        else:
            homes[home].append(entry)
    for home, entry in arrived:
        homes[home].append(entry)
    return homes


def _with_homes(draft: Issue) -> Iterator[tuple[SectionSlug | None, Entry]]:
    for section in draft.sections:
        yield from ((section.slug, entry) for entry in section.entries)
    yield from ((None, entry) for entry in draft.more)


def _moved(entry: Entry, home: SectionSlug | None) -> Entry:
    placement = entry.placement
    movers = (*placement.evidence.moved_by, EDITOR)
    evidence = replace(placement.evidence, moved_by=movers, terms=(), keyword_hits=())
    return replace(entry, placement=replace(placement, section=home, group=None, evidence=evidence))


def _pinned_first(entries: Sequence[Entry], pins: Mapping[PaperKey, int]) -> tuple[Entry, ...]:
    pinned = sorted((one for one in entries if one.paper.key in pins), key=lambda one: pins[one.paper.key])
    others = (one for one in entries if one.paper.key not in pins)
    return (*(_with_pin(one, pins[one.paper.key]) for one in pinned), *others)


def _with_pin(entry: Entry, number: int) -> Entry:
    """Say so in the sum, the first pin weighing most."""
    rank = entry.rank or Rank(total=0.0)
    value = _PIN - number
    part = Part(name="pinned", value=value, note="by the editor")
    return replace(entry, rank=Rank(total=round(rank.total + value, 3), parts=(part, *rank.parts)))


def _hidden(draft: Issue, edits: Edits) -> Iterator[LeftOut]:
    hidden = frozenset(edits.hidden)
    for entry in draft.entries:
        if entry.paper.key in hidden:
            yield LeftOut(key=entry.paper.key, title=entry.paper.title, reason=HIDDEN)
