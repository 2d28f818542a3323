"""Rules for a server on the loopback interface: who may ask, and what a page may do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask, Response, request

if TYPE_CHECKING:
    from collections.abc import Callable

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})

# A page of ours: its own style and frames, nothing from anywhere else, no script.
PAGE_POLICY = "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-src 'self'"
# A mail in a frame: its inline style and images that it carries itself; no script, no form, nothing else.
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)


def guard(app: Flask, port: Callable[[], int]) -> None:
    """Answer only requests addressed to this machine (against DNS rebinding), and lock every page down."""

    @app.before_request
    def refuse_foreign_hosts() -> Response | None:
        if request.host in {f"{host}:{port()}" for host in LOOPBACK_HOSTS}:
            return None
        return Response("this server answers only on the loopback interface\n", 421, mimetype="text/plain")

    @app.after_request
    def lock_down(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", f"{PAGE_POLICY}; frame-ancestors 'self'")
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"
        return response
