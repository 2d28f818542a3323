"""What is different from the issue before."""

from __future__ import annotations

from flask import Blueprint, render_template

from newsletter.errors import StoreError
from newsletter.preview.differences import difference, previous_of
from newsletter.preview.views import View, the_scene

BLUEPRINT = Blueprint("difference", __name__)
VIEW = View(blueprint=BLUEPRINT, name="Difference", key="d")


@BLUEPRINT.get("/difference")
def page() -> str:
    """Papers and figures side by side, or why there are none."""
    picture = the_scene().picture
    stored = picture.stored
    try:
        before = previous_of(stored.issue, picture.app.issues)
    except StoreError as error:
        return render_template("difference.html.j2", found=None, reason=error.message)
    found = difference(stored, before) if before else None
    return render_template("difference.html.j2", found=found, reason=None)
