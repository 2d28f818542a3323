"""What is exported is read back as the same papers."""

from __future__ import annotations

import csv
import io
import re
import string
from datetime import date

import pytest
from bibtexparser.entrypoint import parse_string
from hypothesis import given
from hypothesis import strategies as st

from newsletter import plugins
from newsletter.citing import Form, cited
from newsletter.citing.tex_text import as_tex
from newsletter.model import Document, Paper
from newsletter.parsing import parse
from newsletter.parsing.identity import identify
from newsletter.parsing.readable import readable
from newsletter.parsing.text import clean

FORMS: tuple[Form, ...] = ("bibtex", "ris", "json", "jsonl", "csv")
PARSERS = plugins.load_parsers()
LETTERS = "abcdeé GPT xyz 0123 αβ 日本 áñ"
SIGNS = "\\{}$&%#_~^<>`'\"-–—“”:;,.!?()[]/|+*=@’²₂"


def is_settled(text: str) -> bool:
    """Tell whether reading a text leaves it as it is: our parsers give no other texts."""
    return bool(text) and all(readable(text, 20_000, markup)[0] == text for markup in ("text", "tags"))


PLAIN = st.text(st.sampled_from(LETTERS), min_size=1, max_size=40).map(clean).filter(is_settled)
TEXTS = (
    st.text(st.one_of(st.sampled_from(LETTERS), st.sampled_from(SIGNS)), min_size=1, max_size=60)
    .map(clean)
    .filter(is_settled)
)
WORDS = st.text(st.sampled_from(string.ascii_lowercase + "éñß"), min_size=2, max_size=9).filter(
    lambda word: word not in ("none", "null", "nan", "and")
)
NAMES = st.lists(WORDS, min_size=1, max_size=3).map(lambda words: " ".join(word.title() for word in words))
NAMES = NAMES.filter(lambda name: is_settled(name) and "And" not in name.split())
PEOPLE = st.sampled_from(
    ["Ludwig van Beethoven", "Martin Luther King Jr.", "CMS Collaboration", "Madonna", "José M. García"]
)
DOIS = st.text(st.sampled_from(string.ascii_lowercase + string.digits + "-._()/<>:"), min_size=1, max_size=20)


@st.composite
def papers(draw: st.DrawFn) -> Paper:
    arxiv = draw(st.sampled_from([None, "2511.00001", "math/0309136"]))
    doi = draw(st.one_of(st.none(), DOIS.map(lambda tail: f"10.1000/{tail}")))
    title = draw(TEXTS)
    identity = identify(title, arxiv=arxiv, doi=doi)
    abstract = draw(st.one_of(st.none(), st.tuples(WORDS, TEXTS).map(" ".join).filter(is_settled)))
    authors = draw(
        st.one_of(st.none(), st.lists(st.one_of(NAMES, PEOPLE), min_size=1, max_size=4, unique=True))
    )
    return Paper(
        key=identity.key,
        ids=identity.ids,
        title=title,
        title_raw=title,
        abstract=abstract,
        abstract_raw=abstract,
        authors=tuple(authors) if authors else None,
        published=draw(st.one_of(st.none(), st.dates(date(1900, 1, 1), date(2100, 1, 1)))),
        url=f"https://arxiv.org/abs/{arxiv}" if arxiv else None,
        journal_ref=draw(st.one_of(st.none(), PLAIN)),
        keywords=draw(st.one_of(st.none(), st.lists(WORDS, min_size=1, max_size=3, unique=True).map(tuple))),
        upvotes=draw(st.sampled_from([None, 0, 7])),
        source="arxiv",
    )


def facts(paper: Paper) -> tuple[object, ...]:
    return (
        paper.key,
        {name: value for name, value in paper.ids.items() if name in ("arxiv", "doi", "title")},
        paper.title,
        paper.abstract,
        paper.authors,
        paper.published,
        paper.keywords,
    )


def written(papers: list[Paper], form: Form) -> bytes:
    return "".join(cited(papers, form)).encode()


@pytest.mark.parametrize("form", FORMS)
@given(st.lists(papers(), min_size=1, max_size=3, unique_by=lambda paper: paper.key))
def test_our_own_parsers_read_the_same_papers(form: Form, papers: list[Paper]) -> None:
    document = Document(body=written(papers, form), origin="export")
    parsed = parse(document, PARSERS)
    assert [facts(paper) for paper in parsed.papers] == [facts(paper) for paper in papers]
    assert parsed.problems == ()


@given(st.lists(papers(), min_size=1, max_size=3, unique_by=lambda paper: paper.key))
def test_another_reader_of_bibtex_finds_the_same_fields(papers: list[Paper]) -> None:
    library = parse_string(written(papers, "bibtex").decode())
    assert not library.failed_blocks
    assert len({entry.key for entry in library.entries}) == len(papers)
    for entry, paper in zip(library.entries, papers, strict=True):
        fields = {field.key: field.value for field in entry.fields}
        assert fields["title"].replace("{", "").replace("}", "") == as_tex(paper.title).replace(
            "{", ""
        ).replace("}", "")
        assert fields.get("doi") == paper.ids.get("doi")
        assert fields.get("eprint") == paper.ids.get("arxiv")
        assert fields.get("year") == (f"{paper.published.year:04}" if paper.published else None)


@given(st.lists(papers(), min_size=1, max_size=3, unique_by=lambda paper: paper.key))
def test_no_cell_of_a_table_is_a_formula(papers: list[Paper]) -> None:
    table = csv.reader(io.StringIO(written(papers, "csv").decode(), newline=""))
    for row in table:
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "|", "%")) for cell in row), row


@given(st.text(max_size=200))
def test_tex_never_sees_a_command_or_a_brace_of_a_text(text: str) -> None:
    escaped = as_tex(text)
    bare = re.sub(r"\\text[a-z]+\{\}|\\[$&%#_]|[-']\{\}", "", escaped)
    assert not set(bare) & set("\\{}$&%#_~^<>`")
