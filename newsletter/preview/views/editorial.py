"""The issue in an editor's hands: what stands where, the words before it, and whether it may go out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import Blueprint, current_app, jsonify, render_template, request

from newsletter.errors import UsageError
from newsletter.preview.edit_steps import MAX_PREHEADER, MAX_SUBJECT, words_of
from newsletter.preview.editorial_desk import EditorialDesk
from newsletter.preview.inbox import CLIENTS, Piece, row_of
from newsletter.preview.views import View, the_scene, the_workshop
from newsletter.rendering.introduction import MAX_CHARS, introduction

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Response

    from newsletter.preview.editorial_desk import Sheet

BLUEPRINT = Blueprint("editorial", __name__)
VIEW = View(blueprint=BLUEPRINT, name="Editorial", key="e")
_EXTENSION = "newsletter.editorial_desk"
_TITLES = "(made of titles)"
_LIMITS = {"introduction": MAX_CHARS, "subject": MAX_SUBJECT, "preheader": MAX_PREHEADER}


def _desk() -> EditorialDesk:
    desk: EditorialDesk | None = current_app.extensions.get(_EXTENSION)
    if desk is None:
        desk = current_app.extensions.setdefault(_EXTENSION, EditorialDesk(the_workshop()))
    return desk


@BLUEPRINT.get("/editorial")
def page() -> str:
    """The issue to be edited; for a page, the button that builds it first."""
    desk = _desk()
    if desk.folder() is None:
        return render_template("editorial_unbuilt.html.j2", built_before=desk.built_before())
    sheet = desk.sheet()
    return render_template("editorial.html.j2", sheet=sheet, limits=_LIMITS, **_seen(*_words(sheet)))


@BLUEPRINT.get("/editorial/board")
def board() -> Response:
    """The papers and the approval as they are now."""
    return _answer()


@BLUEPRINT.post("/editorial/build")
def build() -> Response:
    """Make the folder of the page on show, or make it again."""
    return _answer(f"made {_desk().build()} from the page and the sections as they are now")


@BLUEPRINT.post("/editorial/change")
def change() -> Response:
    """Take a step; the folder has its next revision then."""
    return _answer(_desk().step(_asked()))


@BLUEPRINT.post("/editorial/<any(undo, redo, withdraw):step>")
def go(step: str) -> Response:
    """Go a step back or forth, or take the approval back."""
    desk = _desk()
    {"undo": desk.undo, "redo": desk.redo, "withdraw": desk.withdraw}[step]()
    said = {"undo": "taken back", "redo": "done again", "withdraw": "the approval is taken back"}
    return _answer(said[step])


@BLUEPRINT.post("/editorial/approve")
def approve() -> Response:
    """Approve the state that the page shows, and no other."""
    _desk().approve(_asked().get("digest"), at=datetime.now(UTC))
    return _answer("approved: exactly this is sent")


@BLUEPRINT.post("/editorial/draw")
def draw() -> dict[str, object]:
    """Draw words that are being typed, and write nothing."""
    return _drawn(words_of(_asked()))


def _asked() -> Mapping[str, object]:
    asked = request.get_json()
    if not isinstance(asked, dict):
        raise UsageError("expected an object that says what to do")
    return asked


def _answer(said: str = "") -> Response:
    sheet = _desk().sheet()
    parts: dict[str, object] = {
        "board": render_template("editorial_board.html.j2", sheet=sheet),
        "side": render_template("editorial_side.html.j2", sheet=sheet),
        "said": said,
        "words": {name: getattr(sheet.edits, name) for name in _LIMITS},
    }
    return jsonify(parts | _drawn(_words(sheet)))


def _drawn(words: tuple[str, str, str]) -> dict[str, object]:
    """Draw the introduction as it stands in the mail, and the lines of inboxes."""
    seen = _seen(*words)
    return {
        "drawn": render_template("editorial_drawn.html.j2", **seen),
        "inbox": render_template("editorial_inbox.html.j2", **seen),
    }


def _seen(intro: str, subject: str, preheader: str) -> dict[str, object]:
    """Give what readers see of these words; where nothing is written, what the issue has now."""
    picture = the_scene().picture
    edition, letterhead = picture.edition, picture.app.letterhead()
    issue = picture.issue
    subject = subject or (_TITLES if issue.subject else edition.subject)
    preheader = preheader or (_TITLES if issue.preheader else edition.preheader)
    first = (Piece(kind="preheader", text=preheader),)
    sender = letterhead.sender.name or letterhead.sender.address
    rows = [row_of(client, sender, subject, first) for client in CLIENTS]
    return {"blocks": introduction(intro), "rows": rows}


def _words(sheet: Sheet) -> tuple[str, str, str]:
    return sheet.edits.introduction, sheet.edits.subject, sheet.edits.preheader
