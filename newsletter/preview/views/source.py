"""The bytes themselves: the raw message, or the HTML, with numbers of lines."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from newsletter.preview.views import View, the_scene

BLUEPRINT = Blueprint("source", __name__)
VIEW = View(blueprint=BLUEPRINT, name="Source", key="r")


@BLUEPRINT.get("/source")
def page() -> str:
    """The part that was asked for, the message by default."""
    stored = the_scene().picture.stored
    part = "html" if request.args.get("part") == "html" else "message"
    body = stored.html if part == "html" else stored.message
    return render_template(
        "source.html.j2", part=part, lines=body.decode("utf-8", "replace").splitlines(), size=len(body)
    )
