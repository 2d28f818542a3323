"""The subject and the preheader: all that is seen of an issue before it is opened."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsletter.parsing.text import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsletter.model import Entry, Issue
    from newsletter.rendering.wording import Words

MAX_SUBJECT_CHARS = 77
_MAX_NAME_CHARS = 32
# Gmail shows about 90 characters beside a short subject, Apple Mail two lines of about 70.
_MAX_PREHEADER_CHARS = 140
_MAX_PREHEADER_TITLE_CHARS = 60

# What a shortened title must not end with: it would promise a word that does not come.
_LOOSE_END = re.compile(
    r"(?:\s+(?:a|an|and|as|at|beyond|but|by|for|from|in|into|is|its|of|on|or|over|the|through|to|towards?|"
    r"under|using|via|vs\.?|with|without|&)|[\s,;:(\[–—-])+$",
    re.IGNORECASE,
)


def subject(issue: Issue, leads: Sequence[Entry], words: Words) -> str:
    """Say whose issue it is, of which day, and what leads it, on at most 77 characters.

    The newsletter's name comes first, so that the title of a stranger's paper never stands alone in an inbox.
    What an editor wrote stands as it is.
    """
    if own := clean(issue.subject):
        return own
    head = _head(issue, words)
    title = clean(leads[0].paper.title) if leads else ""
    if not title:
        return _headed(head, words.papers(len(issue.entries)), words)
    room = MAX_SUBJECT_CHARS - len(_headed(head, "", words))
    isolates = len(words.isolated(title)) - len(title)
    return _headed(head, words.isolated(shortened(title, room - isolates)), words)


def subject_of_note(issue: Issue, words: Words) -> str:
    """Say whose issue it is, of which day, and that a reader's sections are empty."""
    return _headed(_head(issue, words), words.pgettext("subject", "nothing in your sections"), words)


def _head(issue: Issue, words: Words) -> str:
    return words.pgettext(
        "subject",
        "%(newsletter)s · %(period)s",
        newsletter=words.isolated(shortened(clean(issue.title), _MAX_NAME_CHARS)),
        period=words.period(issue.day, issue.cadence, issue.since),
    )


def _headed(head: str, text: str, words: Words) -> str:
    return words.pgettext("subject", "%(head)s: %(text)s", head=head, text=text)


def preheader(issue: Issue, leads: Sequence[Entry], words: Words) -> str:
    """Go on where the subject stops: the next titles, then how much there is; or what an editor wrote."""
    if own := clean(issue.preheader):
        return own
    number = words.papers(len(issue.entries))
    titles = [title for entry in leads[1:] if (title := clean(entry.paper.title))]
    shown: list[str] = []
    for title in titles:
        candidate = [*shown, words.isolated(shortened(title, _MAX_PREHEADER_TITLE_CHARS))]
        if len(" · ".join([*candidate, number])) > _MAX_PREHEADER_CHARS:
            break
        shown = candidate
    return " · ".join([*shown, number])


def shortened(text: str, max_chars: int) -> str:
    """Cut between words, with an ellipsis, and not behind a word that leads on to the next."""
    if len(text) <= max_chars:
        return text
    room = text[:max_chars]
    head = room.rsplit(" ", 1)[0] if " " in room[max_chars // 2 :] else room[:-1]
    return (_LOOSE_END.sub("", head) or head) + "…"
