"""What is different in an edition that corrects an earlier one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from newsletter.rendering import direction
from newsletter.rendering.subject import MAX_SUBJECT_CHARS, shortened

if TYPE_CHECKING:
    from newsletter.model import Edition


def corrected(edition: Edition) -> Edition:
    """Say in the subject, in the language of the edition, that it follows up a wrong one: whoever has both
    must see which counts."""
    from newsletter.rendering.wording import words_in  # noqa: PLC0415 - Babel takes a tenth of a second

    words = words_in(edition.language)
    taken = len(words.pgettext("subject", "Correction: %(subject)s", subject=""))
    rest = _whole(shortened(edition.subject, MAX_SUBJECT_CHARS - taken))
    return replace(edition, subject=words.pgettext("subject", "Correction: %(subject)s", subject=rest))


def _whole(cut: str) -> str:
    """End what a cut left open."""
    return cut + direction.PDI * (cut.count(direction.FSI) - cut.count(direction.PDI))
