"""What tells a page that the issue has changed."""

from __future__ import annotations

from threading import BoundedSemaphore

from flask import Blueprint, request

from newsletter.preview.views import the_workshop

BLUEPRINT = Blueprint("live", __name__)
_WAIT_SECONDS = 20.0
# Who waits holds a thread of the server; more pages than these are answered at once, and ask again later.
_WAITING = BoundedSemaphore(8)


@BLUEPRINT.get("/live")
def changes() -> dict[str, object]:
    """Answer once the scene is another than the one that a page shows, or after a while as it is.

    A page asks again and again (long polling): an answer that never ends would hold a thread even after
    its browser has left, which the server notices only between two looks.
    """
    has_left = request.environ.get("waitress.client_disconnected", lambda: False)
    shown = request.args.get("serial", 0, type=int)
    may_wait = _WAITING.acquire(blocking=False)
    try:
        scene = the_workshop().wait(shown, seconds=_WAIT_SECONDS if may_wait else 0, has_left=has_left)
    finally:
        if may_wait:
            _WAITING.release()
    return {"serial": scene.serial, "troubles": len(scene.troubles)}


@BLUEPRINT.post("/turn")
def turn() -> dict[str, object]:
    """Show the issue as it lies in its folder, or as it would be drawn now."""
    the_workshop().turn()
    return {"serial": the_workshop().scene.serial}
