"""A test goes to one's own address: marked, once, and otherwise what the preview shows."""

from __future__ import annotations

import email
import email.policy
import json
import re
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import Page, expect

from newsletter.preview.server import PreviewServer
from newsletter.store.database import open_database
from tests.conftest import add_people

BANNER = (
    "Test copy of 2025-11-07, sent from the preview to you alone. "
    "Its links to unsubscribe and to preferences open nothing."
)
TOKEN = re.compile(
    r"(?<=/unsubscribe/)[0-9a-f]{24}|(?<=/preferences/)[0-9a-f]{24}|(?<=unsubscribe%20)[0-9a-f]{24}"
)


class Mailroom:
    """A mail server that keeps what it takes, and refuses some."""

    def __init__(self) -> None:
        self.taken: list[tuple[list[str], bytes]] = []

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        del server, session, options
        if address.startswith("nobody"):
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        del server, session
        self.taken.append((list(envelope.rcpt_tos), envelope.content))
        return "250 2.0.0 queued as 4711"


@pytest.fixture
def mailroom() -> Mailroom:
    return Mailroom()


@pytest.fixture
def server(
    desk: Path,
    mailroom: Mailroom,
    start_smtp_server: Callable[..., Controller],
    serve: Callable[[str], PreviewServer],
) -> PreviewServer:
    port = start_smtp_server(mailroom).port
    (desk / "newsletter.toml").write_text(
        '[newsletter]\nsender = "Daily <digest@example.org>"\nbase_url = "https://news.example.org"\n'
        f'[backends.smtp]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n',
        "utf-8",
    )
    return serve("few.jsonl")


def read(message: bytes) -> EmailMessage:
    parsed = email.message_from_bytes(message, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def plain(message: EmailMessage, kind: str) -> str:
    """A part without the marks of a test and without what is a reader's own."""
    part = message.get_body((kind,))
    assert part
    text = TOKEN.sub("PLACEHOLDER", part.get_content().replace("\r\n", "\n"))
    return re.sub(rf"<div [^>]*>{re.escape(BANNER)}</div>", "", text).replace(f"{BANNER}\n\n", "")


def test_what_arrives_is_what_is_shown_but_for_the_marks(
    server: PreviewServer, mailroom: Mailroom, tab: Page, ask: Callable[..., Any]
) -> None:
    tab.goto(server.url + "test")
    tab.get_by_label("Your address").fill("me@example.org")
    tab.get_by_role("button", name="Send a test").click()
    expect(tab.locator("#answer")).to_contain_text("accepted: me@example.org")
    expect(tab.locator("#answer")).to_contain_text("queued as 4711")
    [(recipients, message)] = mailroom.taken
    got, shown = read(message), read(ask(server.url + "issue.eml")[1])
    assert recipients == ["me@example.org"]
    assert got["Subject"] == f"[Test] {shown['Subject']}"
    assert got["Message-ID"] != shown["Message-ID"]
    for kind in ("html", "plain"):
        assert BANNER in (got.get_body((kind,)) or EmailMessage()).get_content()
        assert plain(got, kind) == plain(shown, kind)
    own = {"to", "subject", "date", "message-id", "content-type", "list-unsubscribe"}
    for name in {*map(str.lower, got), *map(str.lower, shown)} - own:
        assert got[name] == shown[name], name
    assert TOKEN.sub("PLACEHOLDER", got["List-Unsubscribe"]) == shown["List-Unsubscribe"]


def post(server: PreviewServer, ask: Callable[..., Any], data: object) -> tuple[int, dict[str, str]]:
    headers = {"Origin": f"http://127.0.0.1:{server.port}", "Content-Type": "application/json"}
    status, body, _ = ask(server.url + "test", headers=headers, body=json.dumps(data).encode())
    return status, json.loads(body)


def test_two_tests_are_two_mails_and_subscribers_get_none(
    server: PreviewServer, mailroom: Mailroom, ask: Callable[..., Any], desk: Path
) -> None:
    database = open_database(f"sqlite:///{desk / 'newsletter.db'}")
    add_people(database, 3)
    database.close()
    for _ in range(2):
        assert post(server, ask, {"to": "Me <me@example.org>"})[0] == 200
    assert [recipients for recipients, _ in mailroom.taken] == [["me@example.org"]] * 2
    assert len({read(message)["Message-ID"] for _, message in mailroom.taken}) == 2


def test_a_refusal_is_an_answer(server: PreviewServer, ask: Callable[..., Any]) -> None:
    status, answer = post(server, ask, {"to": "nobody@example.org"})
    assert status == 200
    assert answer["word"] == "refused"
    assert "no such user" in answer["said"]


@pytest.mark.parametrize(
    "data",
    [{"to": "a@example.org, b@example.org"}, {"to": ["a@example.org", "b@example.org"]}, {}, [], {"to": " "}],
)
def test_one_address_and_no_other_is_taken(
    server: PreviewServer, mailroom: Mailroom, ask: Callable[..., Any], data: object
) -> None:
    assert post(server, ask, data)[0] == 422
    assert mailroom.taken == []


def test_without_a_sender_nothing_is_sent_and_the_page_says_what_to_add(
    desk: Path, serve: Callable[[str], PreviewServer], ask: Callable[..., Any]
) -> None:
    del desk
    server = serve("few.jsonl")
    status, answer = post(server, ask, {"to": "me@example.org"})
    assert status == 422
    assert 'sender = "Daily Papers' in answer["hint"]
    assert b"Nothing can be sent yet" in ask(server.url + "test")[1]


def test_a_server_that_is_away_is_told(server: PreviewServer, ask: Callable[..., Any], desk: Path) -> None:
    text = re.sub(r"port = \d+", "port = 1", (desk / "newsletter.toml").read_text("utf-8"))
    (desk / "newsletter.toml").write_text(text, "utf-8")
    server.workshop.redraw()
    status, answer = post(server, ask, {"to": "me@example.org"})
    assert status == 422
    assert "127.0.0.1" in answer["message"]
