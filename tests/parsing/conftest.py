"""Pages of our own making, in the shape of the real one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from newsletter.model import Document, Parsed
from newsletter.parsing import parse
from newsletter.parsing.huggingface_text import HuggingFaceText
from newsletter.plugins import load_parsers

ReadPage = Callable[..., Parsed]
MakePage = Callable[..., str]
MakeRecord = Callable[..., str]

# joined here, so that this file is not itself a page
_HEADING = "".join(
    f"{line}\n\n"
    for line in (
        "new",
        "Get trending papers in your email inbox!",
        "Subscribe",
        "Daily Papers",
        "byAK and the research community",
    )
)
_SENTENCE = "We study how {} behaves under load and find that it holds up well in practice. "


@pytest.fixture
def record() -> MakeRecord:
    """One paper as the page shows it."""

    def make(
        title: str = "Sparse Attention for Long Documents",
        *,
        abstract: str | None = None,
        authors: str | None = "  • 4 authors",
        shown: str | None = "Oct 2",
    ) -> str:
        text = _SENTENCE.format(title) * 4 if abstract is None else abstract
        facts = "\n".join(part for part in (authors, "·", shown) if part is not None)
        has_facts = authors is not None or shown is not None
        return "".join(f"{part}\n\n" for part in (title, text.strip(), facts if has_facts else "") if part)

    return make


@pytest.fixture
def page(record: MakeRecord) -> MakePage:
    """A page of records; by default of one, dated like the real page."""

    def make(*records: str, day: str | None = "Nov 7", heading: str = _HEADING, footer: str = "") -> str:
        shown_day = "" if day is None else f"{day}\n\n"
        return heading + shown_day + "".join(records or (record(),)) + footer

    return make


@pytest.fixture
def read_page() -> ReadPage:
    """Parse a page through the registered parser, as a command would."""

    def read(page: str | bytes, *, day: date | None = None, fetched_on: date | None = None) -> Parsed:
        body = page.encode() if isinstance(page, str) else page
        fetched_at = (
            datetime(fetched_on.year, fetched_on.month, fetched_on.day, 8, tzinfo=UTC) if fetched_on else None
        )
        document = Document(body=body, origin="page.txt", day=day, fetched_at=fetched_at)
        return parse(document, {"hf-text": HuggingFaceText()})

    return read


@pytest.fixture
def parse_bytes() -> ReadPage:
    """Parse a document with whatever parser of the package recognises it, as a command would."""

    parsers = load_parsers()

    def read(body: str | bytes, *, day: date | None = None) -> Parsed:
        data = body.encode() if isinstance(body, str) else body
        return parse(Document(body=data, origin="saved", day=day), parsers)

    return read


@pytest.fixture
def parse_fixture(parse_bytes: ReadPage) -> Callable[[str], Parsed]:
    """Parse one of the files of our own making in `fixtures/sources`."""
    folder = Path(__file__).parents[2] / "fixtures" / "sources"
    return lambda name: parse_bytes((folder / name).read_bytes())
