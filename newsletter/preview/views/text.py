"""The plain text, in a fixed pitch as programs show it that show no HTML."""

from __future__ import annotations

from flask import Blueprint, render_template

from newsletter.preview.views import View, the_scene

BLUEPRINT = Blueprint("text", __name__)
VIEW = View(blueprint=BLUEPRINT, name="Plain text", key="p")


@BLUEPRINT.get("/text")
def page() -> str:
    """Its lines, each with a number that checks can lead to."""
    lines = the_scene().picture.text.splitlines()
    return render_template("text.html.j2", lines=lines, longest=max(map(len, lines), default=0))
