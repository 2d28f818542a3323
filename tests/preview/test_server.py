"""The preview shows an issue to whoever has its address, on this machine only."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from newsletter.model import Edition, Issue
from newsletter.preview.server import PreviewServer, hosts_of
from newsletter.store.issue_folder import StoredIssue, write_issue

HTML = "<!DOCTYPE html><head><title>t</title></head><p>Grüße</p>".encode()
Ask = Callable[..., tuple[int, bytes, dict[str, str]]]


@pytest.fixture
def folder(desk: Path, issue: Callable[..., Issue]) -> Path:
    """An issue folder with a hostile subject."""
    edition = Edition(
        subject="Hello <script>alert(1)</script>",
        preheader="and more",
        html="x",
        text="x",
        nonce="0" * 16,
        language="en",
    )
    stored = StoredIssue(
        issue=issue(), editions=(edition,), html=HTML, text="Grüße".encode(), message=b"To: x\r\n"
    )
    write_issue(desk / "mine", stored)
    return desk / "mine"


@pytest.fixture
def server(folder: Path, serve: Callable[[str], PreviewServer]) -> PreviewServer:
    return serve(str(folder))


@pytest.fixture
def origin(server: PreviewServer) -> str:
    return f"http://127.0.0.1:{server.port}"


def test_the_parts_are_served_byte_for_byte(server: PreviewServer, ask: Ask) -> None:
    assert ask(server.url + "issue.html")[1] == HTML
    assert ask(server.url + "issue.txt")[1] == "Grüße".encode()
    assert ask(server.url + "issue.eml")[1] == b"To: x\r\n"


def test_the_page_shows_subject_and_preheader_as_text(server: PreviewServer, ask: Ask) -> None:
    status, body, _ = ask(server.url)
    assert status == 200
    assert b"Hello &lt;script&gt;alert(1)&lt;/script&gt;" in body
    assert b"and more" in body


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1", "localhost:1"])
def test_a_request_for_another_host_is_misdirected(server: PreviewServer, ask: Ask, host: str) -> None:
    assert ask(server.url, headers={"Host": host})[0] == 421


def test_localhost_is_this_machine(server: PreviewServer, ask: Ask) -> None:
    assert ask(server.url, headers={"Host": f"localhost:{server.port}"})[0] == 200


@pytest.mark.parametrize(
    "path", ["", "issue.html", "wrong-key/issue.html", "//issue.html", "static/preview.css"]
)
def test_nothing_is_shown_without_the_key(origin: str, ask: Ask, path: str) -> None:
    status, body, _ = ask(f"{origin}/{path}")
    assert status == 403
    assert b"ends in a key" in body


def test_a_key_is_never_used_twice(serve: Callable[[str], PreviewServer], folder: Path) -> None:
    keys = {serve(str(folder)).url.rsplit("/", 2)[1] for _ in range(2)}
    assert len(keys) == 2
    assert min(map(len, keys)) >= 22


def test_a_ticket_opens_the_preview_once(server: PreviewServer, ask: Ask) -> None:
    ticket = server.url_for_once()
    assert ask(ticket, headers={"Host": "evil.example"})[0] == 421
    assert ask(ticket, body=b"")[0] == 403
    assert b"Hello" in ask(ticket)[1]  # by way of a redirect
    assert ask(ticket)[0] == 403


@pytest.mark.parametrize(
    "path",
    [
        "../../etc/passwd", "..%2f..%2fetc%2fpasswd", "issue.json", "%00", "//etc/passwd",
        "static/../error.html.j2",
        "static/..%2fframe.html.j2", "static/%2fetc%2fpasswd", "static/preview.css%00", "frame.html/../../x",
    ],
)  # fmt: skip
def test_no_path_leads_to_a_file(server: PreviewServer, ask: Ask, path: str) -> None:
    assert ask(server.url + path)[0] in {403, 404}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null"},
        {"Origin": "http://evil.example"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "OWN", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "OWN", "Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_foreign_page_changes_nothing(
    server: PreviewServer, origin: str, ask: Ask, headers: dict[str, str]
) -> None:
    headers = {name: value.replace("OWN", origin) for name, value in headers.items()}
    assert ask(server.url + "turn", headers=headers, body=b"{}")[0] == 403


def test_our_own_page_changes_something_but_not_with_another_key(
    server: PreviewServer, origin: str, ask: Ask
) -> None:
    own = {"Origin": origin, "Sec-Fetch-Site": "same-origin"}
    assert ask(server.url + "turn", headers=own, body=b"{}")[0] == 200
    assert ask(f"{origin}/wrong/turn", headers=own, body=b"{}")[0] == 403


def test_reading_changes_nothing(server: PreviewServer, ask: Ask) -> None:
    assert ask(server.url + "turn")[0] == 405


def test_links_open_beside_the_preview_and_the_mail_itself_is_untouched(
    server: PreviewServer, ask: Ask
) -> None:
    assert b'<base target="_blank">' in ask(server.url + "frame.html")[1]
    assert b"<base" not in ask(server.url + "issue.html")[1]


@pytest.mark.parametrize("path", ["issue.html", "frame.html"])
def test_the_mail_runs_nothing_and_loads_nothing(server: PreviewServer, ask: Ask, path: str) -> None:
    policy = ask(server.url + path)[2]["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "sandbox" in policy
    assert "allow-same-origin" not in policy
    assert "script" not in policy


def test_every_answer_is_locked_down(server: PreviewServer, ask: Ask) -> None:
    for path in ("", "issue.html", "issue.txt", "issue.eml", "live?serial=0", "static/preview.js", "absent"):
        headers = ask(server.url + path)[2]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe-inline'; script" not in headers["Content-Security-Policy"]
        assert "Access-Control-Allow-Origin" not in headers


def test_who_waits_is_told_the_number_of_the_scene(server: PreviewServer, ask: Ask) -> None:
    assert json.loads(ask(server.url + "live?serial=0")[1])["serial"] == 1


def test_on_an_outer_interface_only_names_of_this_machine_are_answered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known = [(2, 1, 6, "", ("192.0.2.7", 0))]
    fake = SimpleNamespace(gethostname=lambda: "Desk", getaddrinfo=lambda *_: known)
    monkeypatch.setattr("newsletter.preview.server.socket", fake)
    assert hosts_of("0.0.0.0") == {"127.0.0.1", "localhost", "[::1]", "0.0.0.0", "desk", "192.0.2.7"}  # noqa: S104
    assert hosts_of("127.0.0.1") == {"127.0.0.1", "localhost", "[::1]"}
