"""A small mail server that speaks enough of IMAP over TLS to be read from, and can misbehave."""

from __future__ import annotations

import base64
import re
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

USER, PASSWORD = "reader@example.org", 'pass "word" ü'


@dataclass
class Mail:
    """One of the folder; `claimed_size` is what the server says of its size."""

    body: bytes
    is_seen: bool = False
    claimed_size: int | None = None

    @property
    def head(self) -> bytes:
        lines = self.body.partition(b"\n\n")[0].split(b"\n")
        kept = [line for line in lines if line.lower().startswith((b"date:", b"from:"))]
        return b"\r\n".join([*kept, b"", b""])


Answer = Callable[["Session", str, str], bool]


def as_it_should(_session: Session, _tag: str, _command: str) -> bool:
    """Leave the answer to the server."""
    return False


@dataclass
class Post:
    """The mails of a server, what was said to it, and how it answers; `odd` may answer before anything
    else does, and says whether it did."""

    mails: list[Mail] = field(default_factory=list)
    capabilities: str = "IMAP4rev1 AUTH=PLAIN"
    odd: Answer = as_it_should
    uid_is_last: bool = False
    said: list[str] = field(default_factory=list)
    port: int = 0
    ended: threading.Event = field(default_factory=threading.Event)


class Session(socketserver.StreamRequestHandler):
    """One client."""

    server: _Server

    def send(self, text: str | bytes) -> None:
        self.wfile.write(text.encode() + b"\r\n" if isinstance(text, str) else text)

    def handle(self) -> None:
        try:
            if not self.server.post.odd(self, "", "greeting"):
                self.send("* OK ready")
            while line := self.rfile.readline():
                tag, _, command = line.decode().strip().partition(" ")
                self.server.post.said.append(command)
                if not self.server.post.odd(self, tag, command):
                    self._answer(tag, command)
        except (OSError, ssl.SSLError):
            pass  # who asked has left

    def _answer(self, tag: str, command: str) -> None:
        verb = command.split(" ", 2)[1] if command.startswith("UID ") else command.split(" ", 1)[0]
        arguments = command.partition(f"{verb} ")[2]
        answers: dict[str, Callable[[], str | None]] = {
            "CAPABILITY": self._capability,
            "AUTHENTICATE": self._authenticate,
            "LOGIN": lambda: None,
            "EXAMINE": self._select,
            "SELECT": self._select,
            "SEARCH": self._search,
            "FETCH": lambda: self._fetch(arguments),
            "STORE": lambda: self._store(arguments),
            "LOGOUT": self._log_out,
        }
        refusal = answers[verb]() if verb in answers else "BAD unknown"
        self.send(f"{tag} {refusal or 'OK done'}")

    def _capability(self) -> str | None:
        self.send(f"* CAPABILITY {self.server.post.capabilities}")
        return None

    def _log_out(self) -> str | None:
        self.send("* BYE")
        return None

    def _authenticate(self) -> str | None:
        self.send("+ ")
        given = base64.b64decode(self.rfile.readline()).decode().split("\0")
        return None if given == ["", USER, PASSWORD] else f"NO {given} is not known"

    def _select(self) -> str | None:
        self.send(f"* {len(self.server.post.mails)} EXISTS")
        return None

    def _search(self) -> str | None:
        self.send("* SEARCH" + "".join(f" {number + 101}" for number in range(len(self.server.post.mails))))
        return None

    def _fetch(self, arguments: str) -> str | None:
        uids, _, items = arguments.partition(" ")
        for uid in map(int, uids.split(",")):
            mail = self.server.post.mails[uid - 101]
            data = mail.head if "HEADER" in items else mail.body.replace(b"\n", b"\r\n")
            size = mail.claimed_size or len(mail.body)
            before, after = (
                (f"RFC822.SIZE {size} ", f" UID {uid}")
                if self.server.post.uid_is_last
                else (
                    f"UID {uid} RFC822.SIZE {size} ",
                    "",
                )
            )
            self.send(f"* {uid - 100} FETCH ({before}BODY[] {{{len(data)}}}\r\n".encode() + data)
            self.send(f"{after})")
        return None

    def _store(self, arguments: str) -> str | None:
        uid = re.match(r"\d+", arguments)
        assert uid
        self.server.post.mails[int(uid[0]) - 101].is_seen = True
        return None


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    post: Post

    def handle_error(self, *_: object) -> None:
        """Clients that do not trust the server are no trouble of ours."""


@contextmanager
def post_office(post: Post, context: ssl.SSLContext) -> Iterator[Post]:
    """Serve until the block ends."""
    server = _Server(("127.0.0.1", 0), Session)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.post, post.port = post, server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield post
    finally:
        post.ended.set()
        server.shutdown()
        server.server_close()
        thread.join(5)
