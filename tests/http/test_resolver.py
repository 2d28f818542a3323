"""DNS as a real name server gives it: right, cut, absent, failing, silent and senseless."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest

from newsletter.errors import UsageError
from newsletter.http.resolver import Resolver
from newsletter.mailing.published.answers import Answer
from tests.name_server import NameServer, Zone, serving

LONG = "v=DKIM1; p=" + "A" * 1_200
ZONE: Zone = {
    ("example.org", "TXT"): ["v=spf1 mx ~all", "something else"],
    ("example.org", "MX"): ["10 mx.example.org"],
    ("mx.example.org", "A"): ["192.0.2.7"],
    ("long.example.org", "TXT"): [LONG],
    ("alias.example.org", "CNAME"): ["long.example.org"],
    ("broken.example.org", "TXT"): "SERVFAIL",
    ("silent.example.org", "TXT"): "SILENT",
    ("quiet.example.org", "TXT"): "SILENT",
    ("garbage.example.org", "TXT"): "GARBAGE",
    ("hostile.example.org", "TXT"): ["\x1b[31mred\x00\udcff", ""],
}


@pytest.fixture
def server() -> Iterator[NameServer]:
    with serving(ZONE) as made:
        yield made


@pytest.fixture
def resolver(server: NameServer) -> Resolver:
    return Resolver(server.address, seconds=0.4)


def test_records_are_given_as_they_stand(resolver: Resolver) -> None:
    assert resolver.look_up("Example.org.", "TXT").values == ("something else", "v=spf1 mx ~all")
    assert resolver.look_up("example.org", "MX").values == ("10 mx.example.org.",)


def test_what_is_too_long_for_udp_comes_whole_by_tcp(resolver: Resolver, server: NameServer) -> None:
    assert resolver.look_up("long.example.org", "TXT").values == (LONG,)
    assert server.by_tcp["long.example.org", "TXT"] == 1


def test_an_alias_is_followed(resolver: Resolver) -> None:
    assert resolver.look_up("alias.example.org", "TXT").values == (LONG,)


def test_a_name_that_is_not_there_is_told_from_one_without_such_a_record(resolver: Resolver) -> None:
    assert resolver.look_up("nowhere.example.org", "TXT") == Answer(exists=False)
    assert resolver.look_up("mx.example.org", "TXT") == Answer()


def test_a_server_that_fails_leaves_it_open(resolver: Resolver) -> None:
    failure = resolver.look_up("broken.example.org", "TXT").failure
    assert failure
    assert "SERVFAIL" in failure


def test_an_answer_that_is_no_dns_is_no_answer(resolver: Resolver) -> None:
    assert resolver.look_up("garbage.example.org", "TXT").failure


def test_octets_of_strangers_become_text(resolver: Resolver) -> None:
    assert all(isinstance(value, str) for value in resolver.look_up("hostile.example.org", "TXT").values)


@pytest.mark.parametrize(
    "name", ["a..example.org", "x" * 64 + ".example.org", f"{'long.' * 60}org", "\ud800.org"]
)
def test_a_name_that_is_none_is_told(resolver: Resolver, name: str) -> None:
    assert resolver.look_up(name, "TXT").failure


def test_each_question_is_asked_once(resolver: Resolver, server: NameServer) -> None:
    for _ in range(3):
        resolver.look_up("example.org", "TXT")
    assert server.asked["example.org", "TXT"] == 1


def test_a_silent_server_is_asked_no_more_after_two_silences(resolver: Resolver, server: NameServer) -> None:
    started = time.monotonic()
    for name in ("silent.example.org", "quiet.example.org"):
        assert "no answer" in (resolver.look_up(name, "TXT").failure or "")
    assert "does not answer" in (resolver.look_up("example.org", "TXT").failure or "")
    assert server.asked["example.org", "TXT"] == 0
    assert time.monotonic() - started < 3


def test_a_server_that_did_answer_is_not_blamed_for_the_silence_of_others(resolver: Resolver) -> None:
    resolver.look_up("mx.example.org", "A")
    for name in ("silent.example.org", "quiet.example.org"):
        resolver.look_up(name, "TXT")
    assert resolver.look_up("example.org", "TXT").values


def test_all_questions_together_have_their_time(server: NameServer) -> None:
    resolver = Resolver(server.address, seconds=0.1, total_seconds=0.05)
    resolver.look_up("silent.example.org", "TXT")
    assert "no time left" in (resolver.look_up("example.org", "TXT").failure or "")


def test_where_nobody_serves_it_is_told_at_once() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    assert Resolver(f"127.0.0.1:{port}", seconds=0.3).look_up("example.org", "TXT").failure


@pytest.mark.parametrize("text", ["", "example.org", "1.2.3.4:0", "1.2.3.4:70000", "1.2.3.4:x", "::1:53:x"])
def test_a_name_server_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="no name server"):
        Resolver(text)


@pytest.mark.parametrize("text", ["9.9.9.9", "127.0.0.1:5353", "::1", "[::1]:5353", "2620:fe::fe"])
def test_a_name_server_is_an_address_with_or_without_a_port(text: str) -> None:
    Resolver(text)
