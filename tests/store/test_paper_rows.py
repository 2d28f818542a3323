"""A paper is stored as its source described it, to the last fact."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.model import Paper, PaperKey, Sentence, Summary
from newsletter.store import paper_rows
from newsletter.store.paper_rows import content_of, paper_in

TEXTS = st.text(max_size=20)
LISTS = st.lists(TEXTS, max_size=3).map(tuple)
NUMBERS = st.integers(0, 2**40)
SENTENCES = st.builds(
    Sentence, forms=st.lists(TEXTS, min_size=1, max_size=2).map(tuple), rank=st.integers(0, 9)
)
SUMMARIES = st.builds(Summary, text=TEXTS, origin=st.just("source"), sentences=st.lists(SENTENCES).map(tuple))
# An empty list of authors is no list: a source that gives none gives None.
PAPERS = st.builds(
    Paper,
    key=TEXTS.map(PaperKey),
    ids=st.dictionaries(TEXTS, TEXTS, max_size=3),
    title=TEXTS,
    title_raw=TEXTS,
    abstract=st.none() | TEXTS,
    abstract_raw=st.none() | TEXTS,
    authors=st.none() | LISTS.filter(bool),
    author_count=st.none() | NUMBERS,
    published=st.none() | st.dates(),
    updated=st.none() | st.dates(),
    announced=st.none() | st.dates(),
    categories=st.none() | LISTS.filter(bool),
    keywords=st.none() | LISTS.filter(bool),
    upvotes=st.none() | NUMBERS,
    summary=st.none() | SUMMARIES,
    version=st.none() | NUMBERS,
    flags=LISTS,
    journal_ref=st.none() | TEXTS,
).filter(lambda paper: paper.abstract_raw is not None or paper.abstract is None)


@given(PAPERS)
def test_what_is_stored_is_read_back(paper: Paper) -> None:
    assert paper_in(content_of(paper)) == paper


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "{}", '{"title": 1, "odd": 2}', '{"title": "x", "ids": {}}']
)
def test_what_is_no_paper_is_told(content: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        paper_in(content)


def test_no_list_and_no_day_of_a_paper_is_forgotten() -> None:
    kinds = {one.name: get_type_hints(Paper)[one.name] for one in fields(Paper)}
    assert {name for name, kind in kinds.items() if "tuple" in str(kind)} == paper_rows._LISTS
    assert {name for name, kind in kinds.items() if date.__name__ in str(kind)} == paper_rows._DAYS
