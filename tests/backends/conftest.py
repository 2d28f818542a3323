"""Mail servers of our own: an honest one and one that does whatever a script says."""

from __future__ import annotations

import contextlib
import io
import socket
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope

from newsletter.backends.smtp import SmtpBackend
from newsletter.backends.smtp_options import SmtpOptions
from newsletter.errors import MailError
from newsletter.model import DeliveryId, Outcome, OutgoingMail

# What a server does when it hears a verb: says these bytes (b"": stays silent), hangs up (None), or more; a
# tuple has what it does the first time, the second and so on, and every further time.
Answer = bytes | None | Callable[[socket.socket], None]
Script = Mapping[str, Answer | tuple[Answer, ...]]

NOBODY = b"554 5.5.1 no valid recipients\r\n"
NESTED = b"503 5.5.1 one mail at a time\r\n"
HONEST: Script = {
    "CONNECT": b"220 mail.example.org ready\r\n",
    "EHLO": b"250-mail.example.org\r\n250-PIPELINING\r\n250 CHUNKING\r\n",
    "MAIL": b"250 2.1.0 sender fine\r\n",
    "RCPT": b"250 2.1.5 recipient fine\r\n",
    "DATA": b"354 go on\r\n",
    ".": b"250 2.0.0 kept\r\n",
    "RSET": b"250 2.0.0 forgotten\r\n",
    "QUIT": b"221 2.0.0 bye\r\n",
}


class _Turns:
    """A script as one connection follows it."""

    def __init__(self, answers: Script) -> None:
        self.answers = answers
        self._times: Counter[str] = Counter()

    def __contains__(self, verb: str) -> bool:
        return verb in self.answers

    def turn(self, verb: str) -> Answer:
        """Say what comes next at a verb."""
        answer = self.answers.get(verb, b"502 5.5.1 what\r\n")
        if not isinstance(answer, tuple):
            return answer
        self._times[verb] += 1
        return answer[min(self._times[verb], len(answer)) - 1]


@dataclass
class ScriptedServer:
    """Follows one script per connection, the last one for all further ones, and remembers what it heard.

    `messages` are those it has taken: it has not said no to them.

    Where its script says nothing else, it grants DATA and takes chunks only for a recipient it took, and no
    mail within another: one that failed before its end, or in chunks, wants RSET. "." is what it answers to
    the end of a message, whichever way that came; "BDAT" what it does in place of reading. No content is
    read before `before_content` is over.
    """

    scripts: tuple[Script, ...]
    context: ssl.SSLContext | None = None
    implicit_tls: bool = False
    before_content: Callable[[], object] = lambda: None
    lines: list[bytes] = field(default_factory=list)
    messages: list[bytes] = field(default_factory=list)
    connections: int = 0

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._thread = threading.Thread(target=self._serve)
        self._is_stopped = False
        self._has_recipient = False
        self._is_begun = False

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End the loop by one last connection."""
        self._is_stopped = True
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            pass
        self._thread.join(timeout=10)
        self._listener.close()

    def heard(self, verb: str) -> list[bytes]:
        """The lines that began with `verb`, over all connections."""
        return [line for line in self.lines if line.upper().startswith(verb.encode())]

    def _serve(self) -> None:
        while True:
            sock, _ = self._listener.accept()
            if self._is_stopped:
                sock.close()
                return
            script = _Turns({**HONEST, **self.scripts[min(self.connections, len(self.scripts) - 1)]})
            self.connections += 1
            with contextlib.suppress(OSError):
                self._talk(sock, script)

    def _talk(self, sock: socket.socket, script: _Turns) -> None:
        sock.settimeout(5)
        if self.implicit_tls and self.context:
            sock = _encrypted(sock, self.context)
        with sock, sock.makefile("rb") as stream:
            if not _answer(sock, script.turn("CONNECT")):
                return
            self._has_recipient = self._is_begun = False
            while line := stream.readline():
                self.lines.append(line)
                verb = line.split()[0].decode("ascii", "replace").upper() if line.split() else ""
                if not self._obey(verb, line, stream, sock, script):
                    return
                if verb == "STARTTLS" and self.context:
                    self._talk_encrypted(_encrypted(sock, self.context), script)
                    return

    def _obey(
        self, verb: str, line: bytes, stream: io.BufferedReader, sock: socket.socket, script: _Turns
    ) -> bool:
        """Do what a line asks for, or what the script has instead; tell whether the connection goes on."""
        if verb == "BDAT" and "BDAT" not in script:
            self.before_content()
            return self._end(sock, stream.read(int(line.split()[1])), script)
        answer = NESTED if verb == "MAIL" and self._is_begun else script.turn(verb)
        if verb in ("MAIL", "RSET") and _starts(answer, b"2"):
            self._is_begun, self._has_recipient = verb == "MAIL", False
        if verb == "DATA" and answer == HONEST["DATA"] and not self._has_recipient:
            answer = NOBODY
        goes_on = _answer(sock, answer)
        if verb == "RCPT":
            self._has_recipient = _starts(answer, b"2")
        if verb == "DATA" and _starts(answer, b"354"):
            self._is_begun = False
            self.before_content()
            return self._end(sock, _content(stream), script)
        return goes_on

    def _end(self, sock: socket.socket, message: bytes | None, script: _Turns) -> bool:
        """Keep a message that came whole and is for somebody."""
        if message is None or not self._has_recipient:
            return message is not None and _answer(sock, NOBODY)
        answer = script.turn(".")
        if not _starts(answer, b"4") and not _starts(answer, b"5"):
            self.messages.append(message)
            self._is_begun = False
        return _answer(sock, answer)

    def _talk_encrypted(self, sock: socket.socket, script: _Turns) -> None:
        """Go on without a greeting, and without offering encryption again."""
        self._talk(sock, _Turns({**script.answers, "CONNECT": b"", "STARTTLS": b"503 already\r\n"}))


def _encrypted(sock: socket.socket, context: ssl.SSLContext) -> socket.socket:
    try:
        return context.wrap_socket(sock, server_side=True)
    except OSError:
        sock.close()
        raise


def _answer(sock: socket.socket, answer: Answer) -> bool:
    """Do it; tell whether the connection goes on."""
    if answer is None:
        return False
    if callable(answer):
        answer(sock)
        return False
    sock.sendall(answer)
    return not answer.startswith(b"421")


def _starts(answer: Answer, code: bytes) -> bool:
    return isinstance(answer, bytes) and answer.startswith(code)


def _content(stream: Iterable[bytes]) -> bytes | None:
    """Read up to the final dot; None if it never came."""
    lines: list[bytes] = []
    for line in stream:
        if line == b".\r\n":
            return b"".join(lines)
        lines.append(line[1:] if line.startswith(b".") else line)
    return None


@pytest.fixture
def serve() -> Iterator[Callable[..., ScriptedServer]]:
    """Start a server for the given scripts."""
    with contextlib.ExitStack() as stack:

        def start(*scripts: Script, **settings: object) -> ScriptedServer:
            server = ScriptedServer(scripts=scripts or ({},), **settings)  # type: ignore[arg-type]
            server.start()
            stack.callback(server.stop)
            return server

        yield start


def make_backend(server: ScriptedServer, **changes: object) -> SmtpBackend:
    """A backend with limits short enough for a test."""
    settings: dict[str, object] = {
        "host": "127.0.0.1",
        "port": server.port,
        "security": "none",
        "connect_seconds": 1.0,
        "command_seconds": 0.4,
        "data_seconds": 0.4,
        "transport": "plain",
    }
    return SmtpBackend(SmtpOptions.model_validate(settings | changes))


@pytest.fixture
def backend() -> Callable[..., SmtpBackend]:
    return make_backend


def make_mail(number: int = 1, **changes: object) -> OutgoingMail:
    values: dict[str, object] = {
        "delivery": DeliveryId(f"delivery-{number}"),
        "sender": "digest@example.org",
        "recipient": f"reader{number}@example.org",
        "message": b"Subject: mail %d\r\n\r\ntext\r\n" % number,
    }
    return OutgoingMail(**(values | changes))  # type: ignore[arg-type]


@pytest.fixture
def mail() -> Callable[..., OutgoingMail]:
    return make_mail


@dataclass(frozen=True, kw_only=True)
class Books:
    """What a run left behind; `failure` is what ended it, if something did."""

    outcomes: dict[DeliveryId, Outcome]
    committed: list[DeliveryId]
    failure: MailError | None
    seconds: float


def keep_books_of(backend: SmtpBackend, mails: Sequence[OutgoingMail]) -> Books:
    """Send; see that nothing is settled or recorded twice and that nothing recorded stays unsettled."""
    committed: list[DeliveryId] = []
    outcomes: dict[DeliveryId, Outcome] = {}
    started, failure = time.monotonic(), None
    session = backend.open()
    try:
        for settled in session.send(mails, committed.append):
            assert settled.delivery not in outcomes
            outcomes[settled.delivery] = settled.outcome
    except MailError as error:
        failure = error
    session.close()
    assert len(set(committed)) == len(committed)
    assert set(committed) <= set(outcomes)
    assert failure or len(outcomes) == len(mails)
    seconds = time.monotonic() - started
    return Books(outcomes=outcomes, committed=committed, failure=failure, seconds=seconds)


@pytest.fixture
def keep_books() -> Callable[..., Books]:
    return keep_books_of


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> Path:
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


@pytest.fixture
def server_context(authority: trustme.CA) -> Callable[..., ssl.SSLContext]:
    """A certificate for a host, valid unless told otherwise."""

    def make(host: str = "localhost", issuer: trustme.CA | None = None, **validity: object) -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        (issuer or authority).issue_cert(host, **validity).configure_cert(context)  # type: ignore[arg-type]
        return context

    return make


class Mailroom:
    """Keeps what a real server accepted."""

    def __init__(self) -> None:
        self.messages: list[bytes] = []
        self.recipients: list[list[str]] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        del server, session
        assert isinstance(envelope.content, bytes)
        self.messages.append(envelope.content)
        self.recipients.append(list(envelope.rcpt_tos))
        return "250 OK"


@pytest.fixture
def real_server(
    server_context: Callable[..., ssl.SSLContext], start_smtp_server: Callable[..., Controller]
) -> Callable[..., Controller]:
    """Start aiosmtpd so that it demands STARTTLS and one login."""

    def start(username: str, password: str) -> Controller:
        def authenticate(*arguments: Any) -> AuthResult:
            login = arguments[-1]
            is_right = (login.login, login.password) == (username.encode(), password.encode())
            return AuthResult(success=is_right, handled=is_right)

        return start_smtp_server(
            Mailroom(),
            hostname="localhost",
            tls_context=server_context("localhost"),
            require_starttls=True,
            auth_required=True,
            authenticator=authenticate,
        )

    return start
