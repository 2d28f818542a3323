"""Answers in the shapes of the services, with made-up papers."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

DAY = date(2025, 11, 7)  # a Friday


def numbers(count: int, first: int = 1) -> list[str]:
    """Make ids of arXiv."""
    return [f"2511.{number:05d}" for number in range(first, first + count)]


def hf_items(ids: Iterable[str], day: date = DAY) -> list[dict[str, Any]]:
    return [
        {
            "paper": {
                "id": number,
                "title": f"Whale songs, part {number}",
                "summary": "We listen to whales.",
                "authors": [{"name": "Ada Byron", "hidden": False}],
                "publishedAt": f"{day}T00:00:00.000Z",
                "submittedOnDailyAt": f"{day}T02:10:00.000Z",
                "upvotes": 3,
            },
            "publishedAt": "2025-11-05T20:00:00.000Z",
            "numComments": 1,
        }
        for number in ids
    ]


def hf_json(ids: Iterable[str], day: date = DAY) -> bytes:
    return json.dumps(hf_items(ids, day)).encode()


def hf_page(ids: Iterable[str], day: date = DAY) -> bytes:
    props = json.dumps({"dateString": str(day), "dailyPapers": hf_items(ids, day)})
    return (
        '<!doctype html><html><title>Daily Papers</title><body><div class="SVELTE_HYDRATER contents" '
        f'data-target="DailyPapers" data-props="{html.escape(props)}"></div></body></html>'
    ).encode()


def arxiv_found(ids: Sequence[str], *, start: int = 0, total: int | None = None) -> bytes:
    """An answer of the search."""
    entries = "".join(
        f"<entry><id>http://arxiv.org/abs/{number}v1</id><title>Whale songs, part {number}</title>"
        "<updated>2025-11-06T10:00:00Z</updated><published>2025-11-06T10:00:00Z</published>"
        '<summary>  We listen.</summary><category term="cs.LG"/>'
        "<author><name>Ada Byron</name></author></entry>"
        for number in ids
    )
    return (
        '<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns="http://www.w3.org/2005/Atom">'
        "<id>https://arxiv.org/api/made-up</id><title>arXiv Query: search_query=made-up</title>"
        "<updated>2025-11-07T06:00:00Z</updated>"
        f"<opensearch:totalResults>{len(ids) if total is None else total}</opensearch:totalResults>"
        f"<opensearch:startIndex>{start}</opensearch:startIndex>{entries}</feed>"
    ).encode()


ARXIV_ERROR = (
    b'<feed xmlns="http://www.w3.org/2005/Atom"><id>https://arxiv.org/</id>'
    b"<title>arXiv Search Results</title>"
    b"<entry><id>https://arxiv.org/api/errors#incorrect_query</id><title>Error</title>"
    b"<summary>incorrect query</summary></entry></feed>"
)


def arxiv_feed(ids: Iterable[str], day: date = DAY, *, kind: str = "new", category: str = "cs.LG") -> bytes:
    entries = "".join(
        f"<entry><id>oai:arXiv.org:{number}v1</id><title>Whale songs, part {number}</title>"
        f"<summary>arXiv:{number}v1 Announce Type: {kind} \nAbstract: We listen.</summary>"
        f'<category term="{category}"/><published>{day}T00:00:00-05:00</published>'
        f"<arxiv:announce_type>{kind}</arxiv:announce_type><dc:creator>Ada Byron</dc:creator></entry>"
        for number in ids
    )
    return (
        '<feed xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns="http://www.w3.org/2005/Atom"><id>http://rss.arxiv.org/atom/cs.LG</id>'
        f"<title>cs.LG updates on arXiv.org</title><updated>{day}T05:00:09+00:00</updated>{entries}</feed>"
    ).encode()


def arxiv_listing(ids: Sequence[str], day: date = DAY) -> bytes:
    """A page of new papers."""
    items = "".join(
        f'<dt><a href="/abs/{number}" title="Abstract">arXiv:{number}</a></dt><dd><div class="list-title">'
        f'<span class="descriptor">Title:</span> Whale songs, part {number}</div>'
        '<div class="list-authors"><a href="/a">Ada Byron</a></div>'
        '<div class="list-subjects">Machine Learning (cs.LG)</div><p class="mathjax">We listen.</p></dd>'
        for number in ids
    )
    shown = f"{day:%A}, {day.day} {day:%B %Y}"
    return (
        '<!DOCTYPE html><html><body><a href="https://arxiv.org/">arXiv</a>'
        f'<h3>Showing new listings for {shown}</h3><dl id="articles">'
        f"<h3>New submissions (showing {len(ids)} of {len(ids)} entries)</h3>{items}</dl></body></html>"
    ).encode()


def biorxiv_rows(ids: Sequence[int], *, cursor: int = 0, total: int, version: int = 1) -> bytes:
    message = {"status": "ok", "interval": "2025-11-06:2025-11-07", "cursor": cursor, "total": str(total)}
    rows = [
        {
            "doi": f"10.1101/2025.11.06.{number:06d}",
            "title": f"Whale songs, part {number}",
            "authors": "Byron, A.; Hopper, G.",
            "date": "2025-11-07",
            "version": str(version),
            "category": "Animal Behavior and Cognition",
            "abstract": "We listened.",
            "server": "bioRxiv",
        }
        for number in ids
    ]
    return json.dumps({"messages": [message], "collection": rows}).encode()


BIORXIV_NOTHING = b'{"messages": [{"status": "no posts found"}], "collection": []}'


def openalex_works(ids: Iterable[int], *, cursor: str | None = None, total: int = 2) -> bytes:
    works = [
        {
            "id": f"https://openalex.org/W{number}",
            "title": f"Whale songs, part {number}",
            "publication_date": "2025-11-06",
            "abstract_inverted_index": {"We": [0], "listen.": [1]},
            "authorships": [{"author": {"display_name": "Ada Byron"}}],
        }
        for number in ids
    ]
    meta = {"count": total, "db_response_time_ms": 9, "per_page": 100, "next_cursor": cursor}
    return json.dumps({"meta": meta, "results": works, "group_by": []}).encode()


def scholar_papers(ids: Iterable[int], **about: object) -> bytes:
    papers = [
        {
            "paperId": f"{number:040x}",
            "externalIds": {"CorpusId": number},
            "title": f"Whale songs, part {number}",
            "abstract": "We listen.",
            "year": 2025,
            "publicationDate": "2025-11-06",
            "authors": [{"authorId": "1", "name": "Ada Byron"}],
        }
        for number in ids
    ]
    return json.dumps({**about, "data": papers}).encode()
