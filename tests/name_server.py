"""A real name server on this machine that says what a test wants, by UDP and TCP."""

from __future__ import annotations

import contextlib
import socketserver
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, Self

from dnslib import AAAA, CNAME, MX, PTR, QTYPE, RCODE, RR, TXT, A, DNSRecord

# What stands under a name and type: records, "SERVFAIL", "SILENT" (no answer), "GARBAGE" (no DNS).
Zone = Mapping[tuple[str, str], Sequence[str] | Literal["SERVFAIL", "SILENT", "GARBAGE"]]

_UDP_OCTETS = 512
_ATTEMPTS = 20


class NameServer:
    """Answers for one zone; `asked` counts the questions, and `by_tcp` those that came by TCP."""

    def __init__(self, zone: Zone) -> None:
        self.zone = dict(zone)
        self.asked: Counter[tuple[str, str]] = Counter()
        self.by_tcp: Counter[tuple[str, str]] = Counter()
        self._tcp, self._udp = self._pair()
        self.port = int(self._tcp.server_address[1])

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        for server in (self._udp, self._tcp):
            threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for server in (self._udp, self._tcp):
            server.shutdown()
            server.server_close()

    def _pair(self) -> tuple[_Tcp, _Udp]:
        """Find a port that is free for both."""
        for _ in range(_ATTEMPTS):
            tcp = _Tcp(("127.0.0.1", 0), _TcpTalk, self)
            try:
                return tcp, _Udp(("127.0.0.1", int(tcp.server_address[1])), _UdpTalk, self)
            except OSError:
                tcp.server_close()
        raise AssertionError

    def answer(self, question: bytes, *, by_tcp: bool) -> bytes | None:
        asked = DNSRecord.parse(question)
        name, kind = str(asked.q.qname).rstrip(".").lower(), QTYPE[asked.q.qtype]
        self.asked[name, kind] += 1
        self.by_tcp[name, kind] += by_tcp
        found = self._found(name, kind)
        if found == "SILENT":
            return None
        if found == "GARBAGE":
            return question[:2] + b"\x81\x80" + b"\xff" * 40
        reply = asked.reply()
        if found == "SERVFAIL":
            reply.header.rcode = RCODE.SERVFAIL
        elif found is None:
            reply.header.rcode = RCODE.NXDOMAIN
        for record in found if isinstance(found, list) else ():
            reply.add_answer(record)
        packed: bytes = reply.pack()
        if not by_tcp and len(packed) > _UDP_OCTETS:
            cut = asked.reply()
            cut.header.tc = 1
            packed = cut.pack()
        return packed

    def _found(self, name: str, kind: str) -> Any:
        direct = self.zone.get((name, kind))
        if isinstance(direct, str):
            return direct
        alias = self.zone.get((name, "CNAME"))
        if direct is None and alias is not None and not isinstance(alias, str):
            target = alias[0]
            behind = self._found(target, kind)
            first = RR(name, QTYPE.CNAME, rdata=CNAME(target), ttl=60)
            return [first, *(behind if isinstance(behind, list) else [])]
        if direct is not None:
            return [_record(name, kind, value) for value in direct]
        return [] if any(known == name for known, _ in self.zone) else None


def _record(name: str, kind: str, value: str) -> RR:
    if kind == "TXT":
        octets = value.encode("utf-8", "surrogateescape")
        rdata: Any = TXT([octets[at : at + 255] for at in range(0, len(octets), 255)] or [b""])
    elif kind == "MX":
        preference, _, host = value.partition(" ")
        rdata = MX(host, int(preference))
    else:
        rdata = {"A": A, "AAAA": AAAA, "PTR": PTR}[kind](value)
    return RR(name, getattr(QTYPE, kind), rdata=rdata, ttl=60)


class _Udp(socketserver.ThreadingUDPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], talk: Any, names: NameServer) -> None:
        super().__init__(address, talk)
        self.names = names


class _Tcp(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], talk: Any, names: NameServer) -> None:
        super().__init__(address, talk)
        self.names = names


class _UdpTalk(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        question, sock = self.request
        answer = self.server.names.answer(question, by_tcp=False)  # type: ignore[attr-defined]
        if answer is not None:
            sock.sendto(answer, self.client_address)


class _TcpTalk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        with contextlib.suppress(OSError):
            length = int.from_bytes(self.rfile.read(2), "big")
            answer = self.server.names.answer(self.rfile.read(length), by_tcp=True)  # type: ignore[attr-defined]
            if answer is not None:
                self.wfile.write(len(answer).to_bytes(2, "big") + answer)


@contextlib.contextmanager
def serving(zone: Zone) -> Iterator[NameServer]:
    """Run a name server for a zone."""
    with NameServer(zone) as server:
        yield server
