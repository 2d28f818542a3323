"""The mail in a list of mails."""

from __future__ import annotations

from flask import Blueprint, render_template

from newsletter.preview.inbox import rows
from newsletter.preview.views import View, the_scene

BLUEPRINT = Blueprint("inbox", __name__)
VIEW = View(blueprint=BLUEPRINT, name="Inbox", key="i")


@BLUEPRINT.get("/inbox")
def page() -> str:
    """One row for each program."""
    return render_template("inbox.html.j2", rows=rows(the_scene().picture))
