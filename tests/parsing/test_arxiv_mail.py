r"""The listing that arXiv mails out."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from newsletter.model import Paper, Parsed

RULE = "-" * 78
CROSSES, REPLACED, END = "%-" * 39, "%%--" * 19 + "%%", "%%%---" * 13
HEAD = (
    "Date: Fri,  7 Nov 25 00:44:20 GMT\nSubject: cs.LG daily {told}\n\n"
    f"{RULE}\n Submissions to:\nLearning\n{RULE}\n"
)


def listing(*items: str, told: str = "") -> str:
    return HEAD.format(told=told) + "".join(items)


def item(
    number: str = "2511.90001",
    *,
    fields: str = "Title: T\nAuthors: A. First\nCategories: cs.LG",
    abstract: str | None = "  We do.",
    mark: str = "",
    date_line: str = "Date: Thu, 6 Nov 2025 09:30:00 GMT   (27kb)",
) -> str:
    middle = "" if abstract is None else f"\\\\\n{abstract}\n"
    return (
        f"{RULE}\n\\\\\narXiv:{number}{mark}\n{date_line}\n\n{fields}\n{middle}"
        f"\\\\ ( https://arxiv.org/abs/{number} ,  27kb)\n"
    )


def one(parsed: Parsed) -> Paper:
    [paper] = parsed.papers
    return paper


@pytest.fixture(params=["arxiv_listing.txt", "arxiv_listing.eml"])
def parsed(request: pytest.FixtureRequest, parse_fixture: Callable[[str], Parsed]) -> Parsed:
    """The same listing as a file and as a mail: quoted-printable, no-break blanks, other continuations."""
    return parse_fixture(request.param)


def test_every_item_is_a_paper_of_the_day(parsed: Parsed) -> None:
    assert [paper.ids["arxiv"] for paper in parsed.papers] == [
        "2511.90001",
        "2511.90003",
        "2511.90004",
        "2411.90002",
    ]
    assert parsed.problems == ()
    assert parsed.day == date(2025, 11, 7)
    assert {paper.announced for paper in parsed.papers} == {date(2025, 11, 7)}


def test_a_title_that_is_wrapped_is_whole(parsed: Parsed) -> None:
    assert parsed.papers[0].title == (
        "Gardens of Gradients: What Grows Back in Pruned Networks and How to Tell It from a Weed Using "
        "Second Derivatives"
    )


def test_fields_are_read_and_affiliations_are_no_authors(parsed: Parsed) -> None:
    first = parsed.papers[0]
    assert first.authors == ("René Example", "Måns Nemevšek", "Pető Muster")
    assert first.categories == ("cs.LG", "stat.ML")
    assert first.journal_ref == "Journal of Made-Up Results 3 (2025) 1-12"
    assert first.ids["doi"] == "10.5555/gardens.2025.1"
    assert first.code_url == "https://github.com/example-lab/gardens"
    assert (first.published, first.updated) == (date(2025, 11, 6), None)


def test_a_line_of_an_abstract_that_looks_like_a_field_is_text(parsed: Parsed) -> None:
    assert parsed.papers[0].abstract == (
        "We prune networks and watch what grows back. It holds for 9.7% of them. Results: they stay where "
        "they were. Title: is a word that may begin a line of an abstract. "
        "A second paragraph costs $5 and not $10."
    )


def test_sections_and_marks_say_what_is_announced(parsed: Parsed) -> None:
    assert [paper.flags for paper in parsed.papers] == [(), ("withdrawn",), ("cross",), ("replacement",)]


def test_a_replacement_has_its_own_date_and_no_abstract(parsed: Parsed) -> None:
    last = parsed.papers[3]
    assert (last.published, last.updated, last.abstract) == (None, date(2025, 11, 5), None)


def test_problems_of_a_mail_are_found_in_its_own_lines(parse_bytes: Callable[..., Parsed]) -> None:
    """Quoted-printable folds a rule of 78 hyphens into two lines."""
    mail = (Path(__file__).parents[2] / "fixtures" / "sources" / "arxiv_listing.eml").read_bytes()
    broken = mail.replace(b"Title: Crossing Over\n", b"")
    [problem] = parse_bytes(broken).problems
    lines = broken.split(b"\n")
    assert problem.line is not None
    assert lines[problem.line - 1] == b"arXiv:2511.90004 (*cross-listing*)"


@pytest.mark.parametrize("encoding", ["base64", "8bit", "multipart"])
def test_a_mail_may_be_encoded_in_any_way(parse_bytes: Callable[..., Parsed], encoding: str) -> None:
    text = listing(item(fields="Title: Café\nAuthors: A. Ñandú\nCategories: cs.LG")).partition("\n\n")[2]
    plain = "Content-Type: text/plain; charset=iso-8859-1\n"
    body = text.encode("latin-1")
    if encoding == "base64":
        head, data = plain + "Content-Transfer-Encoding: base64\n\n", base64.encodebytes(body)
    elif encoding == "8bit":
        head, data = plain + "Content-Transfer-Encoding: 8bit\n\n", body.replace(b"\n", b"\r\n")
    else:
        head = "MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=b\n\n"
        html = b"--b\nContent-Type: text/html\n\n<p>no</p>\n"
        data = html + b"--b\n" + plain.encode() + b"\n" + body + b"\n--b--\n"
    mail = b"From: no-reply@arxiv.example\nDate: Thu, 6 Nov 2025 20:15:00 -0500\n" + head.encode() + data
    paper = one(parse_bytes(mail))
    assert (paper.title, paper.authors, paper.announced) == ("Café", ("A. Ñandú",), date(2025, 11, 7))


def test_a_continuation_may_begin_with_one_blank_or_none(parse_bytes: Callable[..., Parsed]) -> None:
    fields = "Title: One\n Two\n\xa0 Three\nFour\nAuthors: A. First,\n B. Second\nCategories: cs.LG"
    paper = one(parse_bytes(listing(item(fields=fields))))
    assert (paper.title, paper.authors) == ("One Two Three Four", ("A. First", "B. Second"))


@pytest.mark.parametrize(
    ("window", "day"),
    [
        ("received from  Wed  5 Nov 25 19:00:00 GMT  to  Thu  6 Nov 25 19:00:00 GMT", date(2025, 11, 7)),
        ("received from  Thu  6 Nov 25 19:00:00 GMT  to  Fri  7 Nov 25 19:00:00 GMT", date(2025, 11, 10)),
    ],
)
def test_a_listing_without_a_date_is_of_the_day_after_its_submissions(
    parse_bytes: Callable[..., Parsed], window: str, day: date
) -> None:
    parsed = parse_bytes(f"{RULE}\n Submissions to:\nLearning\n {window}\n{item()}")
    assert parsed.day == day
    assert [problem.line for problem in parsed.problems] == [4]
    assert str(day) in parsed.problems[0].message


def test_a_listing_without_any_date_has_no_day(parse_bytes: Callable[..., Parsed]) -> None:
    assert parse_bytes(item()).day is None
    assert parse_bytes(item(), day=date(2025, 11, 7)).day == date(2025, 11, 7)


def test_fewer_papers_than_the_subject_tells_are_a_problem(parse_bytes: Callable[..., Parsed]) -> None:
    cross = CROSSES + "\n" + item("2511.90002", mark=" (*cross-listing*)")
    assert parse_bytes(listing(item(), cross, told="1 new + 1 crosses received")).problems == ()
    assert parse_bytes(listing(item(), cross, told="1 new +  crosses received")).problems == ()
    parsed = parse_bytes(listing(item(), cross, told="2 new + 3 crosses received"))
    assert [problem.message for problem in parsed.problems] == [
        "1 new papers in the listing",
        "1 cross-lists in the listing",
    ]


def test_an_item_without_title_costs_no_other(parse_bytes: Callable[..., Parsed]) -> None:
    parsed = parse_bytes(
        listing(item("2511.90001"), item("2511.90002", fields="Authors: A"), item("2511.90003"))
    )
    assert [paper.ids["arxiv"] for paper in parsed.papers] == ["2511.90001", "2511.90003"]
    [problem] = parsed.problems
    assert (problem.message, problem.found) == ("a paper without a title was left out", "2511.90002")


@pytest.mark.parametrize("lost", ["rule", "closing", "both"])
def test_an_item_whose_end_is_lost_ends_where_the_next_begins(
    parse_bytes: Callable[..., Parsed], lost: str
) -> None:
    first, second = item("2511.90001", abstract="  We do.\nArXiv: a word"), item("2511.90002")
    if lost in ("closing", "both"):
        first = first.rpartition("\\\\ (")[0]
    if lost in ("rule", "both"):
        second = second.removeprefix(f"{RULE}\n")
    parsed = parse_bytes(listing(first, second))
    assert [paper.abstract for paper in parsed.papers] == ["We do. ArXiv: a word", "We do."]


def test_an_abstract_may_hold_lines_that_break_tex(parse_bytes: Callable[..., Parsed]) -> None:
    paper = one(parse_bytes(listing(item(abstract="  We write\n\\\\\nand go on\n\\\\ as before."))))
    assert paper.abstract is not None
    assert paper.abstract.endswith("as before.")
    assert "and go on" in paper.abstract


def test_a_listing_cut_anywhere_keeps_what_stands_before_the_cut(parse_bytes: Callable[..., Parsed]) -> None:
    whole = (Path(__file__).parents[2] / "fixtures" / "sources" / "arxiv_listing.txt").read_text("utf-8")
    every = parse_bytes(whole).papers
    for cut in range(whole.index("arXiv:2511.90001") + 12, len(whole) - 80, 23):
        parsed = parse_bytes(whole[:cut])
        complete = whole[:cut].count("\\\\ ( https")
        assert parsed.papers[:complete] == every[:complete], cut
        assert len(parsed.papers) + len(parsed.problems) >= complete, cut


def test_an_empty_listing_says_so(parse_bytes: Callable[..., Parsed]) -> None:
    window = " received from  Wed  5 Nov 25 19:00:00 GMT  to  Thu  6 Nov 25 19:00:00 GMT\n"
    parsed = parse_bytes(listing(window, f"{RULE}\n{CROSSES}\n{REPLACED}\n{END}\ntail\n"))
    assert (parsed.papers, parsed.day) == ((), date(2025, 11, 7))
    assert parsed.problems[0].message == "no paper: the listing has no item"


def test_the_forms_of_old_listings_are_read(parse_bytes: Callable[..., Parsed]) -> None:
    old = item(
        "hep-th/9901001", date_line="figures added Mon, 3 May 1999 10:00:00 GMT   (1kb)", abstract=None
    )
    older = item("hep-th/9901002").replace("arXiv:hep", "Paper (*cross-listing*): hep")
    papers = parse_bytes(listing(old, older)).papers
    assert [paper.ids["arxiv"] for paper in papers] == ["hep-th/9901001", "hep-th/9901002"]
    assert [paper.flags for paper in papers] == [("replacement",), ("cross",)]
    assert papers[0].updated == date(1999, 5, 3)


def test_cross_lists_that_were_replaced_are_both(parse_bytes: Callable[..., Parsed]) -> None:
    replaced = "replaced with revised version Wed, 5 Nov 2025 22:17:21 GMT   (1kb,D)"
    paper = one(parse_bytes(listing(item(mark=" (*cross-listing*)", date_line=replaced, abstract=None))))
    assert paper.flags == ("replacement", "cross")


def test_the_real_listings_are_read(test_data: Path, parse_bytes: Callable[..., Parsed]) -> None:
    folder = test_data / "samples" / "arxiv_listing_email"
    finance = parse_bytes((folder / "q-fin_listings_new").read_bytes())
    assert finance.problems == (), "its subject says 13 new"
    assert [paper.flags for paper in finance.papers] == [()] * 13 + [("replacement",)] * 3
    assert finance.day == date(2023, 3, 17)
    algebra = parse_bytes((folder / "math_listings_new.AG").read_bytes())
    assert [paper.flags for paper in algebra.papers] == [("cross",), ("replacement",)]
    blocks = parse_bytes((folder / "mail_blocks_cs_2026-02-12.txt").read_bytes())
    assert blocks.day == date(2026, 2, 13)
    assert blocks.papers[1].authors == (
        "Alberto Hernández-Espinosa",
        "Luan Ozelim",
        "Felipe S. Abrahão",
        "Hector Zenil",
    )
