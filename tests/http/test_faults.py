"""Servers that are slow, endless, rude or broken: every call ends, says what was wrong, and keeps little."""

from __future__ import annotations

import contextlib
import gzip
import socket
import threading
import tracemalloc
import zlib
from collections.abc import Iterator
from itertools import repeat

import pytest

from newsletter.errors import SourceError
from newsletter.http.bodies import read_body
from newsletter.http.policy import FetchingPolicy
from tests.http.fetchers import Clock, make_fetcher
from tests.http.serving import Reply, Seen, Website

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
SMALL = FetchingPolicy(max_bytes=10_000)


def complaint_about(
    site: Website, *replies: Reply, policy: FetchingPolicy | None = None, tick: float = 0
) -> str:
    url = site.answer("/feed", *replies)
    with pytest.raises(SourceError) as caught:
        make_fetcher(policy=policy, clock=Clock(tick)).get(url)
    return caught.value.message.removeprefix(f"{url}: ")


def drip(start: bytes = b"", piece: bytes = b"x") -> Iterator[bytes]:
    yield start
    yield from repeat(piece)


def test_an_answer_that_drips_ends_at_the_deadline_however_lively_it_is(site: Website) -> None:
    """The clock passes a second with each look at it, and there is one per read."""
    policy = FetchingPolicy(timeout_seconds=30, max_attempts=1)
    told = complaint_about(site, Reply(raw=drip(HEAD + b"\r\n")), policy=policy, tick=1)
    assert told == "no whole answer within 30 seconds"


def test_headers_that_drip_end_at_the_deadline(site: Website) -> None:
    policy = FetchingPolicy(timeout_seconds=30, max_attempts=1)
    told = complaint_about(site, Reply(raw=drip(b"HTTP/1.1 200 OK\r\nX: ")), policy=policy, tick=1)
    assert told == "no whole answer within 30 seconds"


def test_a_server_that_says_nothing_is_not_waited_for_long(site: Website) -> None:
    is_over = threading.Event()

    def silent(_: Seen) -> Reply:
        is_over.wait(5)
        return Reply()

    policy = FetchingPolicy(timeout_seconds=0.05, max_attempts=2)
    url = site.answer("/feed", silent)
    with pytest.raises(SourceError, match=r"no whole answer within 0\.05 seconds \(2 attempts\)"):
        make_fetcher(policy=policy).get(url)
    is_over.set()
    assert len(site.seen) == 2


@pytest.mark.parametrize(
    "head",
    [
        HEAD + b"\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n",
        HEAD + b"Content-Length: 999999999999\r\n\r\n",
    ],
    ids=["until closed", "chunked", "announced"],
)
def test_an_endless_answer_ends_at_the_limit_of_bytes(head: bytes, site: Website) -> None:
    piece = b"1000\r\n" + b"x" * 4096 + b"\r\n"
    assert (
        complaint_about(site, Reply(raw=drip(head, piece)), policy=SMALL) == "it is larger than 10,000 bytes"
    )


@pytest.mark.parametrize("size", [10_000, 10_001])
def test_the_limit_is_exact(size: int, site: Website) -> None:
    url = site.answer("/feed", Reply(b"x" * size))
    if size == 10_000:
        assert len(make_fetcher(policy=SMALL).get(url).body) == size
    else:
        with pytest.raises(SourceError, match="larger than 10,000 bytes"):
            make_fetcher(policy=SMALL).get(url)


def test_endless_headers_are_cut(site: Website) -> None:
    told = complaint_about(site, Reply(raw=drip(b"HTTP/1.1 200 OK\r\n", b"X-Y: " + b"z" * 1000 + b"\r\n")))
    assert told.startswith("the connection was lost")


def test_endless_interim_answers_end_at_the_deadline(site: Website) -> None:
    policy = FetchingPolicy(timeout_seconds=30, max_attempts=1)
    reply = Reply(raw=drip(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"))
    assert complaint_about(site, reply, policy=policy, tick=10) == "no whole answer within 30 seconds"


@pytest.mark.parametrize("coding", ["gzip", "deflate", "raw deflate"])
def test_a_bomb_is_measured_by_what_it_unpacks_to(coding: str, site: Website) -> None:
    """20 MB of nothing in 20 kB."""
    packer = zlib.compressobj(9, wbits={"gzip": 31, "deflate": 15, "raw deflate": -15}[coding])
    bomb = packer.compress(bytes(20_000_000)) + packer.flush()
    reply = Reply(bomb, headers={"Content-Encoding": coding.removeprefix("raw ")})
    assert complaint_about(site, reply) == "it is larger than 10,000,000 bytes"
    assert len(site.seen) == 1


def test_a_bomb_never_takes_more_memory_than_is_permitted() -> None:
    """60 MB of nothing come in one piece of 60 kB."""
    bomb = zlib.compress(bytes(60_000_000), 9)
    tracemalloc.start()
    try:
        with pytest.raises(SourceError, match="larger than 100,000 bytes"):
            read_body([bomb], "deflate", 100_000)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 2_000_000


@pytest.mark.parametrize(
    ("coding", "wbits"), [("gzip", 31), ("X-GZIP", 31), ("deflate", 15), ("deflate", -15), ("gzip", 15)]
)
def test_what_is_packed_is_unpacked(coding: str, wbits: int, site: Website) -> None:
    packer = zlib.compressobj(wbits=wbits)
    packed = packer.compress(b"papers " * 1000) + packer.flush()
    url = site.answer("/feed", Reply(packed, headers={"Content-Encoding": coding}))
    assert make_fetcher().get(url).body == b"papers " * 1000
    assert site.seen[0].headers["accept-encoding"] == "gzip, deflate"


def test_a_gzip_file_of_several_members_is_whole_and_its_padding_is_none(site: Website) -> None:
    body = gzip.compress(b"one ") + gzip.compress(b"two") + bytes(100)
    url = site.answer("/feed", Reply(body, headers={"Content-Encoding": "gzip"}))
    assert make_fetcher().get(url).body == b"one two"


@pytest.mark.parametrize(
    ("body", "coding", "complaint"),
    [
        (b"no gzip at all", "gzip", "its packing is damaged"),
        (gzip.compress(b"papers" * 100, mtime=0)[:-20], "gzip", "it ends in the middle of its packing"),
        (gzip.compress(b"", mtime=0) * 2_000, "gzip", "it is packed in too many pieces"),
        (b"x", "br", "it is packed as 'br', which was not asked for"),
        (b"x", "gzip, gzip", "it is packed as 'gzip, gzip', which was not asked for"),
    ],
)
def test_what_cannot_be_unpacked_is_told(body: bytes, coding: str, complaint: str, site: Website) -> None:
    assert complaint_about(site, Reply(body, headers={"Content-Encoding": coding})) == complaint


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"HTTP/1.1 200 OK\r\n",
        HEAD + b"Content-Length: 100\r\n\r\n[1, 2",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n100\r\n[1, 2",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n[1, 2",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"\x00\xff" * 100,
        HEAD + b"Content-Length: -1\r\n\r\n[]",
        HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n[]",
    ],
)
def test_a_cut_or_garbled_answer_is_asked_for_again_and_never_taken_for_whole(
    raw: bytes, site: Website
) -> None:
    url = site.answer("/feed", Reply(raw=[raw]), Reply(raw=[raw]), Reply(b"[1, 2]"))
    clock = Clock()
    assert make_fetcher(clock=clock).get(url).body == b"[1, 2]"
    assert len(site.seen) == 3
    assert clock.pauses == [2.0, 4.0]


def test_after_four_attempts_it_is_told(site: Website) -> None:
    assert complaint_about(site, Reply(raw=[HEAD])).endswith("(4 attempts)")
    assert len(site.seen) == 4


def test_nobody_who_answers_is_told(unused_port: int) -> None:
    with pytest.raises(SourceError, match=r"no connection \(connection refused\) \(4 attempts\)"):
        make_fetcher().get(f"http://127.0.0.1:{unused_port}/")


@pytest.fixture
def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_what_passes_is_asked_for_again(status: int, site: Website) -> None:
    url = site.answer("/feed", Reply(status=status), Reply(b"papers"))
    assert make_fetcher().get(url).body == b"papers"


@pytest.mark.parametrize(
    ("status", "name"), [(400, "Bad Request"), (404, "Not Found"), (410, "Gone"), (501, "Not Implemented")]
)
def test_what_stays_is_told_at_once(status: int, name: str, site: Website) -> None:
    assert complaint_about(site, Reply(status=status)) == f"{status} {name}"
    assert len(site.seen) == 1


@pytest.mark.parametrize("status", [201, 204, 206, 304, 299, 999])
def test_only_a_whole_document_is_one(status: int, site: Website) -> None:
    """206 is a part that nobody asked for, 304 is about a copy that we do not have."""
    assert str(status) in complaint_about(site, Reply(status=status))


def test_an_error_says_what_the_service_says(site: Website) -> None:
    reply = Reply(b'{"error": {"message": "Unknown category cs.XX"}}', status=400)
    assert complaint_about(site, reply) == "400 Bad Request: Unknown category cs.XX"


def test_what_passes_says_what_the_service_said_when_it_is_given_up(site: Website) -> None:
    reply = Reply(b'{"message": "Rate limit of the free tier"}', status=429)
    assert complaint_about(site, reply) == "429 Too Many Requests: Rate limit of the free tier (4 attempts)"


def test_an_error_page_says_its_title_without_controls(site: Website) -> None:
    reply = Reply(b"<html><title>Down for\x1b[31m repair</title>" + b"x" * 5000, status=403)
    assert complaint_about(site, reply) == "403 Forbidden: Down for[31m repair"


def test_a_page_for_people_in_the_place_of_data_is_told(site: Website) -> None:
    url = site.answer(
        "/api", Reply(b"\n<!DOCTYPE html><title>Log in</title>", headers={"Content-Type": "application/json"})
    )
    with pytest.raises(SourceError, match="expected JSON, found an HTML page: Log in"):
        make_fetcher().get(url, headers={"Accept": "application/json"})
    assert make_fetcher().get(url, headers={"Accept": "text/html"}).body


def test_redirects_are_followed_three_times(site: Website) -> None:
    for number in range(1, 5):
        site.answer(f"/{number}", Reply(status=302, headers={"Location": f"{number + 1}"}))
    site.answer("/5", Reply(b"papers"))
    assert make_fetcher().get(f"{site.url}/2").body == b"papers"
    with pytest.raises(SourceError, match="leads on and on"):
        make_fetcher().get(f"{site.url}/1")


def test_a_redirect_may_be_written_in_utf8(site: Website) -> None:
    site.answer("/caf%C3%A9", Reply(b"papers"))
    place = "/café".encode().decode("latin-1")
    url = site.answer("/feed", Reply(status=302, headers={"Location": place}))
    assert make_fetcher().get(url).body == b"papers"


def test_a_redirect_in_a_circle_ends(site: Website) -> None:
    url = site.answer("/feed", Reply(status=307, headers={"Location": "/feed"}))
    with pytest.raises(SourceError, match="leads on and on"):
        make_fetcher().get(url)
    assert len(site.seen) == 4


def test_after_any_trouble_the_same_fetcher_goes_on(site: Website) -> None:
    """Nothing of a broken answer is left on the line for the next one."""
    clock = Clock()
    fetcher = make_fetcher(
        clock=clock, policy=FetchingPolicy(max_bytes=10_000, max_attempts=1, timeout_seconds=5)
    )
    troubles = (
        Reply(bytes(20_000)),
        Reply(raw=drip(HEAD + b"\r\n")),
        Reply(raw=[HEAD + b"Content-Length: 10\r\n\r\nabc"]),
        Reply(b"x", headers={"Content-Encoding": "br"}),
        Reply(status=302, headers={"Location": "https://127.0.0.2/"}),
        Reply(raw=[HEAD + b"Content-Length: 2\r\n\r\n[]HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"]),
    )
    for number, trouble in enumerate(troubles):
        with contextlib.suppress(SourceError):
            assert fetcher.get(site.answer(f"/{number}", trouble)).body == b"[]"
        assert fetcher.get(site.answer("/feed", Reply(b"papers"))).body == b"papers"


@pytest.mark.parametrize("chunked", [False, True])
def test_what_follows_an_answer_is_no_answer_to_the_next_request(site: Website, *, chunked: bool) -> None:
    surplus = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"
    answer = b"2\r\n[]\r\n0\r\n\r\n" if chunked else b"[]"
    headers = {"Transfer-Encoding": "chunked"} if chunked else {"Content-Length": "2"}
    fetcher = make_fetcher()
    assert fetcher.get(site.answer("/list", Reply(answer + surplus, headers=headers))).body == b"[]"
    assert fetcher.get(site.answer("/feed", Reply(b"papers"))).body == b"papers"
    assert site.connections == 2


def test_a_redirect_to_nowhere_is_an_answer_like_any_other(site: Website) -> None:
    assert complaint_about(site, Reply(status=302)) == "302 Found"
