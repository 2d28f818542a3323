"""What a reader must know of a paper before its title misleads: it is an old one, or none any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.model import Paper
    from newsletter.rendering.wording import Words


def badges(paper: Paper, words: Words) -> tuple[str, ...]:
    """Give the words of a paper's badges, the gravest first.

    Of a paper that was taken back it does not matter which version does so.
    """
    return tuple(_standing(paper, words)) + tuple(_origin(paper, words))


def _standing(paper: Paper, words: Words) -> Iterator[str]:
    version = words.number(paper.version) if paper.version else ""
    if "retracted" in paper.flags:
        yield words.pgettext("badge", "Retracted")
    elif "withdrawn" in paper.flags:
        yield words.pgettext("badge", "Withdrawn")
    elif "updated" in paper.flags:
        if version:
            yield words.pgettext("badge", "Updated to v%(version)s", version=version)
        else:
            yield words.pgettext("badge", "Updated")
    elif "replacement" in paper.flags:
        if version:
            yield words.pgettext("badge", "Replaced by v%(version)s", version=version)
        else:
            yield words.pgettext("badge", "Replaced by a new version")


def _origin(paper: Paper, words: Words) -> Iterator[str]:
    if "cross" in paper.flags:
        yield words.pgettext("badge", "Cross-listed")
