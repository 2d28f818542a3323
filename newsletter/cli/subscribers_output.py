"""What a subscriber wants, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsletter.subscriber import Subscriber


def sections_of(person: Subscriber) -> str:
    """Name the sections a person wants."""
    return " ".join(person.sections or ()) or "all"


def rhythm(person: Subscriber) -> str:
    """Say how often, and from when on, a person wants mail."""
    return f"{person.cadence}, {person.hour}:00 {person.timezone}"
