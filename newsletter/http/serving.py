"""Rules for a server on the loopback interface: who may ask, and what a page may do."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from flask import Flask, Response, request

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})

# A page of ours: style, scripts and frames of this server, nothing from anywhere else, nothing inline.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; frame-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# A mail in a frame: its inline style and images that it carries itself; no script, no form, nothing else.
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "sandbox allow-popups allow-popups-to-escape-sandbox; frame-ancestors 'self'"
)


def guard(app: Flask, port: Callable[[], int], hosts: Collection[str] = LOOPBACK_HOSTS) -> None:
    """Answer only requests addressed to `hosts` (against DNS rebinding), and lock every page down."""

    @app.before_request
    def refuse_foreign_hosts() -> Response | None:
        if request.host in {f"{host}:{port()}" for host in hosts}:
            return None
        return Response("this server does not answer for that host\n", 421, mimetype="text/plain")

    @app.after_request
    def lock_down(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", PAGE_POLICY)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers["Cache-Control"] = "no-store"
        return response


def is_loopback(host: str) -> bool:
    """Say whether a host to listen on is reached from this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
