"""What the checks find, each with the way to its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, url_for

from newsletter.preview.marking import mark_of, marks_of
from newsletter.preview.views import View, the_scene
from newsletter.rendering.checks.findings import counts

if TYPE_CHECKING:
    from newsletter.preview.picture import Scene
    from newsletter.rendering.checks import Place

BLUEPRINT = Blueprint("checks", __name__)


def _badge(scene: Scene) -> str:
    number = counts(scene.picture.findings)
    return str(number["errors"] + number["warnings"] or "")


VIEW = View(blueprint=BLUEPRINT, name="Checks", key="c", badge=_badge)


@BLUEPRINT.get("/checks")
def page() -> str:
    """Errors and warnings, then what is only known."""
    picture = the_scene().picture
    marks = marks_of(picture)
    found = [(finding, _way(finding.where, marks)) for finding in picture.findings]
    return render_template(
        "checks.html.j2",
        grave=[pair for pair in found if pair[0].severity != "info"],
        notes=[pair for pair in found if pair[0].severity == "info"],
        counts=counts(picture.findings),
        doubt=picture.doubt,
    )


def _way(place: Place | None, marks: dict[str, str]) -> str | None:
    """Give the address at which a place is shown."""
    if place is None:
        return None
    mark = mark_of(place, marks)
    if mark:
        return url_for("mail.page", mark=mark, width="desktop")
    if place.line is None:
        return url_for("headers.page") if place.part == "message" and not place.element else None
    line = f"L{place.line}"
    if place.part == "text":
        return url_for("text.page", _anchor=line)
    return url_for("source.page", part="html" if place.part == "HTML" else "message", _anchor=line)
