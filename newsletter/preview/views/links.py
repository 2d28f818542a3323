"""Where the mail leads."""

from __future__ import annotations

from flask import Blueprint, render_template

from newsletter.preview.link_list import hosts, links
from newsletter.preview.views import View, the_scene

BLUEPRINT = Blueprint("links", __name__)
VIEW = View(blueprint=BLUEPRINT, name="Links", key="l")


@BLUEPRINT.get("/links")
def page() -> str:
    """A table of addresses, and how many lead to which host."""
    listed = links(the_scene().picture)
    return render_template("links.html.j2", links=listed, hosts=hosts(listed))
