"""A JSON list of papers in our own form."""

from __future__ import annotations

import json
from datetime import date

import pytest

from newsletter import plugins
from newsletter.model import Document, Parsed
from newsletter.parsing import parse
from newsletter.parsing.json_list import JsonList

RECORD = {"title": "On $\\omega$", "abstract": "We do.", "published": "2025-11-05", "authors": ["Ada Byron"]}


def read(data: object, indent: int | None = None) -> Parsed:
    body = json.dumps(data, indent=indent).encode()
    return parse(Document(body=body, origin="x.json"), {"json": JsonList()})


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize(
    "written",
    [[RECORD], {"total": 1, "by": "me", "papers": [RECORD]}, {"data": [RECORD]}],
    ids=["list", "papers", "data"],
)
def test_a_list_of_papers_is_read_as_it_comes(written: object, indent: int | None) -> None:
    [paper] = read(written, indent).papers
    assert (paper.title, paper.published, paper.authors) == ("On ω", date(2025, 11, 5), ("Ada Byron",))


def test_what_is_no_paper_is_a_problem_with_its_line() -> None:
    parsed = read([RECORD, {"title": 5}, 7], indent=1)
    assert len(parsed.papers) == 1
    assert [(problem.message, problem.line) for problem in parsed.problems] == [
        ("record 2: no title, so it was left out", 10),
        ("record 3: no record", 13),
    ]


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b'[{"title": "a menu"}]',
        b'{"title": "A schema", "type": "object"}',
        b'[{"paper": {"title": "x"}}]',
        b"[1, 2]",
    ],
)
def test_other_json_is_not_taken_for_papers(body: bytes) -> None:
    assert not JsonList().recognises(Document(body=body, origin="x"))


def test_one_parser_takes_a_list() -> None:
    document = Document(body=json.dumps([RECORD]).encode(), origin="x")
    parsers = plugins.load_parsers()
    assert [name for name, parser in parsers.items() if parser.recognises(document)] == ["json"]
