"""One request at a time to a host, pauses, Retry-After, and who is told what."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from functools import partial

import pytest

from newsletter.errors import SourceError
from newsletter.http.policy import FetchingPolicy
from newsletter.http.retrying import asked_to_wait, seconds_before
from tests.http.fetchers import Clock, make_fetcher
from tests.http.serving import Reply, Seen, Website

NOW = datetime(2025, 11, 7, 6, 0, tzinfo=UTC)


def test_between_two_requests_to_a_host_lies_the_pause_that_is_asked_for(site: Website) -> None:
    clock = Clock()
    fetcher = make_fetcher(clock=clock)
    url = site.answer("/feed", Reply(b"x"))
    fetcher.get(url, pause_seconds=3)
    assert clock.pauses == []
    fetcher.get(f"{url}?page=2", pause_seconds=3)
    assert clock.pauses == [3]
    clock.seconds += 2
    fetcher.get(f"{url}?page=3", pause_seconds=3)
    assert clock.pauses == [3, 1]
    clock.seconds += 10
    fetcher.get(f"{url}?page=4", pause_seconds=3)
    assert clock.pauses == [3, 1]


def test_a_redirect_on_the_same_host_pauses_too(site: Website) -> None:
    clock = Clock()
    site.answer("/b", Reply(b"x"))
    make_fetcher(clock=clock).get(
        site.answer("/a", Reply(status=302, headers={"Location": "/b"})), pause_seconds=3
    )
    assert clock.pauses == [3]


def test_one_connection_serves_many_requests(site: Website) -> None:
    fetcher = make_fetcher()
    url = site.answer("/feed", Reply(b"x"))
    for page in range(5):
        fetcher.get(f"{url}?page={page}")
    assert (len(site.seen), site.connections) == (5, 1)


def test_threads_take_turns_at_one_host(site: Website) -> None:
    clock = Clock()
    get = partial(make_fetcher(clock=clock).get, pause_seconds=3)
    url = site.answer("/feed", Reply(b"x"))
    threads = [threading.Thread(target=get, args=(f"{url}?{number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert (len(site.seen), site.connections) == (8, 1)
    assert clock.pauses == [3] * 7


def test_a_slow_host_keeps_nobody_from_another(site: Website) -> None:
    """Both are this machine, by two names."""
    other_was_asked = threading.Event()

    def slow(_: Seen) -> Reply:
        assert other_was_asked.wait(5)
        return Reply(b"slow")

    fetcher = make_fetcher(allow=("127.0.0.1", "localhost"))
    url = site.answer("/slow", slow)
    waiting = threading.Thread(target=fetcher.get, args=(url,))
    waiting.start()
    quick = site.answer("/quick", Reply(b"quick")).replace("127.0.0.1", "localhost")
    assert fetcher.get(quick).body == b"quick"
    other_was_asked.set()
    waiting.join(5)
    assert not waiting.is_alive()


@pytest.mark.parametrize("value", ["30", "Fri, 07 Nov 2025 06:00:30 GMT"])
def test_a_host_that_asks_to_wait_is_left_alone_so_long_by_everybody(value: str, site: Website) -> None:
    clock = Clock()
    fetcher = make_fetcher(clock=clock)
    url = site.answer("/feed", Reply(status=429, headers={"Retry-After": value}), Reply(b"papers"))
    assert fetcher.get(url).body == b"papers"
    assert clock.pauses == [30.5]  # and half a second of chance, here


def test_a_host_that_asks_to_wait_too_long_is_given_up(site: Website) -> None:
    clock = Clock()
    url = site.answer("/feed", Reply(status=503, headers={"Retry-After": "86400"}))
    fetcher = make_fetcher(clock=clock, policy=FetchingPolicy(patience_seconds=1_000_000))
    with pytest.raises(SourceError, match="503 Service Unavailable; it asks to wait for 86,400 seconds"):
        fetcher.get(url)
    assert clock.pauses == []
    clock.seconds = 400
    with pytest.raises(SourceError, match="the service said to leave it alone for 86,000 seconds more"):
        fetcher.get(f"{site.url}/other")
    assert len(site.seen) == 1


def test_a_host_that_asked_to_wait_is_waited_for_by_the_next_one_who_asks(site: Website) -> None:
    clock = Clock()
    fetcher = make_fetcher(clock=clock, policy=FetchingPolicy(max_attempts=1))
    url = site.answer("/feed", Reply(status=429, headers={"Retry-After": "30"}), Reply(b"x"))
    with pytest.raises(SourceError, match="it asks to wait for 30 seconds"):
        fetcher.get(url)
    assert fetcher.get(url).body == b"x"
    assert clock.pauses == [30]


def test_patience_ends_though_attempts_are_left(site: Website) -> None:
    clock = Clock()
    url = site.answer("/feed", Reply(status=503, headers={"Retry-After": "40"}))
    with pytest.raises(SourceError, match=r"\(2 attempts\)"):
        make_fetcher(clock=clock, policy=FetchingPolicy(patience_seconds=60)).get(url)
    assert len(site.seen) == 2


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("", None),
        ("120", 120),
        (" 0 ", 0),
        ("-5", None),
        ("1.5", None),
        ("١٢", None),
        ("9" * 400, 999_999_999),
        ("Fri, 07 Nov 2025 06:02:00 GMT", 120),
        ("Fri, 07 Nov 2025 08:02:00 +0200", 120),
        ("Friday, 07-Nov-25 06:02:00 GMT", 120),
        ("Fri Nov  7 06:02:00 2025", 120),
        ("Thu, 06 Nov 2025 06:00:00 GMT", 0),
        ("Fri, 31 Feb 2025 06:02:00 GMT", None),
        ("soon", None),
        ("Fri, 07 Nov 99999 06:02:00 GMT", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(value: str | None, seconds: float | None) -> None:
    assert asked_to_wait(value, NOW) == seconds


def test_waits_double_and_spread() -> None:
    assert [seconds_before(attempt, None, lambda: 0.5) for attempt in (2, 3, 4)] == [2, 4, 8]
    assert seconds_before(2, None, lambda: 0.0) == 1
    assert seconds_before(2, None, lambda: 0.99) < 3
    assert seconds_before(2, 60, lambda: 0.25) == 60.25


def test_a_key_is_for_whom_it_was_meant_for(site: Website) -> None:
    """A redirect to another host, or another port of it, gets no header that was given."""
    elsewhere = site.answer("/b", Reply(b"x")).replace("127.0.0.1", "localhost")
    url = site.answer("/a", Reply(status=302, headers={"Location": elsewhere}))
    fetcher = make_fetcher(allow=("127.0.0.1", "localhost"))
    fetcher.get(
        url, headers={"x-api-key": "s3cret-key", "Authorization": "Bearer s3cret", "Accept": "text/x"}
    )
    first, second = site.seen
    assert (first.headers["x-api-key"], first.headers["authorization"]) == ("s3cret-key", "Bearer s3cret")
    assert {"x-api-key", "authorization"}.isdisjoint(second.headers)
    assert (second.headers["accept"], second.headers["host"]) == ("text/x", f"localhost:{site.port}")


@pytest.mark.parametrize("key", ["s3cret\n", " s3cret", "s3crét", "s3cret\r\nX: y", "", "s3" * 5_000])
def test_a_key_that_cannot_be_sent_is_told_without_repeating_it(key: str, site: Website) -> None:
    with pytest.raises(
        SourceError, match="what is given for the header 'X-API-Key' cannot be sent"
    ) as caught:
        make_fetcher().get(site.answer("/feed", Reply(b"x")), headers={"X-API-Key": key})
    assert "s3" not in caught.value.message
    assert site.seen == []


def test_no_message_and_no_document_repeats_a_secret(site: Website) -> None:
    def repeating(seen: Seen) -> Reply:
        key = seen.headers["x-api-key"]
        return Reply(
            f'{{"error": "bad key {key} or {seen.query["api_key"]} in {seen.path}"}}'.encode(), status=401
        )

    url = site.answer("/feed", repeating)
    params = {"api_key": "s3cret+param/eter", "q": "x"}
    with pytest.raises(SourceError) as caught:
        make_fetcher().get(url, params=params, headers={"X-API-Key": "s3cret-header"})
    assert "s3cret" not in caught.value.message
    assert caught.value.message.startswith(f"{url}?api_key=***&q=x: 401 Unauthorized: bad key *** or *** in ")
    site.answer("/feed", Reply(b"x"))
    assert make_fetcher().get(url, params=params).origin == f"{url}?api_key=***&q=x"


def test_nothing_is_asked_through_a_proxy_of_the_environment(
    site: Website, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert make_fetcher().get(site.answer("/feed", Reply(b"x"))).body == b"x"


def test_what_is_handed_over_arrives_with_its_headers(site: Website) -> None:
    url = site.answer("/hook/s3cret", Reply(status=204))
    make_fetcher().post(url, b'{"text": "broken"}', headers={"Content-Type": "application/json"})
    [seen] = site.seen
    assert (seen.method, seen.body, seen.headers["content-type"]) == (
        *("POST", b'{"text": "broken"}', "application/json"),
    )


def test_what_was_handed_over_is_not_handed_over_twice(site: Website) -> None:
    """A line that is cut leaves it open whether it was taken; its path may be a secret."""
    url = site.answer("/hook/s3cret", Reply(raw=[b""]))
    with pytest.raises(SourceError, match="the connection was lost") as caught:
        make_fetcher().post(url, b"x")
    assert len(site.seen) == 1
    assert "s3cret" not in caught.value.message


def test_what_was_not_taken_for_now_is_handed_over_again(site: Website) -> None:
    url = site.answer("/hook", Reply(status=503), Reply())
    make_fetcher().post(url, b"x")
    assert len(site.seen) == 2


@pytest.mark.parametrize(
    "place", ["https://127.0.0.2/login?next=%2Ffeed%3Ftoken%3D{}", "/{}", "https://{}.local/"]
)
def test_no_redirect_repeats_a_secret(place: str, site: Website) -> None:
    url = site.answer("/feed", Reply(status=302, headers={"Location": place.format("c4n4ry-c4n4ry")}))
    site.answer("/c4n4ry-c4n4ry", Reply(status=302, headers={"Location": "/c4n4ry-c4n4ry"}))
    with pytest.raises(SourceError) as caught:
        make_fetcher().get(url, params={"token": "c4n4ry-c4n4ry"})
    assert "c4n4ry" not in f"{caught.value.message} {caught.value.hint}"
