"""Who may use the preview: whoever has the address that was printed, from this very page."""

from __future__ import annotations

import secrets
from hmac import compare_digest
from typing import TYPE_CHECKING

from flask import Flask, Response, request

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_KEY_BYTES = 16
_HAS_KEY = "newsletter.has_key"
_READING = ("GET", "HEAD", "OPTIONS")


def new_key() -> str:
    """Make a key that nobody guesses: 22 letters, digits, - and _."""
    return secrets.token_urlsafe(_KEY_BYTES)


class KeyInPath:
    """A WSGI layer: takes the key off the front of the path, so that all routes and links lie behind it.

    A request without it goes on as one for "/", marked, and is refused by `require_key` once the host was
    checked: nothing tells a stranger which paths there are.
    """

    def __init__(self, inner: WSGIApplication, key: str) -> None:
        self._inner = inner
        self._key = key

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        given, slash, rest = environ.get("PATH_INFO", "").removeprefix("/").partition("/")
        environ[_HAS_KEY] = bool(slash) and compare_digest(
            given.encode("latin-1", "replace"), self._key.encode()
        )
        environ["SCRIPT_NAME"] = f"/{self._key}" if environ[_HAS_KEY] else ""
        environ["PATH_INFO"] = f"/{rest}" if environ[_HAS_KEY] else "/"
        return self._inner(environ, start_response)


def protect(app: Flask, key: str) -> None:
    """Put `app` behind `key`, and take changes from its own pages alone."""
    app.wsgi_app = KeyInPath(app.wsgi_app, key)  # type: ignore[method-assign]  # as Flask wants layers put on
    app.before_request(require_key)
    app.before_request(refuse_foreign_writes)


def require_key() -> Response | None:
    """Refuse whoever does not have the address."""
    if request.environ.get(_HAS_KEY):
        return None
    return _refusal("open the address that `newsletter preview` printed: it ends in a key")


def refuse_foreign_writes() -> Response | None:
    """Refuse a request that changes something unless the browser says that our page made it (CSRF)."""
    if request.method in _READING:
        return None
    if request.headers.get("Origin") != f"{request.scheme}://{request.host}":
        return _refusal("only the preview's own page may change something")
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return _refusal("only the preview's own page may change something")
    return None


def _refusal(why: str) -> Response:
    return Response(f"{why}\n", 403, mimetype="text/plain")
