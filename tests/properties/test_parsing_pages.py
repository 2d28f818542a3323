"""What holds for every page, whole or torn, and for every input that is none."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.errors import SourceError
from newsletter.model import Document, Paper, Parsed
from newsletter.parsing import parse
from newsletter.parsing.huggingface_text import HuggingFaceText
from newsletter.parsing.text import MAX_ABSTRACT_CHARS, MAX_TITLE_CHARS, clean, strip_controls
from tests.growth import grows_with_length

PARSER = HuggingFaceText()
EVERY = 97
SEED = (Path(__file__).parents[2] / "fixtures" / "daily_papers.txt").read_bytes()

# Pieces of pages in any order find more than text at random does.
PIECES = st.sampled_from(
    ["\n", "\n\n", "·", "•", "  • 4 authors", "1 author", "Oct 2", "Feb 29", "Oct 9, 2023 4", "Nov 7", "new",
     "54", "Daily Papers", "byAK and the research community", "Submitted by", "A Title", "x" * 300,
     "We do it.", "\ufeff", "\r", "\u00a0", "\u2028", "\x00", "May 99, 9999", "Jan 1, 0000", "999999 authors",
     "• 1 authors · Oct 2 3"],
)  # fmt: skip
UNITS = [
    "a\n", "\n", "·\n", "• 4 authors\n", "• 4 authors\n\n", "Oct 2\n\n", "x" * 90 + ".\n\n", "Submitted by\n",
    "We do it\n\n• 4 authors\n·\nOct 2\n\n", "\u200d", "https://github.com/a/", "-\n",
]  # fmt: skip


def read(body: bytes) -> Parsed:
    return PARSER.parse(Document(body=body, origin="page.txt"))


def facts_of(paper: Paper) -> tuple[object, ...]:
    return paper.key, paper.title_raw, paper.abstract_raw, paper.author_count, paper.comments


def excerpt() -> bytes:
    """The heading and eight papers of the real page, one of them without facts, with shorter abstracts."""
    head, body = (
        SEED[: SEED.index(b"Mavors")],
        SEED[SEED.index(b"Dataset Condensation") : SEED.index(b"TASAR")],
    )
    return head + b"\n".join(line[:320] for line in body.split(b"\n"))


def check_cuts(page: bytes, every: int) -> None:
    """Cut a page everywhere: what stands before the cut is read as ever, and a torn paper is a problem."""
    whole = read(page).papers
    ends = [page.index((paper.abstract_raw or "").encode()) + 10 for paper in whole]
    for cut in range(0, len(page), every):
        parsed = read(page[:cut])
        complete = parsed.papers[:-1]
        assert [facts_of(p) for p in complete] == [facts_of(p) for p in whole[: len(complete)]], cut
        assert len(parsed.papers) >= sum(end < cut for end in ends), cut
        assert parsed.problems or page[cut - 1 : cut] == b"\n" or page[cut : cut + 1] == b"\n", cut


def test_a_page_may_be_cut_anywhere() -> None:
    check_cuts(excerpt(), 1)


@pytest.mark.slow
def test_the_real_page_may_be_cut_anywhere() -> None:
    check_cuts(SEED, EVERY)


def test_a_page_cut_at_its_start_keeps_the_papers_behind_the_cut() -> None:
    page = excerpt()
    starts = [(paper.title_raw, page.index(paper.title_raw.encode())) for paper in read(page).papers]
    for cut in range(0, len(page), 7):
        found = {paper.title_raw for paper in read(page[cut:]).papers}
        assert {title for title, start in starts if start >= cut} <= found, cut


@given(st.lists(PIECES, max_size=60), st.sampled_from(["\n", "\n\n", " ", ""]))
def test_any_pieces_of_pages_are_read(pieces: list[str], glue: str) -> None:
    parsed = read(glue.join(pieces).encode())
    assert parsed.coverage.papers == len(parsed.papers)
    for paper in parsed.papers:
        assert paper.title
        assert clean(paper.title) == paper.title


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    read(body)
    with suppress(SourceError):
        parse(Document(body=body, origin="x"), {"hf-text": PARSER})


@given(st.text(max_size=300))
def test_clean_text_is_clean(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert strip_controls(strip_controls(text)) == strip_controls(text)


def test_naughty_strings_come_out_as_titles(test_data: Path) -> None:
    lines = (test_data / "corpora/blns/blns.txt").read_text("utf-8").splitlines()
    strings = [line for line in lines if clean(line) and not line.startswith("#")]
    below = "We study this string at length. " * 12
    read_as_titles = 0
    for string in strings:
        parsed = read(f"Nov 7, 2025\n\n{string}\n\n{below}\n\n  • 4 authors\n·\nOct 2\n".encode())
        assert len(parsed.papers) <= 1
        assert all(0 < len(paper.title) <= MAX_TITLE_CHARS for paper in parsed.papers)
        read_as_titles += [paper.title_raw for paper in parsed.papers] == [string.strip()]
    assert read_as_titles > 0.8 * len(strings)


@pytest.mark.parametrize("unit", UNITS, ids=repr)
def test_the_time_of_reading_grows_with_the_length(unit: str) -> None:
    """Ten times the length may take ten times as long; a quadratic step takes a hundred times."""
    short, long = (b"Title of a page\n\n" + unit.encode() * count for count in (1_000, 10_000))
    assert grows_with_length(read, short, long)
    assert all(len(paper.abstract or "") <= MAX_ABSTRACT_CHARS for paper in read(long).papers)
