"""Placed papers as an issue shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.issues.centrality import rarity_of
from newsletter.issues.summaries import summary_of
from newsletter.model import Entry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from newsletter.model import ComposingPolicy, PaperKey, Placement


def entries_of(placements: Sequence[Placement], policy: ComposingPolicy) -> Mapping[PaperKey, Entry]:
    """Give every paper of a day the text its card shows; what all of them say counts little in each."""
    rarity = rarity_of([placement.paper for placement in placements])
    return {
        placement.paper.key: Entry(placement=placement, summary=summary_of(placement.paper, policy, rarity))
        for placement in placements
    }
