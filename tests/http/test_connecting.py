"""TLS speaks to the name, though the address is what was checked; and proxies that a person names."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpcore
import pytest
import trustme

from newsletter.errors import SourceError
from newsletter.http.connecting import Deadline, GuardedNetwork
from newsletter.http.fetching import HttpFetcher
from newsletter.http.guard import Guard, read_allowed_host
from newsletter.http.policy import FetchingPolicy, Proxy
from tests.http.fetchers import Clock, make_fetcher
from tests.http.serving import Reply, Website, website

HOST = "papers.example.org"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def secure_site(authority: trustme.CA) -> Iterator[Website]:
    """Serves papers.example.org, wherever that is."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST).configure_cert(context)
    with website(context) as site:
        yield site


def fetcher_for(authority: trustme.CA | None, *, asked: list[str] | None = None) -> HttpFetcher:
    """Trust that authority; every name leads to this machine."""
    trust = ssl.create_default_context()
    if authority:
        authority.configure_trust(trust)

    def resolve(host: str, _: int) -> list[str]:
        (asked if asked is not None else []).append(host)
        return ["127.0.0.1"]

    return HttpFetcher(
        policy=FetchingPolicy(max_attempts=2),
        guard=Guard([read_allowed_host("example.org"), read_allowed_host(HOST)], resolve),
        clock=Clock(),
        random=lambda: 0.5,
        tls=trust,
    )


def test_the_certificate_must_be_that_of_the_name(secure_site: Website, authority: trustme.CA) -> None:
    secure_site.answer("/feed", Reply(b"papers"))
    asked: list[str] = []
    fetcher = fetcher_for(authority, asked=asked)
    assert fetcher.get(f"https://{HOST}:{secure_site.port}/feed").body == b"papers"
    assert secure_site.seen[0].headers["host"] == f"{HOST}:{secure_site.port}"
    assert asked == [HOST]
    with pytest.raises(SourceError, match=r"its certificate is not to be trusted .*mismatch"):
        fetcher.get(f"https://example.org:{secure_site.port}/feed")


def test_under_encryption_too_nothing_that_follows_an_answer_is_the_next_one(
    secure_site: Website, authority: trustme.CA
) -> None:
    more = b"papersHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"
    secure_site.answer("/list", Reply(more, headers={"Content-Length": "6"}))
    secure_site.answer("/feed", Reply(b"papers"))
    fetcher = fetcher_for(authority)
    for path in ("list", "feed", "feed"):
        assert fetcher.get(f"https://{HOST}:{secure_site.port}/{path}").body == b"papers"
    assert secure_site.connections == 2


def test_a_certificate_of_an_unknown_authority_is_told_once(secure_site: Website) -> None:
    with pytest.raises(SourceError, match="its certificate is not to be trusted") as caught:
        fetcher_for(None).get(f"https://{HOST}:{secure_site.port}/feed")
    assert "attempts" not in caught.value.message
    assert secure_site.seen == []


def test_a_server_without_encryption_is_told(site: Website, authority: trustme.CA) -> None:
    with pytest.raises(SourceError, match="no encrypted connection"):
        fetcher_for(authority).get(f"https://{HOST}:{site.port}/feed")


def test_a_proxy_of_a_persons_choice_is_asked_for_everything(site: Website) -> None:
    """It resolves names by itself; addresses that are not public are refused before it is asked."""
    site.answer("/feed", lambda seen: Reply(seen.headers["proxy-authorization"].encode()))
    policy = FetchingPolicy(proxy=Proxy(url=site.url, username="me", password="s3cret"))
    fetcher = make_fetcher(policy=policy, allow=("news.example.org",))
    assert fetcher.get("http://news.example.org/feed").body == b"Basic bWU6czNjcmV0"
    assert site.seen[0].path == "http://news.example.org:80/feed"
    with pytest.raises(SourceError, match="not a public address"):
        fetcher.get("https://127.0.0.1/feed")
    assert len(site.seen) == 1


@contextmanager
def tunnel(port: int) -> Iterator[tuple[str, list[bytes]]]:
    """A proxy that leads every CONNECT to one port of this machine, and keeps what it was asked."""
    asked: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with contextlib.suppress(OSError):
            client, _ = listener.accept()
            with client, socket.create_connection(("127.0.0.1", port)) as server:
                asked.append(client.recv(4096))
                client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                back = threading.Thread(target=pour, args=(server, client))
                back.start()
                pour(client, server)
                back.join(5)

    thread = threading.Thread(target=serve)
    thread.start()
    with listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", asked
        thread.join(5)


def pour(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


def test_through_a_proxy_the_certificate_is_still_that_of_the_name(
    secure_site: Website, authority: trustme.CA
) -> None:
    secure_site.answer("/feed", Reply(b"papers"))
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    with tunnel(secure_site.port) as (url, asked):
        fetcher = HttpFetcher(
            policy=FetchingPolicy(proxy=Proxy(url=url, username="me", password="s3cret")),
            guard=Guard(),
            clock=Clock(),
            random=lambda: 0.5,
            tls=trust,
        )
        document = fetcher.get(f"https://{HOST}/feed", headers={"X-Api-Key": "k3y-of-mine"})
        fetcher.close()
    assert document.body == b"papers"
    [line] = asked
    assert line.startswith(b"CONNECT papers.example.org:443 HTTP/1.1\r\n")
    assert b"k3y-of-mine" not in line
    assert "proxy-authorization" not in secure_site.seen[0].headers


def test_a_proxy_that_refuses_is_told(site: Website) -> None:
    policy = FetchingPolicy(proxy=Proxy(url=site.url))
    with pytest.raises(SourceError, match=r"the proxy refuses \(501"):
        make_fetcher(policy=policy).get("https://example.org/feed")


def test_a_fetcher_that_nobody_closed_leaves_no_connection(site: Website) -> None:
    """ResourceWarnings are errors here."""
    make_fetcher().get(site.answer("/feed", Reply(b"x")))


def test_a_closed_fetcher_may_be_used_again(site: Website) -> None:
    fetcher = make_fetcher()
    url = site.answer("/feed", Reply(b"x"))
    fetcher.get(url)
    fetcher.close()
    assert fetcher.get(url).body == b"x"
    assert site.connections == 2


def test_a_name_that_takes_too_long_to_find_is_given_up() -> None:
    is_over = threading.Event()

    def slow(*_: object) -> list[str]:
        is_over.wait(5)
        return ["127.0.0.1"]

    policy = FetchingPolicy(timeout_seconds=0.05, max_attempts=1)
    with pytest.raises(SourceError, match=r"no connection within 0\.05 seconds"):
        make_fetcher(policy=policy, allow=("example.org",), resolve=slow).get("https://example.org/")
    is_over.set()


def test_a_name_that_is_not_there_is_told() -> None:
    def absent(*_: object) -> list[str]:
        raise OSError(-2, "Name or service not known")

    with pytest.raises(SourceError, match=r"no connection \(no\.example\.org cannot be found\)"):
        make_fetcher(resolve=absent).get("https://no.example.org/")


def test_an_address_that_swallows_everything_leaves_time_for_the_next() -> None:
    """Each gets its share of the time, the last one all that is left."""
    asked: list[tuple[str, float | None]] = []

    class Network(httpcore.SyncBackend):
        def connect_tcp(self, host: str, _: int, timeout: float | None = None, *_more: Any) -> Any:
            asked.append((host, timeout))
            clock.seconds += timeout or 0
            raise httpcore.ConnectTimeout

    clock = Clock()
    deadline = Deadline(clock.monotonic)
    deadline.start(60)
    network = GuardedNetwork(lambda *_: ["2606:4700::1", "1.1.1.1", "1.0.0.1"], deadline)
    network._network = Network()
    with pytest.raises(httpcore.ConnectTimeout):
        network.connect_tcp("example.org", 443)
    assert asked == [("2606:4700::1", 20), ("1.1.1.1", 20), ("1.0.0.1", 20)]
