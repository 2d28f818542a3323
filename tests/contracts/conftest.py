"""Every backend with a way to see what it delivered."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope

from newsletter.backends.console import ConsoleBackend
from newsletter.backends.eml import EmlBackend
from newsletter.backends.maildir import MaildirBackend
from newsletter.backends.memory import MemoryBackend
from newsletter.backends.smtp import SmtpBackend
from newsletter.ports import MailBackend

UNKNOWN = "no-such-user@example.org"


@dataclass(frozen=True, kw_only=True)
class MailSystem:
    """A backend and the messages that came out at its other end."""

    backend: MailBackend
    delivered: Callable[[], list[bytes]]
    knows_mailboxes: bool = False


class Mailroom:
    """A handler that keeps what it accepts, and says what its server offers."""

    def __init__(self, offers: list[str]) -> None:
        self.messages: list[bytes] = []
        self._offers = offers

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        del server, envelope
        session.host_name = hostname
        return [*responses[:-1], *self._offers, responses[-1]]

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del server, session, options
        if address == UNKNOWN:
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        del server, session
        assert isinstance(envelope.content, bytes)
        self.messages.append(envelope.content)
        return "250 OK"


def folder_system(backend: MailBackend, folder: Path, pattern: str) -> MailSystem:
    def delivered() -> list[bytes]:
        return [path.read_bytes() for path in sorted(folder.glob(pattern))]

    return MailSystem(backend=backend, delivered=delivered)


class ChunkingServer(SMTP):
    """aiosmtpd that also offers CHUNKING (RFC 3030)."""

    async def smtp_BDAT(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        """Take one last chunk."""
        assert self.envelope is not None
        size, last = arg.split()
        assert last == "LAST"
        self.envelope.content = await self._reader.readexactly(int(size))
        if not self.envelope.rcpt_tos:
            await self.push("554 5.5.1 no valid recipients")
        else:
            await self.push(await self._call_handler_hook("DATA"))
        self._set_post_data_state()  # type: ignore[no-untyped-call]  # aiosmtpd gives it no types


def smtp_system(start_smtp_server: Callable[..., Controller], transport: str) -> MailSystem:
    offers = ["250-PIPELINING", "250-CHUNKING"]
    mailroom = Mailroom(offers)
    port = start_smtp_server(mailroom, server_class=ChunkingServer).port
    options = SmtpBackend.Options.model_validate(
        {"host": "127.0.0.1", "port": port, "security": "none", "command_seconds": 5, "transport": transport}
    )
    return MailSystem(
        backend=SmtpBackend(options), delivered=lambda: list(mailroom.messages), knows_mailboxes=True
    )


@pytest.fixture(
    params=["console", "eml", "maildir", "memory", "smtp-plain", "smtp-pipelining", "smtp-chunking"]
)
def mail_system(
    request: pytest.FixtureRequest, tmp_path: Path, start_smtp_server: Callable[..., Controller]
) -> MailSystem:
    """Each backend in turn."""
    match request.param:
        case "console":
            stream = io.StringIO()
            return MailSystem(
                backend=ConsoleBackend(ConsoleBackend.Options(raw=True), stream),
                delivered=lambda: [
                    text.encode() for text in re.split(r"(?m)^(?=Subject: )", stream.getvalue()) if text
                ],
            )
        case "eml":
            return folder_system(EmlBackend(EmlBackend.Options(folder=tmp_path)), tmp_path, "[!.]*.eml")
        case "maildir":
            return folder_system(MaildirBackend(MaildirBackend.Options(folder=tmp_path)), tmp_path, "new/*")
        case "memory":
            memory = MemoryBackend(MemoryBackend.Options(unknown=(UNKNOWN,)))
            return MailSystem(
                backend=memory,
                delivered=lambda: [mail.message for mail in memory.delivered],
                knows_mailboxes=True,
            )
        case _:
            return smtp_system(start_smtp_server, request.param.removeprefix("smtp-"))
