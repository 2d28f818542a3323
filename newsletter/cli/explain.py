"""`newsletter explain`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from newsletter.cli.options import config_option, issue_option, json_option
from newsletter.cli.output import print_json

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from newsletter.model import Rank
    from newsletter.work.explain import Explanation, Neighbour, Standing

_LABEL = 11
_TITLE_CHARS = 70


@click.command()
@click.argument("paper")
@issue_option
@json_option
@config_option
def explain(*, paper: str, issue: str | None, as_json: bool, config_path: Path | None) -> None:
    """Say where PAPER (an id, its key, its title or part of it) stands in an issue, and why there.

    Each reason is a number, and their sum decides the order within a section: what a section has no room for
    is what has the lowest sums. Who reads only some sections gets these in the same order.
    """
    from newsletter.app import App
    from newsletter.parsing.text import strip_controls
    from newsletter.work.explain import explain as explain_paper
    from newsletter.work.explain import issue_named

    app = App.open(config_path)
    titles = {section.slug: section.title for section in app.config.sections}
    found = explain_paper(paper, issue_named(issue, app.ledger_to_read, root=app.issues), titles)
    if as_json:
        print_json(found)
        return
    for line in _lines(found):
        click.echo(strip_controls(line))


def _lines(found: Explanation) -> Iterator[str]:
    yield found.title
    for reason in found.left_out:
        yield _row("left out", f"of {found.issue}: {reason}")
    if found.standing is None:
        return
    standing = found.standing
    yield _row("stands", f"{standing.place} of {standing.papers} in {standing.title}, issue {found.issue}")
    yield _row("why there", f"{standing.reason} (`newsletter topics explain` has more)")
    yield _row("variety", _variety(standing))
    yield from _neighbour("above it", standing.above)
    yield from _neighbour("below it", standing.below)
    if standing.rank is None:
        yield _row("rank", "not kept: an earlier version built this issue")
    else:
        yield from _sum(standing.rank)


def _row(label: str, text: str) -> str:
    return f"  {label:<{_LABEL}} {text}"


def _variety(standing: Standing) -> str:
    lost = -sum(part.value for part in standing.rank.parts if part.name == "variety") if standing.rank else 0
    if standing.place != standing.place_without_variety:
        return (
            f"took {lost:.3f}: without it, it would be {standing.place_without_variety} of {standing.papers}"
        )
    return f"took {lost:.3f}, which moved it nowhere" if lost else "took nothing: no paper above is like it"


def _neighbour(label: str, paper: Neighbour | None) -> Iterator[str]:
    if paper is not None:
        total = "" if paper.total is None else f"{paper.total:.3f}  "
        title = paper.title if len(paper.title) <= _TITLE_CHARS else paper.title[: _TITLE_CHARS - 1] + "…"
        yield _row(label, total + title)


def _sum(rank: Rank) -> Iterator[str]:
    width = max(len(f"{value:.3f}") for value in (rank.total, *(part.value for part in rank.parts)))
    yield ""
    for part in rank.parts:
        yield _row(part.name, f"{part.value:{width}.3f}  {part.note}")
    yield _row("total", f"{rank.total:{width}.3f}")
