"""What holds for every parser, whatever it is given: it reads or refuses, at once and within bounds."""

from __future__ import annotations

import json
import tracemalloc
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from newsletter.errors import SourceError
from newsletter.model import Document
from newsletter.plugins import load_parsers
from tests.growth import grows_with_length, seconds

FIXTURES = Path(__file__).parents[2] / "fixtures"
PARSERS = load_parsers()
NAMES = sorted(PARSERS)
# A document in the form of each parser, to be made long or hostile.
FORMS = {
    "arxiv-feed": "sources/arxiv_feed_rss.xml",
    "arxiv-mail": "sources/arxiv_listing.txt",
    "arxiv-oai": "sources/arxiv_oai.xml",
    "arxiv-page": "sources/arxiv_new.html",
    "arxiv-search": "sources/arxiv_search.xml",
    "bibtex": "sources/library.bib",
    "biorxiv": "sources/biorxiv_details.json",
    "crossref": "sources/crossref_works.json",
    "csv": "sources/library_zotero.csv",
    "feed": "sources/journal_rss2.xml",
    "hf-html": "sources/hf_daily_papers.html",
    "hf-json": "sources/hf_daily_papers.json",
    "hf-text": "daily_papers.txt",
    "openalex": "sources/openalex_works.json",
    "ris": "sources/library.ris",
    "semanticscholar": "sources/semantic_scholar_search.json",
}
WRITTEN = {
    "json": b'[{"title": "Whales", "abstract": "We listen.", "authors": ["Ada Byron"]}]',
    "jsonl": b'{"title": "Whales", "abstract": "We listen.", "authors": ["Ada Byron"]}\n',
}
SECONDS = 1.0
# What a document may take, beside itself, and for each of its bytes.
BYTES, BYTES_EACH = 10_000_000, 60
SIZES = (25_000, 250_000)
PIECES = (b"<a>", b"& ", b'"', b"{", b"\\", b"\n", b"a,", b"$x")


def form(name: str) -> bytes:
    return WRITTEN[name] if name in WRITTEN else (FIXTURES / FORMS[name]).read_bytes()


def read(name: str, body: bytes) -> None:
    """Read a document, whether or not it looks like one of this parser's."""
    parser = PARSERS[name]
    document = Document(body=body, origin="x")
    parser.recognises(document)
    with suppress(SourceError):
        parser.parse(document)


def is_prompt(name: str, body: bytes) -> bool:
    """Look twice before a parser is called slow: a busy machine counts, too."""
    return any(seconds(partial(read, name), body) < SECONDS for _ in range(2))


def peak_bytes(name: str, body: bytes) -> int:
    tracemalloc.start()
    try:
        read(name, body)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def files(test_data: Path, *folders: str) -> list[Path]:
    return sorted(path for name in folders for path in (test_data / name).rglob("*") if path.is_file())


def stretched(body: bytes, piece: bytes, size: int) -> bytes:
    """Put so much of a piece into the middle of a document that it has a size."""
    body = body[:20_000]
    middle = len(body) // 2
    return body[:middle] + piece * ((size - len(body)) // len(piece)) + body[middle:]


def test_no_parser_is_left_out() -> None:
    assert set(PARSERS) == set(FORMS) | set(WRITTEN)
    for name in NAMES:
        document = Document(body=form(name), origin=name)
        assert PARSERS[name].recognises(document)
        assert PARSERS[name].parse(document).papers


@pytest.mark.parametrize("name", NAMES)
def test_a_parser_reads_or_refuses_every_sample_at_once(test_data: Path, name: str) -> None:
    paths = [*files(test_data, "samples"), *files(FIXTURES, ".")]
    assert len(paths) > 30
    slow = [path.name for path in paths if not is_prompt(name, path.read_bytes()[:500_000])]
    assert not slow


@pytest.mark.parametrize("name", NAMES)
def test_a_parser_reads_or_refuses_every_hostile_document_at_once(test_data: Path, name: str) -> None:
    folders = ("xml-attacks", "feedparser", "malformed-mail", "html5lib", "xss", "blns")
    paths = files(test_data / "corpora", *folders)
    assert len(paths) > 2_000
    slow = [path.name for path in paths if not is_prompt(name, path.read_bytes()[:500_000])]
    assert not slow


@pytest.mark.parametrize("name", NAMES)
def test_a_parser_reads_or_refuses_naughty_strings_wherever_they_stand(test_data: Path, name: str) -> None:
    strings = json.loads((test_data / "corpora" / "blns" / "blns.json").read_text("utf-8"))
    assert len(strings) > 500
    body = form(name)[:3_000]
    middle = len(body) // 2
    for string in strings:
        text = string.encode("utf-8", "replace")
        assert is_prompt(name, text), string
        assert is_prompt(name, body[:middle] + text + body[middle:]), string


@pytest.mark.parametrize("name", NAMES)
def test_what_a_parser_takes_is_bounded_by_what_it_is_given(test_data: Path, name: str) -> None:
    feeds = files(test_data / "corpora", "xml-attacks", "blns")
    bodies = [path.read_bytes() for path in feeds] + [form(name) * (SIZES[1] // len(form(name)) + 1)]
    for body in bodies:
        assert peak_bytes(name, body) < BYTES + BYTES_EACH * len(body)


@pytest.mark.parametrize("name", NAMES)
def test_the_time_of_a_parser_grows_with_the_length(name: str) -> None:
    body = form(name)
    for piece in PIECES:
        short, long = (stretched(body, piece, size) for size in SIZES)
        assert grows_with_length(partial(read, name), short, long), piece
    short, long = (body[:20_000] * (size // len(body[:20_000]) + 1) for size in SIZES)
    assert grows_with_length(partial(read, name), short, long)
