"""Can every text be read on its ground, in the light and the dark scheme, with style sheets and without?"""

from __future__ import annotations

import math
import unicodedata
from typing import TYPE_CHECKING

from newsletter.rendering.checks.cascade import VIEWS, Cascade, Look, View
from newsletter.rendering.checks.colours import contrast as ratio_of
from newsletter.rendering.checks.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newsletter.rendering.checks.page import Node, Page
    from newsletter.rendering.checks.style_sheets import Sheet

# WCAG 2.2, 1.4.3; large is 18 points, or 14 points and bold.
LEAST = 4.5
LEAST_LARGE = 3.0
_LARGE_PX = 24.0
_LARGE_BOLD_PX = 18.66


def contrast(page: Page, sheets: Sequence[Sheet]) -> Iterator[Finding]:
    """Every text has 4.5:1 against its ground, large text 3:1."""
    cascade = Cascade(page, sheets)
    for view in VIEWS:
        faint: dict[tuple[str, str], list[tuple[Node, Look]]] = {}
        pictures = []
        for node, look in cascade.looks(view):
            if look.is_hidden or not _shows(node):
                continue
            if look.has_picture:
                pictures.append(node)
            elif ratio_of(look.colour, look.ground) < _least(look):
                faint.setdefault((str(look.colour), str(look.ground)), []).append((node, look))
        for places in faint.values():
            yield _faint(view, places)
        if pictures:
            yield _unjudged(view, pictures)


def _shows(node: Node) -> bool:
    """Tell whether it has a letter, digit or sign of its own; joiners and blanks draw nothing."""
    return any(unicodedata.category(char)[0] in "LNPS" for char in node.own_text())


def _least(look: Look) -> float:
    is_large = look.font_px >= _LARGE_PX or (look.is_bold and look.font_px >= _LARGE_BOLD_PX)
    return LEAST_LARGE if is_large else LEAST


def _faint(view: View, places: Sequence[tuple[Node, Look]]) -> Finding:
    node, look = places[0]
    ratio = math.floor(ratio_of(look.colour, look.ground) * 100) / 100
    others = f", {len(places) - 1} more like it" if len(places) > 1 else ""
    file = "head.css" if view.is_dark and view.has_sheets else "inline.css"
    return Finding(
        severity="error",
        check="contrast",
        message=f"{look.colour} on {look.ground} has a contrast of {ratio}:1 {view.name}{others}",
        hint=f"at least {_least(look):g}:1 is needed for this size: change one of the two colours in {file}",
        where=node.place(),
    )


def _unjudged(view: View, nodes: Sequence[Node]) -> Finding:
    return Finding(
        severity="info",
        check="contrast",
        message=f"{len(nodes)} texts stand on a picture or gradient {view.name}; no check can judge them",
        hint="look at them, and give the element a background-color as well",
        where=nodes[0].place(),
    )
