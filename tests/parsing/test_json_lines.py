"""Papers as JSON Lines."""

from __future__ import annotations

import json
import time
from datetime import date

import pytest

from newsletter.model import Document, Paper, Summary
from newsletter.parsing.json_lines import JsonLines, read_records


def lines(*records: object) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def read(body: bytes) -> tuple[Paper, ...]:
    return JsonLines().parse(Document(body=body, origin="papers.jsonl")).papers


def test_a_record_becomes_a_paper_with_what_it_gives() -> None:
    record = {
        "id": "2601.20941v2",
        "title": "On $\\alpha$-divergence\n and more",
        "abstract": "We study it.",
        "date": "2026-01-30T10:00:00Z",
        "cats": "cs.LG stat.ML",
        "authors": [{"name": "Ada Byron"}, "Alan Turing"],
        "upvotes": 3,
    }
    [paper] = read(lines(record))
    assert (paper.ids["arxiv"], paper.version) == ("2601.20941", 2)
    assert paper.title == "On \N{GREEK SMALL LETTER ALPHA}-divergence and more"
    assert paper.published == date(2026, 1, 30)
    assert paper.categories == ("cs.LG", "stat.ML")
    assert paper.authors == ("Ada Byron", "Alan Turing")
    assert paper.upvotes == 3
    assert paper.comments is None


@pytest.mark.parametrize(
    ("record", "version"),
    [
        ({"id": "2601.20941"}, None),
        ({"id": "10.1101/2025.11.06.000007", "version": 3}, 3),
        ({"url": "https://arxiv.org/abs/2601.20941v4"}, 4),
        ({"id": "2601.20941v4", "version": "none"}, 4),
    ],
)
def test_the_version_is_given_by_itself_or_with_the_id(
    record: dict[str, object], version: int | None
) -> None:
    [paper] = read(lines({"title": "Whales", **record}))
    assert paper.version == version


def test_a_title_is_enough() -> None:
    [paper] = read(lines({"title": "Whales"}))
    assert (paper.title, paper.abstract, paper.published, paper.categories) == ("Whales", None, None, None)


def test_a_line_that_is_no_paper_is_a_problem_with_its_line_and_the_others_are_read() -> None:
    body = lines({"title": "One"}) + b"not json\n\n[1]\n" + lines({"title": 5}, {"title": "Two"})
    parsed = JsonLines().parse(Document(body=body, origin="papers.jsonl"))
    assert [paper.title for paper in parsed.papers] == ["One", "Two"]
    assert [problem.line for problem in parsed.problems] == [2, 4, 5]


def test_the_first_of_two_about_one_paper_counts() -> None:
    body = lines({"id": "2601.20941", "title": "A"}, {"title": "B"}, {"id": "2601.20941v2", "title": "C"})
    parsed = JsonLines().parse(Document(body=body, origin="papers.jsonl"))
    assert [paper.title for paper in parsed.papers] == ["A", "B"]
    assert [(problem.message, problem.line) for problem in parsed.problems] == [
        ("a paper that was listed before", 3)
    ]


def test_labels_stay_with_their_record() -> None:
    records = read_records(
        [b'{"id": "7", "title": "A", "label": "nlp", "acceptable": ["nlp", "ml"]}', b'{"title": "B"}']
    ).records
    assert [(r.id, r.label, r.acceptable) for r in records] == [("7", "nlp", ("nlp", "ml")), ("B", None, ())]


@pytest.mark.parametrize(
    ("body", "is_one"),
    [
        (b'{"title": "A"}', True),
        (b'\xef\xbb\xbf\n{"title": "A"}\n', True),
        (b'{"broken\n{"title": "A"}\n', True),
        (b'{"unknown": true}', False),
        (b'{"title": ""}', False),
        (b'[{"title": "A"}]', False),
        (b"Daily Papers\n", False),
        (b"", False),
        (b"{" * 5_000, False),
        (b'{"a":' * 100_000, False),
    ],
)
def test_it_recognises_an_object_with_a_title(body: bytes, is_one: bool) -> None:
    assert JsonLines().recognises(Document(body=body, origin="x")) is is_one


@pytest.mark.parametrize(
    "record",
    [
        {"title": "A", "abstract": 5, "date": 7, "cats": {"a": 1}, "authors": "x" * 10_000, "upvotes": -1},
        {"title": "A", "abstract": ["x"], "date": "soon", "cats": [None, 1.5], "authors": [[], {}], "id": {}},
        {"title": "A", "upvotes": True, "comments": 10**400, "url": "javascript:alert(1)", "id": 10**4000},
        {"title": "\ud800A\u202e", "abstract": "$" * 50_000, "label": ["x"], "acceptable": "nlp"},
    ],
)
def test_fields_of_the_wrong_kind_are_not_given(record: dict[str, object]) -> None:
    start = time.perf_counter()
    [paper] = read(lines(record))
    assert paper.title == "A"
    assert (paper.published, paper.url, paper.upvotes, paper.comments) == (None, None, None, None)
    assert time.perf_counter() - start < 1


def test_very_long_lines_and_very_many_problems_are_bounded() -> None:
    found = read_records([b'{"title": "' + b"a" * 2_000_000, *[b"x"] * 5_000])
    assert found.records == ()
    assert len(found.problems) == 101
    assert "4,901 more" in found.problems[-1].message


def test_accents_in_names_become_letters() -> None:
    names = [r"Pet\H{o} Erd\H{o}s", {"name": r"J. Podgorn\'y"}]
    line = json.dumps({"title": "T", "authors": names}).encode()
    [record] = read_records([line]).records
    assert record.paper.authors == ("Pető Erdős", "J. Podgorný")


@pytest.mark.parametrize(
    "field", [{"ai_summary": r"An \emph{own} view."}, {"tldr": {"text": "An own view."}}]
)
def test_a_summary_of_the_source_is_kept_as_such(field: dict[str, object]) -> None:
    [record] = read_records([json.dumps({"title": "T", **field}).encode()]).records
    assert record.paper.summary == Summary(text="An own view.", origin="source")


def test_a_version_is_given_or_named_by_the_id() -> None:
    records = [{"title": "A", "id": "2511.00001v3"}, {"title": "B", "version": 2}, {"title": "C", "id": "x"}]
    body = "\n".join(map(json.dumps, records)).encode()
    parsed = JsonLines().parse(Document(body=body, origin="papers.jsonl"))
    assert [paper.version for paper in parsed.papers] == [3, 2, None]
