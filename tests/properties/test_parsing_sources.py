"""What holds for every document of a source, whole, torn or mutated."""

from __future__ import annotations

import random
import re
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.errors import SourceError
from newsletter.model import Document, Parsed
from newsletter.parsing.text import MAX_ABSTRACT_CHARS, MAX_TITLE_CHARS, clean
from newsletter.plugins import load_parsers
from tests.growth import grows_with_length

FOLDER = Path(__file__).parents[2] / "fixtures" / "sources"
PARSERS = {name: parser for name, parser in load_parsers().items() if name.startswith(("arxiv-", "hf-"))}
# each fixture, its parser, and what begins a record in it
SOURCES = {
    "arxiv_search.xml": ("arxiv-search", rb"<entry>"),
    "arxiv_feed_atom.xml": ("arxiv-feed", rb"<entry>"),
    "arxiv_feed_rss.xml": ("arxiv-feed", rb"<item>"),
    "arxiv_oai.xml": ("arxiv-oai", rb"<record>"),
    "arxiv_oai_raw.xml": ("arxiv-oai", rb"<record>"),
    "arxiv_listing.txt": ("arxiv-mail", rb"\narXiv:"),
    "arxiv_listing.eml": ("arxiv-mail", rb"\narXiv:"),
    "arxiv_new.html": ("arxiv-page", rb"\n  <dt>"),
    "hf_daily_papers.json": ("hf-json", rb'"paper": \{'),
    "hf_daily_papers.html": ("hf-html", rb"&quot;paper&quot;: \{"),
}
BODIES = {name: (FOLDER / name).read_bytes() for name in SOURCES}
ROUNDS = 150
PIECES = [
    b"&", b"<", b">", b'"', b"\\", b"\\\\\n", b"\x00", b"\xff", b"\n", b"{", b"}", b"]", b"</", b"<entry>",
    b"<dt>", b"<record>", b"-" * 78, b"%%--" * 19, b"arXiv:", b"<!--", b"]]>", b"<![CDATA[",
    b"&nbsp;", b"null", b"=",
]  # fmt: skip


def read(name: str, body: bytes) -> Parsed:
    return PARSERS[SOURCES[name][0]].parse(Document(body=body, origin=name))


def check(parsed: Parsed) -> None:
    """Whatever was read is well-formed and counted."""
    assert parsed.coverage.papers == len(parsed.papers)
    assert len({paper.key for paper in parsed.papers}) == len(parsed.papers)
    for paper in parsed.papers:
        assert paper.title
        assert clean(paper.title) == paper.title
        assert len(paper.title) <= MAX_TITLE_CHARS
        assert len(paper.abstract or "") <= MAX_ABSTRACT_CHARS


@pytest.mark.parametrize("name", SOURCES)
def test_each_document_has_one_parser_that_takes_it(name: str) -> None:
    document = Document(body=BODIES[name], origin=name)
    assert [known for known, parser in PARSERS.items() if parser.recognises(document)] == [SOURCES[name][0]]


@pytest.mark.parametrize("name", SOURCES)
def test_every_record_is_a_paper_or_a_problem(name: str) -> None:
    body, begins = BODIES[name], SOURCES[name][1]
    parsed = read(name, body)
    assert len(parsed.papers) + len(parsed.problems) == len(re.findall(begins, body))


@pytest.mark.parametrize("name", SOURCES)
def test_a_document_cut_anywhere_loses_only_what_is_behind_the_cut_and_tells(name: str) -> None:
    body, begins = BODIES[name], re.compile(SOURCES[name][1])
    every = {paper.key for paper in read(name, body).papers}
    for cut in range(0, len(body), 31):
        try:
            parsed = read(name, body[:cut])
        except SourceError:
            continue
        check(parsed)
        begun = len(begins.findall(body[:cut]))
        assert len(parsed.papers) + len(parsed.problems) >= begun, cut
        known = [paper for paper in parsed.papers if paper.key in every]
        assert len(known) >= min(begun, len(parsed.papers)) - 1, cut


@pytest.mark.parametrize("name", SOURCES)
def test_a_mutated_document_is_read_or_refused(name: str) -> None:
    chance = random.Random(name)  # noqa: S311 - no secret
    body = BODIES[name]
    for _ in range(ROUNDS):
        mutated = bytearray(body)
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(mutated))
            match chance.randrange(4):
                case 0:
                    mutated[at : at + chance.randint(1, 40)] = b""
                case 1:
                    mutated[at:at] = chance.choice(PIECES)
                case 2:
                    mutated[at] = chance.randrange(256)
                case _:
                    mutated[at:at] = mutated[at : at + chance.randint(1, 200)]
        with suppress(SourceError):
            check(read(name, bytes(mutated)))


@given(st.binary(max_size=300), st.sampled_from(sorted(PARSERS)))
def test_any_bytes_are_read_or_refused_by_every_parser(body: bytes, name: str) -> None:
    document = Document(body=body, origin="x")
    PARSERS[name].recognises(document)
    with suppress(SourceError):
        check(PARSERS[name].parse(document))


@given(st.sampled_from(sorted(SOURCES)), st.lists(st.sampled_from(PIECES), max_size=30))
def test_any_pieces_behind_a_document_cost_none_of_its_papers(name: str, pieces: list[bytes]) -> None:
    body = BODIES[name]
    try:
        parsed = read(name, body + b"\n" + b"".join(pieces))
    except SourceError:
        return
    check(parsed)
    if not name.endswith(".json"):
        assert len(parsed.papers) >= len(read(name, body).papers) - 1


def test_naughty_strings_come_out_as_titles(test_data: Path) -> None:
    text = (test_data / "corpora" / "blns" / "blns.txt").read_text("utf-8")
    strings = [line for line in text.splitlines() if clean(line) and not line.startswith("#")]
    entries = "".join(
        f"<item><title>{clean(line).replace('&', '&amp;').replace('<', '&lt;')}</title>"
        f"<guid>oai:arXiv.org:2511.{number:05}v1</guid></item>\n"
        for number, line in enumerate(strings)
    )
    body = f"<rss><channel><title>cs.LG updates on arXiv.org</title>{entries}</channel></rss>".encode()
    parsed = PARSERS["arxiv-feed"].parse(Document(body=body, origin="x"))
    check(parsed)
    assert len(parsed.papers) + len(parsed.problems) >= len(strings)
    assert len(parsed.papers) >= 0.95 * len(strings)


HOSTILE: dict[str, tuple[str, bytes, bytes]] = {
    "a feed without ends": ("arxiv-feed", b"<rss><channel>", b"<item>"),
    "a feed of broken items": ("arxiv-feed", b"<rss><channel>", b"<item><title>a<b</title></item>"),
    "a feed of stray signs": ("arxiv-search", b"<feed>", b"& < "),
    "one long title": ("arxiv-feed", b"<rss><item><title>", b"{x}^ \\'"),
    "many authors": (
        "arxiv-oai",
        b"<OAI-PMH xmlns='http://www.openarchives.org/OAI/2.0/'><record>",
        b"<author/>",
    ),
    "a listing of rules": ("arxiv-mail", b"\\\\\narXiv:2511.90001\n", b"-" * 78 + b"\n"),
    "a listing of bars": ("arxiv-mail", b"\\\\\narXiv:2511.90001\n\\\\\n", b"\\\\\n"),
    "a listing of ids": ("arxiv-mail", b"", b"\\\\\narXiv:2511.90001\nTitle: a\n"),
    "a listing of blanks": ("arxiv-mail", b"\\\\\narXiv:2511.90001\nTitle:", b" "),
    "a mail of headers": ("arxiv-mail", b"From: a\n", b"X-a: b\n"),
    "a mail of parts": ("arxiv-mail", b"Content-Type: multipart/mixed; boundary=b\nFrom: a\n\n", b"--b\n\n"),
    "a mail of boundaries": ("arxiv-mail", b"From: a\n\n", b"boundary=b\n--b\n"),
    "a page of dt": ("arxiv-page", b"<html>arXiv", b"<dt>"),
    "a page of links": ("arxiv-page", b"<html>arXiv<dt>", b"<a href='/abs/2511.90001'>"),
    "a page of comments": ("arxiv-page", b"<html>arXiv", b"<!-- "),
    "a page of open tags": ("arxiv-page", b"<html>arXiv<dt>", b"<a b="),
    "a page of quotes": ("arxiv-page", b"<html>arXiv<dd>", b"<div class='"),
    "nested lists": ("hf-json", b"", b"["),
    "nested papers": ("hf-json", b"", b'[{"paper": {'),
    "torn papers": ("hf-json", b"[", b'{"paper": {"id": "'),
    "many numbers": ("hf-json", b"[", b"1"),
    "data without ends": ("hf-html", b"<div data-target=DailyPapers ", b'data-props="'),
    "data of quotes": ("hf-html", b"<div data-target=DailyPapers ", b"data-props='&quot;"),
}


@pytest.mark.parametrize("shape", HOSTILE)
def test_the_time_of_reading_grows_with_the_length(shape: str) -> None:
    name, head, unit = HOSTILE[shape]
    short, long = (head + unit * (size // len(unit)) for size in (40_000, 400_000))
    assert grows_with_length(partial(_tried, name), short, long)


def _tried(name: str, body: bytes) -> None:
    with suppress(SourceError):
        PARSERS[name].parse(Document(body=body, origin="x"))
