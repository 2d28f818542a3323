"""Unsubscribing on the web: a server that behaves, servers that do not, and one that is not there yet."""

from __future__ import annotations

import contextlib
import http.server
import re
import socket
import sqlite3
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import trustme

from newsletter.http.asking import Asker
from newsletter.work.doctor.findings import Finding
from newsletter.work.doctor.leaving import Leaving
from tests.work.doctor.conftest import NOW

Told = Callable[..., list[Finding]]
Answer = tuple[int, dict[str, str], bytes]
PAGE: Answer = (200, {"Content-Type": "text/html"}, b"<form method=post>Leave?</form>")
DONE: Answer = (200, {}, b"done")


class Site:
    """A web site for readers; `behave` says what it answers, and `requests` what it heard."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.requests: list[tuple[str, str, str, bytes]] = []
        self.behave: Callable[[str, str, bytes], Answer] = _well
        site = self

        class Talk(http.server.BaseHTTPRequestHandler):
            def _answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                site.requests.append((self.command, self.path, self.headers.get("Content-Type") or "", body))
                status, headers, content = site.behave(self.command, self.path, body)
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(content))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content if self.command != "HEAD" else b"")

            do_GET = do_HEAD = do_POST = _answer  # noqa: N815 - the library's names

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Talk)
        if context:
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]  # who distrusts us hangs up
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _well(method: str, path: str, _body: bytes) -> Answer:
    return (404, {}, b"") if "/unsubscribe/" not in path else DONE if method == "POST" else PAGE


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.stop()


@pytest.fixture
def look(clinic: Any, told: Told, site: Site) -> Callable[[], dict[str, Finding]]:
    """Look at the site, and give the worst finding of each code."""

    def make() -> dict[str, Finding]:
        _configure(clinic, f"http://127.0.0.1:{site.port}")
        order = ("ok", "info", "warning", "error")
        found = told(Leaving(clinic.patient(), Asker(seconds=2)).checks())
        return {one.code: one for one in sorted(found, key=lambda one: order.index(one.severity))}

    return make


def _configure(clinic: Any, base_url: str) -> None:
    clinic.configure(head=f'[newsletter]\nsender = "d@papers.example.org"\nbase_url = "{base_url}"\n')


def test_a_site_that_behaves_is_told_to(look: Callable[[], dict[str, Finding]], site: Site) -> None:
    found = look()
    assert {code: one.severity for code, one in found.items()} == {
        "W6": "warning",  # it is not https
        **dict.fromkeys(("W1", "W2", "W4", "W5"), "ok"),
    }
    posts = [request for request in site.requests if request[0] == "POST"]
    assert {kind.partition(";")[0] for _, _, kind, _ in posts} == {
        "application/x-www-form-urlencoded",
        "multipart/form-data",
    }
    assert all(b"One-Click" in body for _, _, _, body in posts)


def test_no_token_is_a_readers(
    look: Callable[[], dict[str, Finding]], site: Site, clinic: Any, build: Any
) -> None:
    with clinic.patient().parts.subscribers() as store:
        build.people(store.database, 5)
    with clinic.patient().parts.ledger() as ledger:
        tokens = clinic.patient().parts.link_tokens(ledger.database)
    look()
    numbers = {tokens.read("unsubscribe", path.rpartition("/")[2]) for _, path, _, _ in site.requests}
    assert numbers == {None, 2**63 - 1}
    with sqlite3.connect(clinic.folder / "newsletter.db") as connection:
        [(active,)] = connection.execute("SELECT count(*) FROM subscribers WHERE status = 'active'")
    assert active == 5


def moved(method: str, path: str, body: bytes) -> Answer:
    return (302, {"Location": "/elsewhere"}, b"") if method == "POST" else _well(method, path, body)


def forbidding(method: str, path: str, body: bytes) -> Answer:
    return (403, {}, b"no form token") if method == "POST" else _well(method, path, body)


def one_encoding(method: str, path: str, body: bytes) -> Answer:
    return (415, {}, b"") if method == "POST" and b"Disposition" in body else _well(method, path, body)


def broken_head(method: str, path: str, body: bytes) -> Answer:
    return (500, {}, b"") if method == "HEAD" else _well(method, path, body)


def redirecting_page(method: str, path: str, body: bytes) -> Answer:
    return (303, {"Location": "/login"}, b"") if method == "GET" else _well(method, path, body)


@pytest.mark.parametrize(
    ("behaviour", "code", "words"),
    [
        (moved, "W2", "leads elsewhere (302)"),
        (forbidding, "W2", "answered by 403"),
        (one_encoding, "W2", "multipart/form-data) is answered by 415"),
        (broken_head, "W4", "HEAD gives 500"),
        (redirecting_page, "W1", "gives 303"),
    ],
)
def test_each_misbehaviour_is_told(
    look: Callable[[], dict[str, Finding]], site: Site, behaviour: Any, code: str, words: str
) -> None:
    site.behave = behaviour
    found = look()
    assert found[code].severity == "error"
    assert words in found[code].message
    assert not any(path == "/elsewhere" for _, path, _, _ in site.requests)


def test_a_second_click_that_fails_is_told(look: Callable[[], dict[str, Finding]], site: Site) -> None:
    clicks: set[str] = set()

    def once(method: str, path: str, body: bytes) -> Answer:
        if method == "POST" and path in clicks:
            return 410, {}, b"gone"
        clicks.add(path if method == "POST" else "")
        return _well(method, path, body)

    site.behave = once
    assert look()["W3"].severity == "error"


def test_a_site_that_tells_forged_tokens_is_told(look: Callable[[], dict[str, Finding]], site: Site) -> None:
    first: list[str] = []

    def picky(method: str, path: str, body: bytes) -> Answer:
        first.append(path)
        return _well(method, path, body) if path == first[0] else (400, {}, b"forged")

    site.behave = picky
    found = look()["W5"]
    assert found.severity == "error"
    assert "200 and 400" in found.message


def test_a_page_that_changes_somebody_by_being_opened_is_told(
    look: Callable[[], dict[str, Finding]], site: Site, clinic: Any, build: Any
) -> None:
    with clinic.patient().parts.subscribers() as store:
        build.people(store.database, 1)

    def eager(method: str, path: str, body: bytes) -> Answer:
        with contextlib.closing(sqlite3.connect(clinic.folder / "newsletter.db")) as connection:
            connection.execute(
                "INSERT INTO status_changes (subscriber_id, at, status, reason)"
                " VALUES (1, '2026-11-26 00:00:00.000000', 'unsubscribed', 'link')"
            )
            connection.commit()
        return _well(method, path, body)

    site.behave = eager
    found = look()
    assert found["W1"].severity == "error"
    assert "standing changed" in found["W1"].message


@pytest.mark.parametrize("status", [404, 405, 501])
def test_a_site_without_such_a_page_is_a_warning_that_says_so(
    look: Callable[[], dict[str, Finding]], site: Site, status: int
) -> None:
    site.behave = lambda *_: (status, {}, b"")
    found = look()
    assert {code: one.severity for code, one in found.items()} == {"W6": "warning", "W2": "warning"}
    assert "later version" in found["W2"].fix


def test_where_nobody_answers_that_is_a_warning_without_the_token(clinic: Any, told: Told) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    _configure(clinic, f"http://127.0.0.1:{port}")
    found = told(Leaving(clinic.patient(), Asker(seconds=1)).checks())
    assert {one.severity for one in found} == {"warning"}
    assert "no connection" in found[-1].message
    assert not any(re.search("[a-z2-7]{28}", one.message) for one in found)


def test_who_never_answers_is_left_in_time(clinic: Any, told: Told) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        _configure(clinic, f"http://127.0.0.1:{listener.getsockname()[1]}")
        found = told(Leaving(clinic.patient(), Asker(seconds=0.3)).checks())
    assert "no answer within" in found[-1].message


def test_a_page_without_end_is_read_as_far_as_needed(
    look: Callable[[], dict[str, Finding]], site: Site
) -> None:
    site.behave = lambda *_: (200, {}, b"x" * 3_000_000)
    assert look()["W1"].severity == "ok"


@pytest.mark.parametrize(("days", "severity"), [(90, "ok"), (5, "warning")])
def test_a_certificate_that_ends_soon_is_told(clinic: Any, told: Told, days: int, severity: str) -> None:
    authority = trustme.CA()
    ends = datetime.now(tz=NOW.tzinfo) + timedelta(days=days, hours=1)
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost", not_after=ends).configure_cert(server)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    site = Site(server)
    try:
        _configure(clinic, f"https://localhost:{site.port}")
        patient = clinic.patient(clock=lambda: datetime.now(tz=NOW.tzinfo))
        [finding] = [
            one for one in told(Leaving(patient, Asker(context=trusting)).checks()) if one.code == "W6"
        ]
        strangers = told(Leaving(patient, Asker()).checks())
    finally:
        site.stop()
    assert finding.severity == severity
    assert strangers[0].severity == "warning"
    assert "certificate" in strangers[0].message.lower()
