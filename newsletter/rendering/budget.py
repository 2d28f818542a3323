"""The HTML of an edition, kept under the size at which mail programs cut."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from newsletter.errors import RenderError
from newsletter.rendering import html
from newsletter.rendering.fitting import first_fit
from newsletter.rendering.shortening import ladder_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsletter.model import Slot
    from newsletter.rendering.theme import Theme
    from newsletter.rendering.view import View
    from newsletter.rendering.wording import Words

_CLASS = re.compile(r' class="([\w-]+)"')
_RULE = re.compile(r"\.([\w-]+)\s*\{([^{}]*)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeBudget:
    """How large the HTML may be: `html_bytes` of UTF-8, with every slot filled.

    `link_bytes` and `address_bytes` are kept free for each link and postal address that fills a slot.
    """

    html_bytes: int = 100_000
    link_bytes: int = 400
    address_bytes: int = 1_500

    def __post_init__(self) -> None:
        if min(self.html_bytes, self.link_bytes, self.address_bytes) < 0:
            raise ValueError("a size cannot be negative")

    def size(self, drawn: str, slots: Mapping[Slot, str]) -> int:
        """Give the bytes of an HTML text once its slots are filled with values as long as may be."""
        filled = sum(drawn.count(mark) * max(self._room(slot) - len(mark), 0) for slot, mark in slots.items())
        return len(drawn.encode("utf-8", "replace")) + filled

    def _room(self, slot: Slot) -> int:
        return self.link_bytes if slot.endswith("_url") else self.address_bytes


def draw_within(view: View, theme: Theme, words: Words, budget: SizeBudget) -> tuple[str, tuple[str, ...]]:
    """Give the HTML of as much of `view` as the budget allows, and what was given up for it.

    What is given up, and in which order, is told in `shortening`. Raises `RenderError` where the templates
    alone are larger than the budget.
    """
    ladder = ladder_of(view)
    styles = html.draw_styles(view, theme, words)
    lengths = _style_lengths(styles)
    source = cache(lambda step: html.draw_source(ladder.at(step), theme, words))
    drawn = cache(lambda step: html.finished(source(step), styles))
    step = first_fit(
        ladder.last,
        estimate=lambda step: _estimate(source(step), lengths),
        measure=lambda step: budget.size(drawn(step), view.slots),
        room=budget.html_bytes,
    )
    size = budget.size(drawn(step), view.slots)
    if size > budget.html_bytes:
        raise RenderError(
            f"without any paper the HTML takes {size:,} bytes, and may have {budget.html_bytes:,}",
            hint="make room: size_budget in the [issue] table, or a smaller theme",
        )
    return drawn(step), ladder.said(step)


def _estimate(source: str, styles: Mapping[str, int]) -> int:
    """Guess the size of the HTML from the filled template: each class brings the style of its rule."""
    brought = sum(styles.get(name, 0) for name in _CLASS.findall(source))
    return len(source.encode("utf-8", "replace")) + brought


def _style_lengths(sheet: str) -> dict[str, int]:
    return {name: len(f' style="{rules.strip()}"') for name, rules in _RULE.findall(sheet)}
