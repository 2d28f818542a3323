"""Papers and sections become placements. Pure; numpy and scipy are imported when a paper is placed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.topics.feedback import Feedback
from newsletter.topics.leftovers import Group, discover, with_groups
from newsletter.topics.placing import place

if TYPE_CHECKING:
    from newsletter.topics.background import Background, background_of, read_background, write_background

__all__ = [
    "Background",
    "Feedback",
    "Group",
    "background_of",
    "discover",
    "place",
    "read_background",
    "with_groups",
    "write_background",
]


def __getattr__(name: str) -> object:
    """Import the background when it is asked for, so that it can also be run as a program (PEP 562)."""
    if name not in __all__:
        raise AttributeError(name)
    from newsletter.topics import background  # noqa: PLC0415 - see above

    return getattr(background, name)
