"""Notes at the end of an edition: what a reader should know of the issue as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.parsing.text import clean
from newsletter.rendering.links import host_of, own_page, search_link
from newsletter.rendering.sources import shown_source
from newsletter.rendering.subject import shortened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.model import Issue
    from newsletter.rendering.wording import Words

_MAX_NAME_CHARS = 80


def notes_of(issue: Issue, words: Words) -> tuple[str, ...]:
    """Say where titles lead if not to the papers, and which sources could not be reached."""
    return (*_searches(issue, words), *_unreached(issue, words))


def _searches(issue: Issue, words: Words) -> Iterator[str]:
    searched = {
        host_of(search_link(entry.paper)): None for entry in issue.entries if not own_page(entry.paper)
    }
    if searched:
        yield words.gettext(
            "A title without an address of its own opens a search for it on %(sites)s.",
            sites=words.listed([words.isolated(site) for site in searched]),
        )


def _unreached(issue: Issue, words: Words) -> Iterator[str]:
    names = [shown_source(shortened(clean(name), _MAX_NAME_CHARS)) for name in issue.unreached]
    if names:
        yield words.gettext(
            "Missing this time, as nothing could be fetched: %(sources)s.",
            sources=words.listed([words.isolated(name) for name in names]),
        )
