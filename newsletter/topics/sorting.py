"""All that decides where papers go, in one value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.topics.placing import place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsletter.model import Paper, Placement, PlacingPolicy, Section
    from newsletter.topics.background import Background


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorting:
    """Sections, how sure the grouper must be, and what it knows of the newsletter's own past."""

    sections: tuple[Section, ...]
    policy: PlacingPolicy
    background: Background | None = None

    def place(self, papers: Sequence[Paper]) -> tuple[Placement, ...]:
        """Give every paper at most one home; see `placing.place`."""
        return place(papers, self.sections, policy=self.policy, background=self.background)
