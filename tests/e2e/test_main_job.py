"""The main job with real parts: a page becomes a digest that a real SMTP server receives."""

from __future__ import annotations

import email
import email.policy
import json
import ssl
import subprocess
import sys
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword
from click.testing import CliRunner, Result

from newsletter.cli import cli

RECIPIENTS = ("me@example.org", "you@example.org")


class Mailroom:
    """A handler that keeps every envelope."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802, ARG002 - aiosmtpd's name and signature
        self.envelopes.append(envelope)
        return "250 OK"


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def mailroom() -> Mailroom:
    return Mailroom()


@pytest.fixture
def smtp_port(authority: trustme.CA, mailroom: Mailroom, start_smtp_server: Callable[..., Controller]) -> int:
    """A real server that demands STARTTLS and a login."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)

    def authenticate(*arguments: Any) -> AuthResult:
        login = arguments[-1]
        right = isinstance(login, LoginPassword) and (login.login, login.password) == (b"digest", b"s3cret")
        return AuthResult(success=right, handled=right)

    server = start_smtp_server(
        mailroom,
        hostname="localhost",
        tls_context=context,
        require_starttls=True,
        auth_required=True,
        authenticator=authenticate,
    )
    return int(server.port)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, smtp_port: int, authority: trustme.CA) -> Path:
    """A folder with a configuration for that server."""
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    (tmp_path / "newsletter.toml").write_text(
        "[newsletter]\n"
        'name = "Lab Digest"\n'
        'sender = "Lab Digest <digest@example.org>"\n'
        'base_url = "https://news.example.org"\n'
        'postal_address = "1 Example Street"\n'
        "[backends.smtp]\n"
        'host = "localhost"\n'
        f"port = {smtp_port}\n"
        'security = "starttls"\n'
        'username = "digest"\n'
        f'ca_file = "{tmp_path / "ca.pem"}"\n',
        "utf-8",
    )
    monkeypatch.setenv("NEWSLETTER_SMTP_PASSWORD", "s3cret")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments))


@pytest.fixture
def titles(seed_page: Path) -> list[str]:
    """The titles of the seed as the parser gives them."""
    papers = json.loads(run("inspect", str(seed_page), "--json").stdout)["papers"]
    return [paper["title"] for paper in papers]


def squeezed(text: str) -> str:
    return " ".join(text.split())


def body_of(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    content = part.get_content()
    assert isinstance(content, str)
    return content


def received(envelope: Envelope) -> EmailMessage:
    content = envelope.original_content or envelope.content
    assert isinstance(content, bytes)
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def html_texts(html: str, tag: str) -> list[str]:
    """The text of every element of that kind."""
    import html5lib  # noqa: PLC0415 - only this test needs a parser

    tree = html5lib.parse(html, namespaceHTMLElements=False)
    return [squeezed("".join(element.itertext())) for element in tree.iter(tag)]


@pytest.mark.usefixtures("project")
def test_a_real_page_reaches_a_real_server_through_starttls(
    seed_page: Path, mailroom: Mailroom, titles: list[str]
) -> None:
    assert run("build", str(seed_page)).exit_code == 0
    arguments = [part for address in RECIPIENTS for part in ("--to", address)]
    sent = run("send", "issues/2025-11-07", *arguments)
    assert sent.exit_code == 0, sent.output

    assert [envelope.rcpt_tos for envelope in mailroom.envelopes] == [[address] for address in RECIPIENTS]
    assert len(titles) == 75
    for envelope, address in zip(mailroom.envelopes, RECIPIENTS, strict=True):
        message = received(envelope)
        assert message["To"] == address
        assert message["From"] == "Lab Digest <digest@example.org>"
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert message["List-Unsubscribe"].startswith("<https://news.example.org/unsubscribe/")
        assert message["List-Id"].endswith("<news.example.org>")
        assert message["Message-ID"].endswith("@example.org>")
        assert "Lab Digest" in message["Subject"]
        assert message.get_content_type() == "multipart/alternative"
        assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
        text = squeezed(body_of(message, "plain"))
        links = html_texts(body_of(message, "html"), "a")
        for title in titles:
            assert squeezed(title) in text
            assert squeezed(title) in links
        assert "1 Example Street" in text


@pytest.mark.usefixtures("project")
def test_what_is_sent_is_what_was_built_but_for_the_slots(
    project: Path, seed_page: Path, mailroom: Mailroom
) -> None:
    run("build", str(seed_page))
    run("send", "issues/2025-11-07", "--to", RECIPIENTS[0])
    [envelope] = mailroom.envelopes
    built = (project / "issues" / "2025-11-07" / "issue.html").read_text("utf-8").replace("\r\n", "\n")
    html = body_of(received(envelope), "html").replace("\r\n", "\n")
    token = html.split("/unsubscribe/", 1)[1].split('"', 1)[0]
    assert html.replace(token, "PLACEHOLDER").rstrip("\n") == built.rstrip("\n")


@pytest.mark.usefixtures("project")
def test_a_wrong_password_serves_nobody_and_does_not_show(
    seed_page: Path, mailroom: Mailroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSLETTER_SMTP_PASSWORD", "wr0ng-pass")
    run("build", str(seed_page))
    result = run("send", "issues/2025-11-07", "--to", RECIPIENTS[0])
    assert result.exit_code == 6
    assert "wr0ng-pass" not in result.output
    assert mailroom.envelopes == []


def test_build_needs_no_network(seed_page: Path, tmp_path: Path) -> None:
    """Run in a process of its own in which every way out raises."""
    program = (
        "import socket, sys\n"
        "def refuse(*a, **k):\n    raise AssertionError('network')\n"
        "socket.socket.connect = refuse; socket.create_connection = refuse; socket.getaddrinfo = refuse\n"
        "from newsletter.cli import main\n"
        f"sys.argv = ['newsletter', 'build', {str(seed_page)!r}]\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "issues" / "2025-11-07" / "issue.html").stat().st_size < 100_000


def test_every_paper_of_the_seed_is_in_both_parts_and_every_title_is_a_link(
    seed_page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, titles: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    run("build", str(seed_page))
    folder = tmp_path / "issues" / "2025-11-07"
    links = html_texts((folder / "issue.html").read_text("utf-8"), "a")
    text = squeezed((folder / "issue.txt").read_text("utf-8"))
    assert len(titles) == 75
    assert [title for title in titles if squeezed(title) not in links] == []
    assert [title for title in titles if squeezed(title) not in text] == []


def test_a_day_learns_from_the_issues_before_it_and_from_no_later_one(
    seed_page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    runner = CliRunner()
    first = runner.invoke(cli, ["build", str(seed_page), "--date", "2025-11-06"])
    assert "learnt from" not in first.stderr
    before = Path("issues/2025-11-06/issue.json").read_bytes()
    second = runner.invoke(cli, ["build", str(seed_page)])
    assert "learnt from 1 earlier issue with 75 papers" in second.stderr
    again = runner.invoke(cli, ["build", str(seed_page), "--date", "2025-11-06"])
    assert again.exit_code == 0
    assert "learnt from" not in again.stderr
    assert Path("issues/2025-11-06/issue.json").read_bytes() == before


def test_learning_can_be_switched_off(
    seed_page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("newsletter.toml").write_text("[topics]\nlearn_from_past = false\n", "utf-8")
    runner = CliRunner()
    runner.invoke(cli, ["build", str(seed_page), "--date", "2025-11-06"])
    assert "learnt from" not in runner.invoke(cli, ["build", str(seed_page)]).stderr
    assert not Path("issues/.past").exists()
