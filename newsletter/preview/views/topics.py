"""The sections and the day's papers in them, to be shaped by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, current_app, jsonify, render_template, request

from newsletter.config.writing import ChangedMeanwhile
from newsletter.errors import UsageError
from newsletter.preview.topic_desk import TopicDesk
from newsletter.preview.views import View, the_workshop

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Response

    from newsletter.preview.board import Moved
    from newsletter.preview.picture import Scene

BLUEPRINT = Blueprint("topics", __name__)
_EXTENSION = "newsletter.topic_desk"


def _badge(_: Scene) -> str:
    desk = current_app.extensions.get(_EXTENSION)
    count = len(desk.draft.standing().done) if isinstance(desk, TopicDesk) else 0
    return f"{count} unsaved" if count else ""


VIEW = View(blueprint=BLUEPRINT, name="Topics", key="o", badge=_badge)


def _desk() -> TopicDesk:
    desk: TopicDesk | None = current_app.extensions.get(_EXTENSION)
    if desk is None:
        desk = current_app.extensions.setdefault(_EXTENSION, TopicDesk(the_workshop()))
    return desk


@BLUEPRINT.get("/topics")
def page() -> str:
    """The board, and beside it what moves."""
    return render_template("topics.html.j2", shown=_desk().shown())


@BLUEPRINT.get("/topics/board")
def board() -> Response:
    """The board as it is now."""
    return _answer()


@BLUEPRINT.post("/topics/change")
def change() -> Response:
    """Take a step; nothing is written."""
    asked = request.get_json()
    if not isinstance(asked, dict):
        raise UsageError("expected an object that says what to do")
    return _answer(*_desk().change(asked))


@BLUEPRINT.post("/topics/<any(undo, redo, discard, keep):step>")
def go(step: str) -> Response:
    """Go a step back or forth; forget all; put the changes on top of what the file says by now."""
    draft = _desk().draft
    {"undo": draft.undo, "redo": draft.redo, "discard": draft.discard, "keep": draft.keep}[step]()
    return _answer(_SAID[step])


_SAID = {
    "undo": "taken back",
    "redo": "done again",
    "discard": "all changes are forgotten: this is what the file says",
    "keep": "your changes stand on top of what the file says now; nothing is written yet",
}


@BLUEPRINT.post("/topics/save")
def save() -> Response:
    """Write newsletter.toml, unless it was changed meanwhile: then the board says so."""
    try:
        _desk().draft.save()
    except ChangedMeanwhile as error:
        return _answer(error.message, is_refused=True)
    return _answer(f"saved in {the_workshop().config_path}")


@BLUEPRINT.post("/topics/undo-save")
def undo_save() -> Response:
    """Give the file back what it said before the last save."""
    _desk().draft.undo_save()
    return _answer(f"{the_workshop().config_path} is as it was; the changes are not saved")


def _answer(said: str = "", moved: tuple[Moved, ...] = (), *, is_refused: bool = False) -> Response:
    shown = _desk().shown()
    parts: Mapping[str, object] = {
        "board": render_template("topics_board.html.j2", shown=shown),
        "side": render_template("topics_side.html.j2", shown=shown),
        "said": f"{said}: {_counted(moved)}" if moved else said,
        "refused": is_refused,
        "moved": [one.key for one in moved],
        "unsaved": len(shown.standing.done),
    }
    return jsonify(parts)


def _counted(moved: tuple[Moved, ...]) -> str:
    return "1 paper moves" if len(moved) == 1 else f"{len(moved)} papers move"
