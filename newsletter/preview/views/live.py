"""What tells a page that the issue has changed."""

from __future__ import annotations

from flask import Blueprint, request

from newsletter.preview.views import the_workshop

BLUEPRINT = Blueprint("live", __name__)
_WAIT_SECONDS = 20.0


@BLUEPRINT.get("/live")
def changes() -> dict[str, object]:
    """Answer once the scene is another than the one that a page shows, or after a while as it is.

    A page asks again and again (long polling): an answer that never ends would hold a thread even after
    its browser has left, which the server notices only between two looks.
    """
    has_left = request.environ.get("waitress.client_disconnected", lambda: False)
    shown = request.args.get("serial", 0, type=int)
    scene = the_workshop().wait(shown, seconds=_WAIT_SECONDS, has_left=has_left)
    return {"serial": scene.serial, "troubles": len(scene.troubles)}


@BLUEPRINT.post("/turn")
def turn() -> dict[str, object]:
    """Show the issue as it lies in its folder, or as it would be drawn now."""
    the_workshop().turn()
    return {"serial": the_workshop().scene.serial}
