"""The pages of the preview as one application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask, Response, jsonify, make_response, render_template, request
from jinja2 import FileSystemLoader, StrictUndefined
from werkzeug.exceptions import HTTPException, InternalServerError

from newsletter.errors import NewsletterError
from newsletter.http.serving import guard
from newsletter.preview.access import protect
from newsletter.preview.registry import blueprints, navigation
from newsletter.preview.views import EXTENSION, the_scene
from newsletter.rendering.theme import default_templates

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from newsletter.preview.access import Session
    from newsletter.preview.workshop import Workshop

_MAX_REQUEST_BYTES = 1_000_000


def preview_app(
    workshop: Workshop, *, session: Session, port: Callable[[], int], hosts: Collection[str]
) -> Flask:
    """Make the WSGI application: everything lies behind the key, and nothing in a request names a file."""
    app = Flask("newsletter.preview", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = _MAX_REQUEST_BYTES
    app.jinja_loader = FileSystemLoader(default_templates() / "preview")
    app.jinja_env.autoescape = True  # whatever a template is called: Flask goes by the ending
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters["bytes"] = lambda number: f"{number:,}"
    app.extensions[EXTENSION] = workshop
    app.logger.disabled = True  # what a page says of a bug is enough; a terminal gets no traceback
    guard(app, port, hosts)
    protect(app, session)
    for blueprint in blueprints():
        app.register_blueprint(blueprint)
    _add_faults(app)

    @app.context_processor
    def frame() -> dict[str, object]:
        """What every page shows around its view."""
        scene = the_scene()
        return {"scene": scene, "navigation": navigation(scene), "endpoint": request.endpoint}

    return app


def _add_faults(app: Flask) -> None:
    @app.errorhandler(NewsletterError)
    def refused(error: NewsletterError) -> Response:
        if request.method == "POST":
            answer = jsonify(message=error.message, hint=error.hint)
        else:
            answer = make_response(render_template("error.html.j2", message=error.message, hint=error.hint))
        answer.status_code = 422 if request.method == "POST" else 503
        return answer

    @app.errorhandler(InternalServerError)
    def broken(error: InternalServerError) -> tuple[str, int]:
        cause = error.original_exception or error
        message = f"this is a bug in newsletter: {type(cause).__name__}: {cause}"
        return render_template("error.html.j2", message=message, hint="report it, please"), 500

    @app.errorhandler(HTTPException)
    def failed(error: HTTPException) -> tuple[str, int]:
        message = "there is nothing here" if error.code == 404 else str(error.name).lower()  # noqa: PLR2004 - HTTP
        return render_template("error.html.j2", message=message, hint=None), error.code or 500
