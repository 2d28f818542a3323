"""Who may use the preview: whoever has the address that was printed, from this very page."""

from __future__ import annotations

import secrets
from hmac import compare_digest
from threading import Lock
from typing import TYPE_CHECKING

from flask import Flask, Response, redirect, request

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from flask.typing import ResponseReturnValue

_KEY_BYTES = 16
# What stood where the key belongs; None if it was the key.
_GIVEN = "newsletter.given"
_READING = ("GET", "HEAD", "OPTIONS")


class Session:
    """The key of a running preview, and tickets that open it once.

    A ticket is what other programs are told: command lines can be read by everybody on a machine.
    """

    def __init__(self) -> None:
        self.key = secrets.token_urlsafe(_KEY_BYTES)
        self._tickets: set[str] = set()
        self._lock = Lock()

    def ticket(self) -> str:
        """Make a word that opens the preview once."""
        made = secrets.token_urlsafe(_KEY_BYTES)
        with self._lock:
            self._tickets.add(made)
        return made

    def redeem(self, word: str) -> bool:
        """Say whether a word is a ticket, and let it never be one again."""
        with self._lock:
            found = next((one for one in self._tickets if _same(one, word)), None)
            self._tickets.discard(found or "")
        return found is not None


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
        has_key = _same(given, self._key) and bool(slash)
        environ[_GIVEN] = None if has_key else given
        environ["SCRIPT_NAME"] = f"/{self._key}" if has_key else ""
        environ["PATH_INFO"] = f"/{rest}" if has_key else "/"
        return self._inner(environ, start_response)


def protect(app: Flask, session: Session) -> None:
    """Put `app` behind the key, and take changes from its own pages alone."""
    app.wsgi_app = KeyInPath(app.wsgi_app, session.key)  # type: ignore[method-assign]  # as Flask wants it

    @app.before_request
    def require_key() -> ResponseReturnValue | None:
        """Refuse whoever does not have the address."""
        given = request.environ[_GIVEN]
        if given is None:
            return None
        if request.method == "GET" and session.redeem(given):
            return redirect(f"/{session.key}/", 303)
        return _refusal("open the address that `newsletter preview` printed: it ends in a key")

    app.before_request(refuse_foreign_writes)


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


def _same(one: str, other: str) -> bool:
    return compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))
