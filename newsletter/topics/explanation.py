"""Why a paper is where it is, in lines for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from newsletter.model import Fit, Paper, Placement, Section, SectionSlug

_LABEL_WIDTH = 13
_ALSO_FITS = 5
_MOVERS = {
    "background": "earlier papers",
    "examples": "example papers",
    "categories": "its categories",
    "authors": "its authors",
    "editor": "the editor",
}


def explain(placement: Placement, sections: Sequence[Section]) -> tuple[str, ...]:
    """Tell a placement's whole evidence; scores and weights to three digits."""
    titles = {section.slug: section.title for section in sections}
    return tuple(_lines(placement, titles))


def _lines(placement: Placement, titles: Mapping[SectionSlug, str]) -> Iterator[str]:
    paper, evidence = placement.paper, placement.evidence
    yield paper.title
    yield from _row("known as", ", ".join(_ids(paper)))
    yield from _row("placed in", _home(placement, titles))
    yield from _row(
        "keywords", ", ".join(evidence.keyword_hits) or "none of the section's stands in the paper"
    )
    yield from _row("terms", ", ".join(f"{term.text} {term.weight:.3f}" for term in evidence.terms) or "none")
    yield from _row("nearest", _nearest(placement, titles))
    yield from _row("also fits", ", ".join(_fit(fit, titles) for fit in placement.also_fits[:_ALSO_FITS]))
    yield from _row("moved by", _movers(evidence.moved_by))


def _row(label: str, text: str) -> Iterator[str]:
    if text:
        yield f"  {label:<{_LABEL_WIDTH}}{text}"


def _ids(paper: Paper) -> list[str]:
    """Name the ids a person may type; the hash of the title is none."""
    return [f"{scheme} {value}" for scheme, value in sorted(paper.ids.items()) if scheme != "title"]


def _home(placement: Placement, titles: Mapping[SectionSlug, str]) -> str:
    if placement.section is not None:
        return f"{_name(placement.section, titles)}, score {placement.score:.3f}"
    if placement.group:
        return f'"{placement.group}", a group nobody configured'
    return "More papers: it reached no section's threshold"


def _nearest(placement: Placement, titles: Mapping[SectionSlug, str]) -> str:
    nearest, margin = placement.evidence.nearest, placement.evidence.margin
    if nearest is None:
        return "no other section has anything in common with it" if placement.section else "no section"
    if margin is None:
        return _fit(nearest, titles)
    verdict = "behind by" if placement.section else "short of its threshold by"
    if margin < 0:
        verdict = "ahead by" if placement.section else "over its threshold by"
    return f"{_fit(nearest, titles)}, {verdict} {abs(margin):.3f}"


def _movers(moved_by: Sequence[str]) -> str:
    if not moved_by:
        return "nothing beside its text"
    return " and ".join(_MOVERS.get(mover, mover) for mover in moved_by) + "; it would be elsewhere without"


def _fit(fit: Fit, titles: Mapping[SectionSlug, str]) -> str:
    return f"{_name(fit.section, titles)} {fit.score:.3f}"


def _name(slug: SectionSlug, titles: Mapping[SectionSlug, str]) -> str:
    return f"{titles[slug]} ({slug})" if slug in titles else slug
