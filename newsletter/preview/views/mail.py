"""The mail itself: at the widths and in the forms in which readers may see it, in a sandboxed frame."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flask import Blueprint, Response, render_template, request

from newsletter.http.serving import MAIL_POLICY
from newsletter.preview.appearances import APPEARANCES, appearance
from newsletter.preview.marking import MARK_ID, marked
from newsletter.preview.views import View, the_scene
from newsletter.rendering.outline import headings

if TYPE_CHECKING:
    from newsletter.preview.appearances import Appearance

BLUEPRINT = Blueprint("mail", __name__)
VIEW = View(blueprint=BLUEPRINT, name="Mail", key="m")

PHONE, DESKTOP = 375, 600
MIN_WIDTH, MAX_WIDTH = 280, 1200
WIDTHS = {"both": "Both", "phone": "Phone", "desktop": "Desktop", "free": "Free"}
_SECTION = 2
_MARK = re.compile(r"([a-z][a-z0-9]*)\.(\d{1,6})")


@BLUEPRINT.get("/")
def page() -> str:
    """The stage with one frame, or two side by side."""
    width = request.args.get("width", "both")
    width = width if width in WIDTHS else "both"
    free = max(MIN_WIDTH, min(MAX_WIDTH, request.args.get("px", DESKTOP, type=int)))
    shown = appearance(request.args.get("as", "light"))
    sections = [(h.text, f"h2.{h.number}") for h in headings(the_scene().picture.html) if h.level == _SECTION]
    at = _mark("at")
    return render_template(
        "mail.html.j2",
        width=width,
        widths=WIDTHS,
        frames=_frames(width, free),
        free=free,
        bounds=(MIN_WIDTH, MAX_WIDTH),
        shown=shown,
        appearances=APPEARANCES,
        place={"mark": _as_text(_mark("mark")), "at": _as_text(at)},
        sections=sections,
        before=_beside(sections, at, -1),
        after=_beside(sections, at, 1),
        mark_id=MARK_ID,
    )


def _beside(sections: list[tuple[str, str]], at: tuple[str, int] | None, step: int) -> str | None:
    """Give the mark of the section before or after the one that is shown."""
    marks = [mark for _, mark in sections]
    shown = _as_text(at)
    here = marks.index(shown) if shown in marks else -1
    there = here + step
    return marks[there] if 0 <= there < len(marks) else None


def _frames(width: str, free: int) -> list[tuple[str, int]]:
    frames = {"phone": [("Phone", PHONE)], "desktop": [("Desktop", DESKTOP)], "free": [("Free", free)]}
    return frames.get(width, [("Desktop", DESKTOP), ("Phone", PHONE)])


@BLUEPRINT.get("/frame.html")
def frame() -> Response:
    """A copy of the HTML as some mail program would show it; its links open beside the preview."""
    html = the_scene().picture.html
    mark = _mark("mark")
    html = marked(html, mark) if mark else marked(html, _mark("at"), is_outlined=False)
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


def _mark(name: str) -> tuple[str, int] | None:
    """The element to point at ("mark") or to begin with ("at"): the n-th start tag of a name, as "h3.2"."""
    found = _MARK.fullmatch(request.args.get(name, ""))
    return (found[1], int(found[2])) if found else None


def _as_text(mark: tuple[str, int] | None) -> str | None:
    return f"{mark[0]}.{mark[1]}" if mark else None


def _shown(html: str, form: Appearance) -> str:
    return re.sub(r"<head>", '<head><base target="_blank">', form.change(html), count=1)


def _mail(body: bytes) -> Response:
    response = Response(body, mimetype="text/html")
    response.headers["Content-Security-Policy"] = MAIL_POLICY
    return response
