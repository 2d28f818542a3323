"""A test to one's own address, through the mail system that is configured."""

from __future__ import annotations

from datetime import UTC, datetime
from threading import Lock
from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request

from newsletter.errors import UsageError
from newsletter.mailing.addresses import parse_mailbox
from newsletter.preview.views import View, the_scene
from newsletter.work.trial import send_trial

if TYPE_CHECKING:
    from newsletter.app import App

BLUEPRINT = Blueprint("trial", __name__)
VIEW = View(blueprint=BLUEPRINT, name="Send a test", key="t")
_ONE_AT_A_TIME = Lock()


@BLUEPRINT.get("/test")
def page() -> str:
    """The form, or what is missing before anything can be sent."""
    app = the_scene().picture.app
    sender = app.config.schema.newsletter.sender
    return render_template(
        "trial.html.j2",
        backend=app.config.schema.sending.backend,
        refusal=_refusal(app),
        doubt=app.doubt_about_signature(),
        suggested=sender.address if sender else "",
    )


@BLUEPRINT.post("/test")
def send() -> dict[str, object]:
    """Send one test to the one address that was typed, and say what became of it."""
    data = request.get_json()
    to = data.get("to") if isinstance(data, dict) else None
    if not isinstance(to, str) or not to.strip():
        raise UsageError("no address to send the test to", hint="type one, such as me@example.org")
    picture = the_scene().picture
    app, recipient = picture.app, parse_mailbox(to)
    if refusal := _refusal(app):
        raise refusal
    with _ONE_AT_A_TIME:
        done = send_trial(
            picture.stored,
            recipient,
            app.letterhead(),
            app.backend(None),
            now=datetime.now(UTC),
            signer=app.signer(),
        )
    return {"to": done.mail.recipient, "word": done.word, "said": done.said, "bytes": len(done.mail.message)}


def _refusal(app: App) -> UsageError | None:
    """Say why nothing can be sent: the rules are those of `newsletter send --to`."""
    try:
        return app.refusal_to_reach_people() if app.backend(None).reaches_people else None
    except UsageError as error:
        return error
