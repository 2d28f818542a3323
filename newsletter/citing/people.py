"""Names as reference managers want them: the family name first."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_SUFFIX = re.compile(r"(?:Jr|Sr|II|III|IV)\.?")
# "Collaboration" and the like are no one's family name.
_MANY = re.compile(
    r"\b(?:collaborations?|consortium|group|team|project|institute|initiative|network|committee|society|lab)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A name in its parts; one that has none of its own (a collaboration) is all `family`."""

    family: str
    given: str = ""
    suffix: str = ""


def name_of(spoken: str) -> Name:
    """Part a name as it is spoken: the last word, and the small words before it, are the family's."""
    words = spoken.split()
    if _MANY.search(spoken) or len(words) < 2 or "," in spoken:  # noqa: PLR2004
        return Name(family=spoken)
    suffix = words.pop() if len(words) > 2 and _SUFFIX.fullmatch(words[-1]) else ""  # noqa: PLR2004
    at = len(words) - 1
    while at > 1 and words[at - 1].islower():
        at -= 1
    return Name(family=" ".join(words[at:]), given=" ".join(words[:at]), suffix=suffix)


def ascii_letters(text: str) -> str:
    """Give the letters and digits of a text in ASCII, in lower case."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in plain if sign.isascii() and sign.isalnum())
