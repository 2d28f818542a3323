"""Can every text be read on its ground, in the light and the dark scheme, with style sheets and without?"""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.rendering.checks.cascade import VIEWS, Cascade, Look, View
from newsletter.rendering.checks.colours import contrast as ratio_of
from newsletter.rendering.checks.findings import Finding
from newsletter.rendering.colours import MIN_CONTRAST

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newsletter.rendering.checks.page import Node, Page
    from newsletter.rendering.checks.style_sheets import Sheet

# WCAG 2.2, 1.4.3; large is 18 points, or 14 points and bold.
_LEAST_LARGE = 3.0
_LARGE_PX = 24.0
_LARGE_BOLD_PX = 18.66


@dataclass(frozen=True, slots=True)
class _Faint:
    view: View
    node: Node
    look: Look


def contrast(page: Page, sheets: Sequence[Sheet]) -> Iterator[Finding]:
    """Every text has 4.5:1 against its ground, large text 3:1."""
    cascade = Cascade(page, sheets)
    faint: dict[tuple[str, str], list[_Faint]] = {}
    pictures: list[Node] = []
    shown = {id(node) for node in page.nodes if _shows(node)}
    for view in VIEWS:
        for node, look in cascade.looks(view):
            if look.is_hidden or id(node) not in shown:
                continue
            if look.has_picture:
                pictures.append(node)
            elif ratio_of(look.colour, look.ground) < _least(look):
                faint.setdefault((str(look.colour), str(look.ground)), []).append(_Faint(view, node, look))
    for places in faint.values():
        yield _finding(places)
    if pictures:
        yield _unjudged(pictures)


def _shows(node: Node) -> bool:
    """Tell whether it has a letter, digit or sign of its own; joiners and blanks draw nothing."""
    return any(unicodedata.category(char)[0] in "LNPS" for char in node.own_text())


def _least(look: Look) -> float:
    is_large = look.font_px >= _LARGE_PX or (look.is_bold and look.font_px >= _LARGE_BOLD_PX)
    return _LEAST_LARGE if is_large else MIN_CONTRAST


def _finding(places: Sequence[_Faint]) -> Finding:
    first = places[0]
    ratio = math.floor(ratio_of(first.look.colour, first.look.ground) * 100) / 100
    views = list(dict.fromkeys(place.view.name for place in places))
    texts = len({id(place.node) for place in places})
    others = f" ({texts} texts)" if texts > 1 else ""
    needs_head = all(place.view.is_dark and place.view.has_sheets for place in places)
    return Finding(
        severity="error",
        check="contrast",
        message=f"{first.look.colour} on {first.look.ground} has a contrast of {ratio}:1 "
        f"{' and '.join(filter(None, (', '.join(views[:-1]), views[-1])))}{others}",
        hint=f"at least {_least(first.look):g}:1 is needed for this size: change one of the two colours in "
        + ("head.css" if needs_head else "inline.css"),
        where=first.node.place(),
    )


def _unjudged(nodes: Sequence[Node]) -> Finding:
    texts = len({id(node) for node in nodes})
    return Finding(
        severity="info",
        check="contrast",
        message=f"{texts} texts stand on a picture or gradient: no check can judge them",
        hint="look at them, and give the element a background-color as well",
        where=nodes[0].place(),
    )
