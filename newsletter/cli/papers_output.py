"""What `newsletter papers` prints."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import click

from newsletter.citing.json_records import as_data
from newsletter.parsing.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from newsletter.model import Paper
    from newsletter.store.papers import History, Hit

_WIDTH = 88
_AUTHORS = 4
_INDENT = " " * 12


def print_hits(hits: Sequence[Hit]) -> None:
    """Print the day, the title and a line about each paper."""
    for hit in hits:
        click.echo(f"{hit.day}  {click.style(clean(hit.paper.title), bold=True)}")
        click.echo(_INDENT + _line(hit.paper))


def name_of(paper: Paper) -> str:
    """Give the shortest name by which `papers show` finds a paper."""
    schemes = ("arxiv", "doi", "hf")
    return clean(next((paper.ids[name] for name in schemes if name in paper.ids), paper.key))


def _line(paper: Paper) -> str:
    facts = [name_of(paper), people(paper), *(clean(flag) for flag in paper.flags)]
    if paper.version and paper.version > 1:
        facts.insert(1, f"v{paper.version}")
    return " · ".join(fact for fact in facts if fact)


def people(paper: Paper) -> str:
    """Name the first authors, and how many more there are."""
    names = [clean(name) for name in (paper.authors or ())[:_AUTHORS]]
    total = max(paper.author_count or 0, len(paper.authors or ()))
    if not names:
        return f"{total} author{'' if total == 1 else 's'}" if total else ""
    more = total - len(names)
    return ", ".join(names) + (f" and {more} more" if more > 0 else "")


def print_history(history: History) -> None:
    """Print all that is known of a paper."""
    paper = history.paper
    click.secho(clean(paper.title), bold=True)
    for name, value in _facts(history):
        click.echo(f"{name:>10}  {value}")
    if paper.abstract:
        click.echo()
        click.echo(textwrap.fill(clean(paper.abstract), _WIDTH))
    click.echo("\nSaid by")
    for one in history.sightings:
        version = f" v{one.paper.version}" if one.paper.version else ""
        kind = f" ({clean(one.paper.source)})" if one.paper.source and one.paper.source != one.source else ""
        click.echo(f"  {clean(one.source)}{kind}{version}: since {_at(one.first_at)}, last {_at(one.at)}")
    click.echo("\nShown in" if history.showings else "\nShown in no issue yet")
    for showing in history.showings:
        place = f", section {clean(showing.section)}" if showing.section else ""
        version = f", v{showing.version}" if showing.version else ""
        click.echo(f"  {showing.slug} ({showing.cadence}){place}{version}")


def _facts(history: History) -> Iterator[tuple[str, str]]:
    """List what is known, in words; what is not known has none."""
    paper = history.paper
    known = ", ".join(f"v{number} (since {_at(at)})" for number, at in versions(history).items())
    counts = {"upvotes": paper.upvotes, "comments": paper.comments, "stars": paper.stars}
    counted = ", ".join(f"{value:,} {name}" for name, value in counts.items() if value is not None)
    facts = (
        ("by", people(paper)),
        ("came", history.day),
        ("published", paper.published),
        ("updated", paper.updated),
        ("versions", known),
        ("flags", ", ".join(paper.flags)),
        ("in", paper.journal_ref),
        ("counts", counted),
        *((scheme, value) for scheme, value in paper.ids.items() if scheme != "title"),
        ("key", paper.key),
        *(("at", address) for address in (paper.url, paper.pdf_url, paper.code_url)),
    )
    yield from ((clean(name), clean(str(value))) for name, value in facts if value)


def versions(history: History) -> Mapping[int, datetime]:
    """Say since when each version is known."""
    found: dict[int, datetime] = {}
    for one in sorted(history.sightings, key=lambda one: one.first_at):
        if one.paper.version:
            found.setdefault(one.paper.version, one.first_at)
    return dict(sorted(found.items()))


def history_data(history: History) -> dict[str, Any]:
    """Give the same for programs."""
    return {
        "paper": as_data(history.paper),
        "day": history.day,
        "versions": [{"version": number, "since": at} for number, at in versions(history).items()],
        "sightings": [
            {"said_by": one.source, "first_at": one.first_at, "last_at": one.at, **as_data(one.paper)}
            for one in history.sightings
        ],
        "showings": history.showings,
    }


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}"
