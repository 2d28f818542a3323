"""Serves one issue folder: the page around it, the HTML, the text and the raw message."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask, Response, render_template
from jinja2 import FileSystemLoader
from waitress import wasyncore
from waitress.server import create_server

from newsletter.errors import NewsletterError
from newsletter.http.serving import MAIL_POLICY, guard
from newsletter.rendering.checks.findings import in_short
from newsletter.rendering.theme import default_templates
from newsletter.store.issue_folder import StoredIssue, read_issue

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from waitress.server import BaseWSGIServer

    from newsletter.rendering.checks import Finding

    Check = Callable[[StoredIssue], Sequence[Finding]]

HOST = "127.0.0.1"


class PreviewServer:
    """A server that is bound when it is made, so that its address is known, and serves until interrupted."""

    def __init__(self, folder: Path, *, port: int, check: Check) -> None:
        self._server: BaseWSGIServer = create_server(
            preview_app(folder, lambda: self.port, check), host=HOST, port=port
        )

    @property
    def port(self) -> int:
        return int(self._server.effective_port)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}/"

    def run(self) -> None:
        """Serve until Ctrl-C."""
        self._server.run()

    def close(self) -> None:
        """Stop serving, from any thread: the thread that serves ends once what is asked is answered."""
        self._server.trigger.pull_trigger(self._stop)

    def _stop(self) -> None:
        """Close everything in the thread that uses it; elsewhere it would be closed under its hands."""
        self._server.task_dispatcher.shutdown()
        wasyncore.close_all(self._server._map, ignore_all=True)  # noqa: SLF001 - waitress has no other way


def preview_app(folder: Path, port: Callable[[], int], check: Check) -> Flask:
    """Make the WSGI application. The folder is read and checked anew for every request, so that a rebuilt
    issue shows after a reload; nothing in a request names a file."""
    app = Flask("newsletter.preview", static_folder=None)
    app.jinja_loader = FileSystemLoader(default_templates() / "preview")
    app.jinja_env.autoescape = True  # whatever a template is called: Flask goes by the ending
    guard(app, port)

    @app.errorhandler(NewsletterError)
    def unreadable(error: NewsletterError) -> tuple[str, int]:
        return render_template("error.html.j2", message=error.message, hint=error.hint), 503

    @app.errorhandler(404)
    def unknown(_: Exception) -> tuple[str, int]:
        return render_template("error.html.j2", message="there is nothing here", hint=None), 404

    @app.get("/")
    def page() -> str:
        stored = read_issue(folder)
        return render_template("issue.html.j2", **_facts(stored), **_findings(stored, check))

    @app.get("/issue.html")
    def html() -> Response:
        response = Response(read_issue(folder).html, mimetype="text/html")
        response.headers["Content-Security-Policy"] = MAIL_POLICY
        return response

    @app.get("/frame.html")
    def frame() -> Response:
        """The mail as it stands in the preview: its links open beside it."""
        response = Response(_with_links_outside(read_issue(folder).html), mimetype="text/html")
        response.headers["Content-Security-Policy"] = MAIL_POLICY
        return response

    @app.get("/issue.txt")
    def text() -> Response:
        return Response(read_issue(folder).text, mimetype="text/plain")

    @app.get("/issue.eml")
    def message() -> Response:
        return Response(read_issue(folder).message, content_type="text/plain; charset=utf-8")

    return app


def _with_links_outside(html: bytes) -> bytes:
    return html.replace(b"<head>", b'<head><base target="_blank">', 1)


def _findings(stored: StoredIssue, check: Check) -> dict[str, object]:
    """Give the findings to act on, or why there are none: a configuration with a mistake stops no preview."""
    try:
        findings = check(stored)
    except NewsletterError as error:
        return {"findings": (), "checked": f"the checks could not run: {error.message}"}
    grave = [finding for finding in findings if finding.severity != "info"]
    return {"findings": grave, "checked": in_short(findings)}


def _facts(stored: StoredIssue) -> dict[str, object]:
    edition = stored.editions[0]
    return {
        "issue": stored.issue,
        "subject": edition.subject,
        "preheader": edition.preheader,
        "html_bytes": len(stored.html),
        "text_bytes": len(stored.text),
        "message_bytes": len(stored.message),
    }
