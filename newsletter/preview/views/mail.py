"""The mail itself: at the widths and in the forms in which readers may see it, in a sandboxed frame."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flask import Blueprint, Response, render_template, request

from newsletter.http.serving import MAIL_POLICY
from newsletter.preview.appearances import APPEARANCES, appearance
from newsletter.preview.marking import MARK_ID, marked
from newsletter.preview.views import View, the_scene

if TYPE_CHECKING:
    from newsletter.preview.appearances import Appearance

BLUEPRINT = Blueprint("mail", __name__)
VIEW = View(blueprint=BLUEPRINT, name="Mail", key="m")

PHONE, DESKTOP = 375, 600
MIN_WIDTH, MAX_WIDTH = 280, 1200
WIDTHS = {"both": "Both", "phone": "Phone", "desktop": "Desktop", "free": "Free"}
_MARK = re.compile(r"([a-z][a-z0-9]*)\.(\d{1,6})")


@BLUEPRINT.get("/")
def page() -> str:
    """The stage with one frame, or two side by side."""
    width = request.args.get("width", "both")
    width = width if width in WIDTHS else "both"
    free = max(MIN_WIDTH, min(MAX_WIDTH, request.args.get("px", DESKTOP, type=int)))
    shown = appearance(request.args.get("as", "light"))
    return render_template(
        "mail.html.j2",
        width=width,
        widths=WIDTHS,
        frames=_frames(width, free),
        free=free,
        bounds=(MIN_WIDTH, MAX_WIDTH),
        shown=shown,
        appearances=APPEARANCES,
        mark=_mark(),
        mark_id=MARK_ID,
    )


def _frames(width: str, free: int) -> list[tuple[str, int]]:
    frames = {"phone": [("Phone", PHONE)], "desktop": [("Desktop", DESKTOP)], "free": [("Free", free)]}
    return frames.get(width, [("Desktop", DESKTOP), ("Phone", PHONE)])


@BLUEPRINT.get("/frame.html")
def frame() -> Response:
    """A copy of the HTML as some mail program would show it; its links open beside the preview."""
    html = marked(the_scene().picture.html, _mark())
    return _mail(_shown(html, appearance(request.args.get("as", ""))).encode("utf-8"))


@BLUEPRINT.get("/issue.html")
def html() -> Response:
    """The HTML, byte for byte."""
    return _mail(the_scene().picture.stored.html)


@BLUEPRINT.get("/issue.txt")
def text() -> Response:
    """The plain text, byte for byte."""
    return Response(the_scene().picture.stored.text, mimetype="text/plain")


@BLUEPRINT.get("/issue.eml")
def message() -> Response:
    """The whole message, byte for byte."""
    return Response(the_scene().picture.stored.message, content_type="text/plain; charset=utf-8")


def _mark() -> tuple[str, int] | None:
    """The element to point at: the n-th start tag of a name, as "h3.2"."""
    found = _MARK.fullmatch(request.args.get("mark", ""))
    return (found[1], int(found[2])) if found else None


def _shown(html: str, form: Appearance) -> str:
    return re.sub(r"<head>", '<head><base target="_blank">', form.change(html), count=1)


def _mail(body: bytes) -> Response:
    response = Response(body, mimetype="text/html")
    response.headers["Content-Security-Policy"] = MAIL_POLICY
    return response
