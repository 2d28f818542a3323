"""A newsroom: a built issue, a configuration, a mail server, people who read."""

from __future__ import annotations

import asyncio
import email
import email.policy
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from click.testing import CliRunner, Result

from newsletter.cli import cli


@dataclass
class Mailbox:
    """What a mail server took; how it answers for some recipients; for whom it takes a mail, and is gone
    before it says so."""

    mails: list[tuple[str, EmailMessage]] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    think_seconds: float = 0

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        del server, session, options
        envelope.rcpt_tos.append(address)
        return self.answers.get(address, "250 ok")

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        del session
        await asyncio.sleep(self.think_seconds)
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.mails += [(address, message) for address in envelope.rcpt_tos]
        if self.silent & set(envelope.rcpt_tos):
            server.transport.abort()
        return "250 ok"

    @property
    def addresses(self) -> list[str]:
        """Who got something, sorted, each as often as they got it."""
        return sorted(address for address, _ in self.mails)

    def of(self, address: str) -> list[EmailMessage]:
        return [message for to, message in self.mails if to == address]


def run(*arguments: str, **options: Any) -> Result:
    return CliRunner().invoke(cli, list(arguments), **options)


@dataclass(frozen=True)
class Newsroom:
    """A folder with an issue of 2025-11-07 and its mail server."""

    folder: Path
    mailbox: Mailbox
    port: int
    page: Path

    def configure(self, sending: str = "", **changes: str) -> None:
        values = {"name": "Daily Papers", "language": "en"} | changes
        lines = "".join(f'{key} = "{value}"\n' for key, value in values.items())
        text = (
            f'[newsletter]\n{lines}sender = "D <d@example.org>"\nbase_url = "https://news.example.org"\n'
            f"[sending]\npatience_minutes = 0\n{sending}\n"
            f'[backends.smtp]\nhost = "127.0.0.1"\nport = {self.port}\nsecurity = "none"\n'
        )
        (self.folder / "newsletter.toml").write_text(text, "utf-8")

    def subscribe(self, *rows: str) -> None:
        """Add people: "address", or more columns as in the line of names."""
        head = "address,name,sections,cadence,language"
        lines = [head, *(row + "," * (head.count(",") - row.count(",")) for row in rows)]
        people = self.folder / "people.csv"
        people.write_text("\n".join(lines), "utf-8")
        done = run("subscribers", "import", str(people), "--consent-source", "a form")
        assert done.exit_code == 0, done.output
        people.unlink()

    def rebuild(self, name: str = "Daily Papers, put right") -> None:
        """Build the issue again, with another title."""
        self.configure(name=name)
        done = run("build", str(self.page))
        assert done.exit_code == 0, done.output


@pytest.fixture(scope="session")
def built_once(tmp_path_factory: pytest.TempPathFactory, seed_page: Path) -> Path:
    """The seed issue, built without any configuration."""
    folder = tmp_path_factory.mktemp("built") / "issue"
    done = run("build", str(seed_page), "--out", str(folder))
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture
def newsroom(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    built_once: Path,
    seed_page: Path,
    start_smtp_server: Callable[..., Controller],
) -> Newsroom:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NEWSLETTER_CONFIG", raising=False)
    shutil.copytree(built_once, tmp_path / "issues" / "2025-11-07")
    mailbox = Mailbox()
    controller = start_smtp_server(mailbox)
    made = Newsroom(folder=tmp_path, mailbox=mailbox, port=controller.port, page=seed_page)
    made.configure()
    return made


@pytest.fixture(scope="session")
def newsletter() -> Callable[..., Result]:
    """Run the command line."""
    return run


def names(count: int) -> Sequence[str]:
    return [f"reader{number}@example.com" for number in range(count)]
