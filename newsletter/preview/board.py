"""The papers of a day under their sections, as the topics view lays them out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

from newsletter.preview.highlighting import Piece, highlighted
from newsletter.topics.leftovers import discover

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from newsletter.config import Config
    from newsletter.model import Paper, PaperKey, Placement, Section, SectionSlug

MORE = "More papers"
_NEAR = 3
_JUST = 0.01
_TERMS = 4
# As `topics suggest` looks for them, so that a group shown is one that can become a section.
_MOST_GROUPS, _FEWEST_PAPERS = 5, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """Another section that a paper could be in, and how far it is from there."""

    title: str
    slug: str
    score: float
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A paper. `was` is the title of its saved home, where that is another; `width` and `bar` (0 to 100) are
    its score and the threshold as a picture shows them, which is by their square roots."""

    key: str
    title: tuple[Piece, ...]
    abstract: tuple[Piece, ...]
    score: float
    width: float
    bar: float
    hits: tuple[str, ...]
    terms: tuple[str, ...]
    near: tuple[Near, ...]
    was: str | None
    is_named: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A section with its papers, best first. `counts` says in how many of them each keyword stands, `was`
    how many papers it has as saved."""

    section: Section
    rows: tuple[Row, ...]
    counts: Mapping[str, int]
    threshold: float
    cap: int
    was: int
    hue: int

    @property
    def speaking(self) -> frozenset[str]:
        """The keywords that stand in a paper here."""
        return frozenset(keyword for keyword, count in self.counts.items() if count)

    @property
    def over(self) -> int:
        """How many papers exceed the limit."""
        return max(0, len(self.rows) - self.cap)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupOfRest:
    """Papers without a section that belong together."""

    name: str
    terms: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A paper that the draft puts elsewhere."""

    key: str
    title: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """All papers, and what moves."""

    columns: tuple[Column, ...]
    groups: tuple[GroupOfRest, ...]
    rest: tuple[Row, ...]
    moves: tuple[Moved, ...]
    papers: int
    was_rest: int


def board(before: Sequence[Placement], after: Sequence[Placement], saved: Config, draft: Config) -> Board:
    """Lay out placements of the same papers as saved and as in the draft."""
    old = {placement.paper.key: placement.section for placement in before}
    homes = Counter(old.values())
    lay = _Layout(saved, draft, old)
    rows: dict[SectionSlug | None, list[Row]] = {}
    for placement in sorted(after, key=lambda placement: -placement.score):
        rows.setdefault(placement.section, []).append(lay.row(placement))
    rest = [placement.paper for placement in after if placement.section is None]
    groups, loose = _grouped(rest, rows.get(None, []), draft)
    return Board(
        columns=tuple(
            lay.column(section, rows.get(section.slug, []), homes[section.slug], hue=at % 8 + 1)
            for at, section in enumerate(draft.sections)
        ),
        groups=groups,
        rest=loose,
        moves=moves(before, after, lay.titles),
        papers=len(after),
        was_rest=homes[None],
    )


def moves(
    before: Sequence[Placement], after: Sequence[Placement], titles: Mapping[SectionSlug, str]
) -> tuple[Moved, ...]:
    """List the papers that are elsewhere than before."""
    return tuple(
        Moved(key=new.paper.key, title=new.paper.title, old=_title(old.section, titles),
              new=_title(new.section, titles))
        for old, new in zip(before, after, strict=True)
        if old.section != new.section
    )  # fmt: skip


def titles_of(saved: Config, draft: Config) -> Mapping[SectionSlug, str]:
    """Name all sections, those that are gone too."""
    return {section.slug: section.title for section in (*saved.sections, *draft.sections)}


class _Layout:
    """Turns placements into rows."""

    def __init__(self, saved: Config, draft: Config, old: Mapping[PaperKey, SectionSlug | None]) -> None:
        self.titles = titles_of(saved, draft)
        self._draft, self._old = draft, old
        least = draft.schema.topics.min_score
        self._thresholds = {
            section.slug: least if section.min_score is None else section.min_score
            for section in draft.sections
        }
        self._least = least

    def row(self, placement: Placement) -> Row:
        paper, evidence = placement.paper, placement.evidence
        terms = tuple(term.text for term in evidence.terms[:_TERMS])
        marked = (*evidence.keyword_hits, *terms)
        old = self._old[paper.key]
        shown = placement.section or (evidence.nearest.section if evidence.nearest else None)
        return Row(
            key=paper.key,
            title=highlighted(paper.title, marked),
            abstract=highlighted(paper.abstract or "", marked),
            score=placement.score,
            width=_width(placement.score),
            bar=_width(self._thresholds.get(shown, self._least) if shown else self._least),
            hits=evidence.keyword_hits,
            terms=tuple(term for term in terms if term not in evidence.keyword_hits),
            near=self._near(placement),
            was=_title(old, self.titles) if old != placement.section else None,
            is_named="examples" in evidence.moved_by,
        )

    def column(self, section: Section, rows: list[Row], was: int, *, hue: int) -> Column:
        counts = Counter(hit for row in rows for hit in row.hits)
        return Column(
            section=section,
            rows=tuple(rows),
            counts={keyword: counts[keyword] for keyword in section.keywords},
            threshold=self._thresholds[section.slug],
            cap=section.max_papers or self._draft.schema.issue.max_papers,
            was=was,
            hue=hue,
        )

    def _near(self, placement: Placement) -> tuple[Near, ...]:
        """The sections over their threshold that lost, and the nearest one with what it lacks."""
        fits = [(fit, "also fits") for fit in placement.also_fits[:_NEAR]]
        nearest, margin = placement.evidence.nearest, placement.evidence.margin
        if nearest and nearest.section not in {fit.section for fit, _ in fits}:
            fits.append((nearest, _lack(margin, "behind" if placement.section else "short of")))
        return tuple(
            Near(title=_title(fit.section, self.titles), slug=fit.section, score=fit.score, note=note)
            for fit, note in fits
        )


def _grouped(
    papers: Sequence[Paper], rows: Sequence[Row], draft: Config
) -> tuple[tuple[GroupOfRest, ...], tuple[Row, ...]]:
    found = discover(
        papers,
        max_groups=_MOST_GROUPS,
        min_papers=_FEWEST_PAPERS,
        taken=[section.title for section in draft.sections],
    )
    groups = tuple(
        GroupOfRest(name=group.name, terms=group.terms[:_TERMS],
                    rows=tuple(row for row in rows if row.key in group.papers))
        for group in found
    )  # fmt: skip
    grouped = {row.key for group in groups for row in group.rows}
    return groups, tuple(row for row in rows if row.key not in grouped)


def _lack(margin: float | None, word: str) -> str:
    if margin is None:
        return "nearest"
    if margin < 0:
        return "more like"  # it is where it is because a person said so
    return f"{margin:.2f} {word}" if margin >= _JUST else f"just {word}"


def _title(slug: SectionSlug | None, titles: Mapping[SectionSlug, str]) -> str:
    return MORE if slug is None else titles.get(slug, slug)


def _width(score: float) -> float:
    return round(100 * sqrt(min(1.0, max(0.0, score))), 1)
