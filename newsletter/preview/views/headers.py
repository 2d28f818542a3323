"""The header fields of the message, as they stand and as people see them."""

from __future__ import annotations

from flask import Blueprint, render_template

from newsletter.preview.views import View, the_scene
from newsletter.rendering.checks.message import decoded, header_fields

BLUEPRINT = Blueprint("headers", __name__)
VIEW = View(blueprint=BLUEPRINT, name="Headers", key="h")

_MEANS = {
    "auto-submitted": "no answering machine replies",
    "content-type": "text and HTML of the same content; programs take the last they know",
    "date": "an issue's day; each delivery bears the time it was frozen",
    "dkim-signature": "proves who sent it and that nobody changed it",
    "feedback-id": "groups complaints at Gmail",
    "from": "who readers see",
    "list-id": "lets readers filter this newsletter (RFC 2919)",
    "list-unsubscribe": "the button beside the sender (RFC 2369)",
    "list-unsubscribe-post": "makes that button work with one click (RFC 8058)",
    "message-id": "names this very mail; a reader's own",
    "precedence": "no answering machine replies",
    "reply-to": "where answers go",
    "subject": "what an inbox shows",
    "to": "the reader; nobody, in this export",
    "x-auto-response-suppress": "keeps Exchange from answering by itself",
}


@BLUEPRINT.get("/headers")
def page() -> str:
    """A row for each field."""
    fields = [
        (field, decoded(field.value), _MEANS.get(field.name.lower(), ""))
        for field in header_fields(the_scene().picture.stored.message)
    ]
    return render_template("headers.html.j2", fields=fields)
