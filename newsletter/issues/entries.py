"""Placed papers as an issue shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.issues.summaries import summary_of
from newsletter.model import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from newsletter.issues.ranking import Ranked
    from newsletter.model import ComposingPolicy, PaperKey


def entries_of(
    ranked: Iterable[Ranked], policy: ComposingPolicy, rarity: Mapping[str, float]
) -> Mapping[PaperKey, Entry]:
    """Give every paper of a day the text its card shows, and its rank; `rarity` weighs the day's words."""
    return {
        one.key: Entry(
            placement=one.placement,
            summary=summary_of(one.placement.paper, policy, rarity),
            rank=one.rank,
        )
        for one in ranked
    }
