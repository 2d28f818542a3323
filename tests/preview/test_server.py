"""The preview shows the files of an issue, on this machine only."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from email.message import Message
from pathlib import Path

import pytest

from newsletter.errors import ConfigError
from newsletter.model import Edition, Issue
from newsletter.preview.server import PreviewServer
from newsletter.rendering.checks import Finding, Place
from newsletter.store.issue_folder import StoredIssue, write_issue

HTML = "<!DOCTYPE html><head><title>t</title></head><p>Grüße</p>".encode()


def check(stored: StoredIssue) -> list[Finding]:
    """Find one fault, and one limit that a page need not show; none in a mail that says so."""
    if b"mistaken" in stored.text:
        raise ConfigError("newsletter.toml, line 3: <b>")
    where = Place(part="HTML", line=7, card="A <i>card</i>")
    return [
        Finding(severity="warning", check="alt", message="an <img> has no alt", hint="add alt", where=where),
        Finding(severity="info", check="clients", message="some clients lose it", hint="nothing"),
    ]


@pytest.fixture
def server(tmp_path: Path, issue: Callable[..., Issue]) -> Iterator[PreviewServer]:
    edition = Edition(
        subject="Hello <script>alert(1)</script>",
        preheader="and more",
        html="x",
        text="x",
        nonce="0" * 16,
        language="en",
    )
    write_issue(
        tmp_path,
        StoredIssue(
            issue=issue(), editions=(edition,), html=HTML, text="Grüße".encode(), message=b"To: x\r\n"
        ),
    )
    running = PreviewServer(tmp_path, port=0, check=check)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    yield running
    running.close()
    thread.join(timeout=10)


def get(url: str, host: str | None = None) -> tuple[int, bytes, Message]:
    request = urllib.request.Request(url, headers={"Host": host} if host else {})  # noqa: S310 - our own server
    try:
        with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310
            return response.status, response.read(), response.headers
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read(), error.headers


def test_the_parts_are_served_byte_for_byte(server: PreviewServer) -> None:
    assert get(server.url + "issue.html")[1] == HTML
    assert get(server.url + "issue.txt")[1] == "Grüße".encode()
    assert get(server.url + "issue.eml")[1] == b"To: x\r\n"


def test_the_page_shows_subject_and_preheader_as_text(server: PreviewServer) -> None:
    status, body, _ = get(server.url)
    assert status == 200
    assert b"Hello &lt;script&gt;alert(1)&lt;/script&gt;" in body
    assert b"and more" in body


def test_the_page_shows_what_the_checks_found(server: PreviewServer) -> None:
    body = get(server.url)[1].decode()
    assert "Checks: no errors, 1 warning" in body
    assert "an &lt;img&gt; has no alt" in body
    assert "HTML, line 7 in “A &lt;i&gt;card&lt;/i&gt;”" in body
    assert "some clients lose it" not in body


def test_a_configuration_with_a_mistake_stops_no_preview(
    server: PreviewServer, tmp_path: Path, issue: Callable[..., Issue]
) -> None:
    edition = Edition(subject="s", preheader="p", html="x", text="x", nonce="0" * 16, language="en")
    stored = StoredIssue(
        issue=issue(), editions=(edition,), html=HTML, text=b"mistaken", message=b"To: x\r\n"
    )
    write_issue(tmp_path, stored, overwrite=True)
    status, body, _ = get(server.url)
    assert status == 200
    assert b"the checks could not run: newsletter.toml, line 3: &lt;b&gt;" in body


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1", "localhost:1"])
def test_a_request_for_another_host_is_misdirected(server: PreviewServer, host: str) -> None:
    assert get(server.url, host)[0] == 421


def test_a_folder_that_cannot_be_read_is_a_page_that_says_so(server: PreviewServer, tmp_path: Path) -> None:
    (tmp_path / "issue.html").write_text("<p>mine</p>", "utf-8")
    status, body, _ = get(server.url)
    assert status == 503
    assert b"issue.html: was changed after it was built" in body
    assert b"Traceback" not in body


def test_links_open_beside_the_preview_and_the_mail_itself_is_untouched(server: PreviewServer) -> None:
    assert b'<base target="_blank">' in get(server.url + "frame.html")[1]
    assert b"<base" not in get(server.url + "issue.html")[1]


def test_localhost_is_this_machine(server: PreviewServer) -> None:
    assert get(server.url, f"localhost:{server.port}")[0] == 200


@pytest.mark.parametrize(
    "path", ["../../etc/passwd", "..%2f..%2fetc%2fpasswd", "issue.json", "%00", "//etc/passwd"]
)
def test_no_other_path_leads_anywhere(server: PreviewServer, path: str) -> None:
    assert get(server.url + path)[0] == 404


def test_the_mail_runs_nothing_and_loads_nothing(server: PreviewServer) -> None:
    policy = get(server.url + "issue.html")[2]["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "sandbox" in policy
    assert "script" not in policy


def test_every_answer_is_locked_down(server: PreviewServer) -> None:
    for path in ("", "issue.html", "issue.txt", "issue.eml", "absent"):
        headers = get(server.url + path)[2]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
