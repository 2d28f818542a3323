"""One paper of what several sources said about it, at several times.

Each fact comes from the best source that gives it; what a source does not give overwrites nothing.

Which source is best: first those where authors deposit the paper themselves (arXiv, bioRxiv, medRxiv), then
the registers that publishers and libraries fill (Crossref, OpenAlex, Semantic Scholar), then Hugging Face,
which copies from arXiv and is late with changes, then what people keep (BibTeX, RIS, tables, JSON), then
feeds of journals and copied pages, whose texts are often cut. For what the readers of Hugging Face add (code,
picture, keywords, summary), it comes first. A later version outranks an earlier one of a source of the same
kind, and what was said last outranks what was said before.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from newsletter.parsing.same_paper import TITLE, title_of
from newsletter.parsing.sightings import LASTING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from newsletter.model import Paper
    from newsletter.parsing.sightings import Sighting

_RANKS = (
    ("arxiv", "biorxiv", "medrxiv"),
    ("crossref",),
    ("openalex",),
    ("semanticscholar",),
    ("hf",),
    ("bibtex", "ris", "csv", "json", "jsonl"),
)
_RANK = {source: rank for rank, sources in enumerate(_RANKS) for source in sources}
_COMMUNITY = "hf"
_WHAT_READERS_ADD = ("code_url", "thumbnail", "keywords", "summary")
_WHAT_AUTHORS_GIVE = ("published", "url", "pdf_url", "source", "categories", "journal_ref")
_COUNTERS = ("upvotes", "comments", "stars")
_DATED = "dated "  # a date that is no day; worth nothing beside one that is


def merged(sightings: Sequence[Sighting]) -> Paper:
    """Put together what is known of one paper; the order of the sightings makes no difference.

    Its key is that of the best one.
    """
    if len(sightings) == 1 and TITLE in sightings[0].paper.ids:
        return sightings[0].paper
    by_worth = [one.paper for one in sorted(sightings, key=_worth)]
    best = by_worth[0]
    titled, told = best, next((paper for paper in by_worth if paper.abstract), best)
    facts: dict[str, Any] = {name: _first(by_worth, name) for name in _WHAT_AUTHORS_GIVE}
    readers_first = sorted(by_worth, key=lambda paper: paper.source != _COMMUNITY)
    facts |= {name: _first(readers_first, name) for name in _WHAT_READERS_ADD}
    newest = [one.paper for one in sorted(sightings, key=lambda one: (one.at, _spelt(one)), reverse=True)]
    facts |= {name: _first(newest, name) for name in _COUNTERS}
    return replace(
        best,
        ids=_ids(by_worth),
        title=titled.title,
        title_raw=titled.title_raw,
        abstract=told.abstract,
        abstract_raw=told.abstract_raw,
        updated=_extreme(max, by_worth, "updated"),
        announced=_extreme(min, by_worth, "announced"),
        version=_extreme(max, by_worth, "version"),
        flags=_flags(by_worth, has_day=facts["published"] is not None),
        **_people(by_worth),
        **facts,
    )


def source_rank(source: str | None) -> int:
    """Say how good a kind of source is: 0 is best."""
    return _RANK.get(source or "", len(_RANKS))


def _worth(one: Sighting) -> tuple[object, ...]:
    rank = source_rank(one.paper.source)
    return (rank, -(one.paper.version or 0), -one.at.timestamp(), _spelt(one))


def _spelt(one: Sighting) -> str:
    """Tell apart what came at one moment."""
    paper = one.paper
    return repr(
        (one.source, paper.key, paper.version, paper.title, paper.abstract, sorted(paper.ids.items()))
    )


def _first(papers: Iterable[Paper], name: str) -> Any:
    values = (getattr(paper, name) for paper in papers)
    return next((value for value in values if value is not None), None)


def _extreme(choose: Callable[..., Any], papers: Iterable[Paper], name: str) -> Any:
    return choose((value for paper in papers if (value := getattr(paper, name)) is not None), default=None)


def _ids(papers: Sequence[Paper]) -> dict[str, str]:
    """Take every id, of each scheme the best source's; the title's hash is that of the title we show."""
    found: dict[str, str] = {}
    for paper in papers:
        for scheme, value in paper.ids.items():
            found.setdefault(scheme, value)
    return found | {TITLE: title_of(papers[0])}


def _people(papers: Sequence[Paper]) -> dict[str, Any]:
    named = next((paper for paper in papers if paper.authors), None)
    if named is None:
        return {"authors": None, "author_count": _first(papers, "author_count")}
    counted = named.author_count or _first(papers, "author_count")
    return {"authors": named.authors, "author_count": counted}


def _flags(papers: Sequence[Paper], *, has_day: bool) -> tuple[str, ...]:
    """What is known of a paper stays known; "cross" only where no equal source announced it otherwise."""
    rank = source_rank(papers[0].source)
    equals = [paper for paper in papers if source_rank(paper.source) == rank]
    given = dict.fromkeys(flag for paper in papers for flag in paper.flags)
    return tuple(
        flag
        for flag in given
        if (flag in LASTING)
        or (flag.startswith(_DATED) and not has_day and flag in _first_dated(papers))
        or (flag not in LASTING and not flag.startswith(_DATED) and all(flag in p.flags for p in equals))
    )


def _first_dated(papers: Sequence[Paper]) -> tuple[str, ...]:
    """Give the flags of the best source that says of its date that it is no day."""
    return next((paper.flags for paper in papers if any(flag.startswith(_DATED) for flag in paper.flags)), ())
