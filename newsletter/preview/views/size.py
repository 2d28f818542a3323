"""How large the mail is: against the budget, and who takes how much of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template

from newsletter.preview.views import View, the_scene
from newsletter.rendering.anatomy import anatomy
from newsletter.rendering.checks.message import body_parts
from newsletter.rendering.checks.size import GMAIL_CLIPS_AT

if TYPE_CHECKING:
    from newsletter.preview.picture import Scene
    from newsletter.rendering.anatomy import Anatomy

BLUEPRINT = Blueprint("size", __name__)
# The bar is drawn on so many units.
_BAR = 1000
_HUES = 8


def _badge(scene: Scene) -> str:
    return f"{len(scene.picture.stored.html) / 1000:.0f} kB"


VIEW = View(blueprint=BLUEPRINT, name="Size", key="s", badge=_badge)


@BLUEPRINT.get("/size")
def page() -> str:
    """The bar, and a table of sections whose cards unfold."""
    picture = the_scene().picture
    found = anatomy(picture.html)
    full = max(found.total, GMAIL_CLIPS_AT, picture.size_budget) * 1.02
    encoded = next((p.encoded_bytes for p in body_parts(picture.stored.message) if p.kind == "text/html"), 0)
    return render_template(
        "size.html.j2",
        anatomy=found,
        bar=_bar(found, full),
        budget=picture.size_budget,
        budget_at=round(picture.size_budget / full * _BAR),
        clip=GMAIL_CLIPS_AT,
        clip_at=round(GMAIL_CLIPS_AT / full * _BAR),
        encoded=encoded,
        largest=max((card.size for part in found.parts for card in part.cards), default=1),
        hues=_HUES,
    )


def _bar(found: Anatomy, full: float) -> list[dict[str, object]]:
    """Lay the parts side by side, the shell first."""
    at, pieces = 0.0, []
    for number, (title, size) in enumerate(
        [("Head, masthead and foot", found.shell), *((part.title, part.size) for part in found.parts)]
    ):
        width = size / full * _BAR
        hue = (number - 1) % _HUES + 1 if number else 0
        pieces.append({"title": title, "size": size, "x": round(at, 2), "width": round(width, 2), "hue": hue})
        at += width
    return pieces
