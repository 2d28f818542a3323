"""The server of the preview: bound when it is made, so that its address is known, and then running."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from waitress import wasyncore
from waitress.server import create_server

from newsletter.http.serving import LOOPBACK_HOSTS, is_loopback
from newsletter.preview.access import Session
from newsletter.preview.application import preview_app

if TYPE_CHECKING:
    from waitress.server import BaseWSGIServer

    from newsletter.preview.workshop import Workshop

LOOPBACK = "127.0.0.1"
# A page that waits for changes holds a thread.
_THREADS = 12


class PreviewServer:
    """Serves a workshop under an address that ends in a key; closing it ends the workshop's watch as well.

    Raises `OSError` if it cannot listen there.
    """

    def __init__(self, workshop: Workshop, *, host: str = LOOPBACK, port: int = 0) -> None:
        self.workshop = workshop
        self._host = host.strip("[]")
        self._session = Session()
        app = preview_app(workshop, session=self._session, port=lambda: self.port, hosts=hosts_of(self._host))
        self._server: BaseWSGIServer = create_server(
            app,
            sockets=[_listening(self._host, port)],
            threads=_THREADS,
            channel_request_lookahead=1,  # or who waits for changes never hears that its page has left
            ident="newsletter",
        )

    @property
    def port(self) -> int:
        return int(self._server.effective_port)

    @property
    def url(self) -> str:
        """Its address, key and all."""
        return f"{self._origin}/{self._session.key}/"

    def url_for_once(self) -> str:
        """Make an address that leads there, for the first who asks."""
        return f"{self._origin}/{self._session.ticket()}"

    @property
    def _origin(self) -> str:
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self.port}"

    def run(self) -> None:
        """Watch and serve until Ctrl-C."""
        self.workshop.start()
        try:
            # Its own `run` would wait for pages that wait for changes before anybody can let them go.
            wasyncore.loop(timeout=1, map=self._server._map, use_poll=True)  # noqa: SLF001 - see `_stop`
        except KeyboardInterrupt:
            pass
        finally:
            self.workshop.close()
            self._stop()

    def close(self) -> None:
        """Stop serving, from any thread: the thread that serves ends once what is asked is answered."""
        self.workshop.close()
        self._server.trigger.pull_trigger(self._stop)

    def _stop(self) -> None:
        """Close everything in the thread that uses it; elsewhere it would be closed under its hands."""
        self._server.task_dispatcher.shutdown()
        wasyncore.close_all(self._server._map, ignore_all=True)  # noqa: SLF001 - waitress has no other way


def _listening(host: str, port: int) -> socket.socket:
    return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)


def hosts_of(host: str) -> frozenset[str]:
    """Give the hosts that a request may name to a server that listens at `host`.

    On an outer interface that is the machine's name and what was given, too; no name that others chose can
    be among them.
    """
    given = f"[{host}]" if ":" in host else host
    if is_loopback(host):
        return LOOPBACK_HOSTS | {given}
    return LOOPBACK_HOSTS | {given, socket.gethostname().lower()} | _own_addresses()


def _own_addresses() -> frozenset[str]:
    try:
        found = socket.getaddrinfo(socket.gethostname(), None)
    except OSError:
        return frozenset()
    addresses = {str(address[0]).partition("%")[0] for *_, address in found}
    return frozenset(f"[{address}]" if ":" in address else address for address in addresses)
