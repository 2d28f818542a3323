"""Following pages, whatever a service says of the next one."""

from __future__ import annotations

import itertools
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.errors import SourceError
from newsletter.model import Document
from newsletter.parsing.openalex import OpenAlex
from newsletter.sources.pages import MAX_PAGES, follow
from tests.sources.shapes import openalex_works

TOKENS = st.sampled_from(["a", "b", "c", "d", None])
PAGES = st.dictionaries(TOKENS, st.tuples(st.lists(st.integers(0, 30), max_size=8), TOKENS), min_size=5)


def document(ids: list[int], following: str | None) -> Document:
    return Document(body=openalex_works(ids, cursor=following, total=99), origin="works")


@given(pages=PAGES, max_papers=st.integers(1, 60))
def test_no_page_is_asked_for_twice_and_each_that_is_given_has_news(
    pages: dict[str | None, tuple[list[int], str | None]], max_papers: int
) -> None:
    asked: Counter[str | None] = Counter()

    def ask(token: str | None) -> Document:
        asked[token] += 1
        return document(*pages[token])

    known: set[str] = set()
    try:
        for number, (_, parsed) in enumerate(follow(ask, OpenAlex(), max_papers=max_papers)):
            new = {paper.key for paper in parsed.papers} - known
            assert new or number == 0
            assert len(known) < max_papers
            known |= new
    except SourceError as error:
        assert "leads back" in error.message  # noqa: PT017 - it need not come
    assert set(asked.values()) == {1}


def test_a_service_without_an_end_is_left() -> None:
    numbers = itertools.count(1)

    def ask(_: str | None) -> Document:
        number = next(numbers)
        return document([number], str(number))

    with pytest.raises(SourceError, match=f"is not the last of {MAX_PAGES}"):
        list(follow(ask, OpenAlex(), max_papers=5_000))
    assert next(numbers) == MAX_PAGES + 1


def test_a_page_that_fails_comes_behind_those_before_it() -> None:
    def ask(token: str | None) -> Document:
        if token:
            raise SourceError("the pipe is broken")
        return document([1], "more")

    pages = follow(ask, OpenAlex(), max_papers=10)
    assert next(pages)[0] == document([1], "more")
    with pytest.raises(SourceError, match="the pipe is broken"):
        next(pages)
