"""Getting a document from a real server."""

from __future__ import annotations

from tests.http.fetchers import START, make_fetcher
from tests.http.serving import Reply, Website


def test_a_document_comes_with_its_kind_its_time_and_its_address(site: Website) -> None:
    url = site.answer(
        "/feed", Reply(b"<feed/>", headers={"Content-Type": "Application/Atom+XML; charset=utf-8"})
    )
    document = make_fetcher().get(url, params={"q": "sparse attention"})
    assert document.body == b"<feed/>"
    assert document.media_type == "application/atom+xml"
    assert document.fetched_at == START
    assert document.origin == f"{url}?q=sparse+attention"
    assert document.unchanged is False


def test_who_asks_says_who_they_are(site: Website) -> None:
    make_fetcher().get(site.answer("/feed", Reply(b"x")))
    assert site.seen[0].headers["user-agent"] == "newsletter/test (mailto:d@example.org)"
