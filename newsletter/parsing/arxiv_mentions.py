"""The arXiv id that a record of a library holds somewhere: as a journal, a number, an address or a note."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsletter.parsing.identity import arxiv_id, arxiv_id_in

if TYPE_CHECKING:
    from collections.abc import Iterable

_OTHER_PAPER = re.compile(
    r"\b(comment|reply|response|erratum|correction|see also|companion|cites?)\b", re.IGNORECASE
)
_MAX_NOTE_CHARS = 120


def arxiv_among(values: Iterable[str], *, notes: Iterable[str] = ()) -> str | None:
    """Give the first arXiv id that the values name as such; a note counts if it is short and does not speak
    of another paper."""
    for value in values:
        if found := arxiv_id_in(value):
            return found
    plain_notes = (note for note in notes if len(note) <= _MAX_NOTE_CHARS and not _OTHER_PAPER.search(note))
    return next((found for note in plain_notes if (found := arxiv_id_in(note) or arxiv_id(note))), None)
