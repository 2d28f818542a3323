"""A real web server on the loopback interface that answers as it is told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Seen:
    """A request as it came; the names of `headers` are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.path).query))


@dataclass(frozen=True)
class Reply:
    """What is answered. `raw` is sent as it is in the place of everything else, then the line is cut."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: Iterable[bytes] | None = None


Answering = Reply | Callable[[Seen], Reply]


class Website:
    """Answers at paths (without their query) as told: with the same reply each time, or one after the other,
    the last one for ever. 404 elsewhere."""

    def __init__(self, server: ThreadingHTTPServer, scheme: str) -> None:
        self._server = server
        self._scheme = scheme
        self._replies: dict[str, list[Answering]] = {}
        self.seen: list[Seen] = []
        self.connections = 0

    @property
    def url(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self._server.server_port}"

    @property
    def port(self) -> int:
        return self._server.server_port

    def answer(self, path: str, *replies: Answering) -> str:
        """Say what comes at a path, and give its address."""
        self._replies[path] = list(replies)
        return self.url + path

    def reply_to(self, seen: Seen) -> Reply:
        self.seen.append(seen)
        replies = self._replies.get(urlsplit(seen.path).path, [Reply(status=404)])
        reply = replies.pop(0) if len(replies) > 1 else replies[0]
        return reply if isinstance(reply, Reply) else reply(seen)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    site: Website

    def handle_error(self, *_: object) -> None:
        """Say nothing of those who hang up."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # an answer leaves in one piece
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.site.connections += 1

    def do_GET(self) -> None:
        size = int(self.headers.get("Content-Length", 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        seen = Seen(self.command, self.path, headers, self.rfile.read(size))
        try:
            self._send(self.server.site.reply_to(seen))
        except OSError:
            self.close_connection = True  # who asked has left

    do_POST = do_GET  # noqa: N815 - so named by the standard library

    def _send(self, reply: Reply) -> None:
        if reply.raw is not None:
            self.close_connection = True
            for chunk in reply.raw:
                self.wfile.write(chunk)
                self.wfile.flush()
            return
        self.send_response(reply.status)
        length = {} if "Transfer-Encoding" in reply.headers else {"Content-Length": str(len(reply.body))}
        for name, value in {**length, **reply.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if reply.status not in (204, 304):
            self.wfile.write(reply.body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def website(tls: SSLContext | None = None) -> Iterator[Website]:
    """Serve until the block ends."""
    server = _Server(("127.0.0.1", 0), _Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    server.site = Website(server, "https" if tls else "http")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server.site
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
