"""RIS as publishers and reference managers export it."""

from __future__ import annotations

from datetime import date

import pytest

from newsletter.model import Document, Parsed
from newsletter.parsing import parse
from newsletter.parsing.ris import Ris

TWO = """TY  - JOUR
TI  - One {title}
AU  - Byron, Ada
AU  - Alan Turing
PY  - 2019
DA  - 2019/05/17/
JF  - arXiv preprint arXiv:1908.10084
DO  - 10.48550/ARXIV.1908.10084
AB  - First line
second line: with a colon
  third line.
KW  - a
KW  - b
UR  - https://example.org/1; https://example.org/2
L1  - https://example.org/1.pdf
ER  -{end}

TY  - CONF
T1  - Two
A1  - Hopper, Grace
Y1  - 2020///
ER  - {end}
"""


def read(text: str) -> Parsed:
    return parse(Document(body=text.encode(), origin="x.ris"), {"ris": Ris()})


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("end", ["", " "])
def test_records_are_read_apart(end: str, line_end: str) -> None:
    parsed = read(TWO.replace("{end}", end).replace("\n", line_end))
    one, two = parsed.papers
    assert parsed.problems == ()
    assert one.authors == ("Ada Byron", "Alan Turing")
    assert one.abstract == "First line second line: with a colon third line."
    assert one.published == date(2019, 5, 17)
    assert one.ids["arxiv"] == "1908.10084"
    assert one.keywords == ("a", "b")
    assert (one.url, one.pdf_url) == ("https://example.org/1", "https://example.org/1.pdf")
    assert (two.title, two.authors, two.published, two.flags) == (
        "Two",
        ("Grace Hopper",),
        None,
        ("dated 2020",),
    )


def test_a_record_without_an_end_ends_where_the_next_one_begins() -> None:
    parsed = read("TY  - JOUR\nTI  - One\nTY  - JOUR\nTI  - Two\n")
    assert [paper.title for paper in parsed.papers] == ["One", "Two"]
    assert [(problem.message, problem.line) for problem in parsed.problems] == [
        ("record 1: not closed", 3),
        ("record 2: not closed", 3),
    ]


def test_tags_may_stand_a_little_off() -> None:
    parsed = read("\ufeffProvider: X\nDatabase: Y\n\nTY - JOUR\n TI - One\nAU  -Byron, Ada\nER -\n")
    assert parsed.problems == ()
    [paper] = parsed.papers
    assert (paper.title, paper.authors) == ("One", ("Ada Byron",))


def test_what_stands_outside_of_records_is_told() -> None:
    parsed = read("TY  - JOUR\nTI  - One\nER  - \nstray words here\nTY  - JOUR\nstray\nTI  - Two\nER  - \n")
    assert [(problem.message, problem.line) for problem in parsed.problems] == [
        ("a line outside of any record", 4),
        ("a line without a tag", 6),
    ]
    assert len(parsed.papers) == 2


def test_a_record_without_a_title_is_a_problem() -> None:
    parsed = read("TY  - JOUR\nAU  - Byron, Ada\nER  - \n")
    assert [(problem.message, problem.line) for problem in parsed.problems] == [
        ("record 1: no title, so it was left out", 1)
    ]


@pytest.mark.parametrize(
    "line",
    [
        "M1  - arXiv:2001.00001",
        "N1  - arXiv:2001.00001 [cs]",
        "AN  - arXiv:2001.00001v2",
        "UR  - http://arxiv.org/abs/2001.00001",
    ],
)
def test_the_arxiv_id_is_found_where_it_hides(line: str) -> None:
    [paper] = read(f"TY  - UNPD\nTI  - One\n{line}\nER  - \n").papers
    assert paper.ids["arxiv"] == "2001.00001"
