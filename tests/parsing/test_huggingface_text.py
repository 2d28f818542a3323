"""The Daily Papers page as people save and paste it."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from newsletter.model import Document, Parsed
from newsletter.parsing.coverage import describe
from newsletter.parsing.huggingface_text import MAX_PAPERS, HuggingFaceText
from newsletter.parsing.text import MAX_ABSTRACT_CHARS, MAX_TITLE_CHARS

ReadPage = Callable[..., Parsed]
Make = Callable[..., str]

ROOT = Path(__file__).parents[2]
LONG = "This abstract is long enough to be one, says what was done and why it matters to somebody. " * 4


def titles(parsed: Parsed) -> list[str]:
    return [paper.title for paper in parsed.papers]


# --- the real page


@pytest.fixture(scope="module")
def seed(seed_page: Path) -> Parsed:
    return HuggingFaceText().parse(Document(body=seed_page.read_bytes(), origin="seed"))


def test_the_real_page_reads_as_it_was_checked_by_eye(seed: Parsed) -> None:
    expected = json.loads((ROOT / "fixtures" / "daily_papers.expected.json").read_text("utf-8"))
    read = [
        {
            "title": paper.title,
            "published": paper.published.isoformat() if paper.published else None,
            "author_count": paper.author_count,
            "comments": paper.comments,
        }
        for paper in seed.papers
    ]
    assert read == expected["papers"]


def test_the_coverage_of_the_real_page_reads_as_promised(seed: Parsed) -> None:
    assert describe(seed.coverage) == (
        "75 papers: 73 complete, 2 without date and authors; 22 dates given the year 2025"
    )


def test_sixteen_papers_of_the_real_page_show_a_number_of_comments(seed: Parsed) -> None:
    assert sum(paper.comments is not None for paper in seed.papers) == 16


def test_the_two_papers_without_facts_are_problems_with_their_line(seed: Parsed, seed_page: Path) -> None:
    lines = seed_page.read_text("utf-8").splitlines()
    without = {paper.abstract_raw for paper in seed.papers if paper.author_count is None}
    assert {lines[(problem.line or 0) - 1] for problem in seed.problems} == without
    assert len(without) == 2


def test_raw_texts_of_the_real_page_are_verbatim(seed: Parsed, seed_page: Path) -> None:
    lines = set(seed_page.read_text("utf-8").splitlines())
    assert all(paper.title_raw in lines and paper.abstract_raw in lines for paper in seed.papers)


def test_what_the_page_does_not_give_stays_unknown(seed: Parsed) -> None:
    paper = seed.papers[0]
    unknown = (paper.url, paper.pdf_url, paper.authors, paper.upvotes, paper.categories, paper.keywords)
    assert unknown == (None,) * 6
    assert (paper.source, list(paper.ids)) == ("hf", ["title"])


def test_repositories_of_the_real_page_are_found(seed: Parsed) -> None:
    assert {paper.code_url for paper in seed.papers} == {
        None,
        "https://github.com/facebookresearch/mowst-gnn",
        "https://github.com/alibaba/Tora",
        "https://github.com/Vchitect/DCM",
        "https://github.com/yunfengdiao/Skeleton-Robustness-Benchmark",
        "https://github.com/OmnAI-Lab/Robust-Classifiers-under-the-lens-of-EBM",
        "https://github.com/zz-haooo/STEER",
        "https://github.com/safelix/dinopl",
        "https://github.com/statmlben/ensloss",
    }


# --- how a page was saved


def as_utf16(page: str) -> bytes:
    return page.encode("utf-16")


def wrapped(page: str) -> bytes:
    return "\n".join(
        textwrap.fill(line, 72) if len(line) > 100 else line for line in page.split("\n")
    ).encode()


SAVED: dict[str, Callable[[str], bytes]] = {
    "windows line ends": lambda page: page.replace("\n", "\r\n").encode(),
    "old Mac line ends": lambda page: page.replace("\n", "\r").encode(),
    "byte-order mark": lambda page: b"\xef\xbb\xbf" + page.encode(),
    "UTF-16": as_utf16,
    "UTF-16 big-endian": lambda page: b"\xfe\xff" + page.encode("utf-16-be"),
    "no-break blanks": lambda page: page.replace("•  ", "• ").replace(" ", "\u00a0").encode(),
    "no final line end": lambda page: page.rstrip().encode(),
    "doubled blank lines": lambda page: page.replace("\n\n", "\n\n\n").encode(),
    "blank lines of blanks": lambda page: page.replace("\n\n", "\n \t \n\u00a0\n").encode(),
    "blank lines within facts": lambda page: page.replace("\n·\n", "\n\n·\n\n").encode(),
    "facts in one line": lambda page: page.replace("\n·\n", " · ").encode(),
    "trailing blanks": lambda page: page.replace("\n", "   \n").encode(),
    "no bullets": lambda page: page.replace("  • ", "").encode(),
    "hard wrapping": wrapped,
    "no heading": lambda page: page[page.index("Nov 7") :].encode(),
    "leading blank lines": lambda page: ("\n\n\n" + page).encode(),
}


@pytest.mark.parametrize("how", SAVED)
def test_a_page_reads_the_same_however_it_was_saved(
    how: str, seed: Parsed, seed_page: Path, read_page: ReadPage
) -> None:
    parsed = read_page(SAVED[how](seed_page.read_text("utf-8")))
    facts = [(p.key, p.title, p.abstract, p.author_count, p.published, p.comments) for p in seed.papers]
    assert [
        (p.key, p.title, p.abstract, p.author_count, p.published, p.comments) for p in parsed.papers
    ] == facts
    assert (parsed.day, parsed.coverage) == (seed.day, seed.coverage)
    assert len(parsed.problems) == len(seed.problems)


def test_a_page_without_any_blank_line_is_read(read_page: ReadPage, page: Make, record: Make) -> None:
    text = page(record("One"), record("Two"), record("Three"), day="Nov 7, 2025")
    parsed = read_page("\n".join(line for line in text.splitlines() if line) + "\n")
    assert titles(parsed) == ["One", "Two", "Three"]
    assert parsed.problems == ()


def test_bytes_that_are_no_text_are_a_problem_with_their_line(
    read_page: ReadPage, page: Make, record: Make
) -> None:
    body = page(record("One"), record("Tw@"), day="Nov 7, 2025").encode().replace(b"Tw@", b"Tw\xff")
    parsed = read_page(body)
    assert titles(parsed) == ["One", "Tw\ufffd"]
    assert body.split(b"\n")[(parsed.problems[0].line or 0) - 1] == b"Tw\xff"


# --- chrome

FOOTER = """Previous

1

2

Next

Company

TOS

Privacy

About

Careers

Website

Models

Datasets

Spaces

Pricing

Docs

© Hugging Face

System theme
"""


def test_the_footer_is_no_paper(read_page: ReadPage, page: Make) -> None:
    parsed = read_page(page(day="Nov 7, 2025", footer=FOOTER))
    assert len(parsed.papers) == 1
    assert parsed.problems == ()


def test_chrome_between_papers_is_no_paper(read_page: ReadPage, page: Make, record: Make) -> None:
    chrome = "Submitted by\n\nakhaliq\n\n54\n\n"
    parsed = read_page(
        page(chrome + record("One"), chrome + record("Two"), "View all\n\n1.2k\n\n", day="Nov 7, 2025")
    )
    assert titles(parsed) == ["One", "Two"]
    assert parsed.problems == ()


def test_chrome_right_above_a_title_is_not_part_of_it(read_page: ReadPage, page: Make, record: Make) -> None:
    parsed = read_page(page("Submitted by\nAdina Yakefu\n12\n" + record("One"), day="Nov 7, 2025"))
    assert titles(parsed) == ["One"]


def test_unknown_chrome_is_one_problem_and_no_paper(read_page: ReadPage, page: Make) -> None:
    text = page(day="Nov 7, 2025", footer="Some new button\n\nAnother of them\n")
    parsed = read_page(text)
    assert len(parsed.papers) == 1
    [problem] = parsed.problems
    assert text.splitlines()[(problem.line or 0) - 1] == problem.found == "Some new button"


def test_words_of_the_site_within_an_abstract_are_text(read_page: ReadPage, page: Make, record: Make) -> None:
    abstract = f"{textwrap.fill(LONG, 70)}\nnew\n54\nOct 2\n12 authors\nagree."
    [paper] = read_page(page(record(abstract=abstract), day="Nov 7, 2025")).papers
    assert (paper.abstract or "").endswith("somebody. new 54 Oct 2 12 authors agree.")


def test_a_card_without_abstract_and_date_is_a_paper_with_gaps(read_page: ReadPage, page: Make) -> None:
    card = "Submitted by\n\nakhaliq\n\n54\n\nA Title of Some Words\n\n·\n\n15 authors\n\n3\n\n"
    parsed = read_page(page(card, day="Nov 7, 2025"))
    [paper] = parsed.papers
    assert (paper.title, paper.abstract, paper.author_count, paper.published) == (
        "A Title of Some Words",
        None,
        15,
        None,
    )
    assert len(parsed.problems) == 2


# --- facts


@pytest.mark.parametrize(
    ("authors", "count"),
    [
        ("  • 1 author", 1),
        ("  • 1 authors", 1),
        ("1 author", 1),
        ("• 1,234 authors", 1234),
        ("· 12 Authors", 12),
    ],
)
def test_the_forms_of_the_number_of_authors_are_read(
    authors: str, count: int, read_page: ReadPage, page: Make, record: Make
) -> None:
    assert read_page(page(record(authors=authors), day="Nov 7, 2025")).papers[0].author_count == count


@pytest.mark.parametrize(
    ("shown", "comments"),
    [("Oct 2", None), ("Oct 2 3", 3), ("Oct 2 0", 0), ("Oct 29, 2024 12", 12), ("Sept 5 1,234", 1234)],
)
def test_a_number_of_comments_is_null_where_none_is_shown(
    shown: str, comments: int | None, read_page: ReadPage, page: Make, record: Make
) -> None:
    assert read_page(page(record(shown=shown), day="Nov 7, 2025")).papers[0].comments == comments


def test_a_paper_without_its_date_says_what_was_found(read_page: ReadPage, page: Make, record: Make) -> None:
    text = page(record("One", shown="someday"), record("Two"), day="Nov 7, 2025")
    parsed = read_page(text)
    assert titles(parsed) == ["One", "Two"]
    [problem] = parsed.problems
    assert (problem.found, parsed.papers[0].author_count, parsed.papers[0].published) == ("someday", 4, None)


def test_a_paper_without_authors_keeps_its_date(read_page: ReadPage, page: Make, record: Make) -> None:
    parsed = read_page(page(record("One", authors=None), record("Two"), day="Nov 7, 2025"))
    assert [(p.title, p.author_count, p.published is None) for p in parsed.papers] == [
        ("One", None, False),
        ("Two", 4, False),
    ]
    assert [problem.message for problem in parsed.problems] == ["a paper without authors"]


def test_papers_without_facts_come_out_in_a_row(read_page: ReadPage, page: Make, record: Make) -> None:
    bare = [
        record(name, authors=None, shown=None, abstract=LONG).replace("·\n\n", "") for name in ("One", "Two")
    ]
    parsed = read_page(page(*bare, record("Three"), day="Nov 7, 2025"))
    assert titles(parsed) == ["One", "Two", "Three"]
    assert len(parsed.problems) == 2


# --- titles and abstracts


def test_a_title_without_abstract_is_a_paper_with_a_gap(
    read_page: ReadPage, page: Make, record: Make
) -> None:
    parsed = read_page(page(record("One"), record("Two", abstract=""), record("Three"), day="Nov 7, 2025"))
    assert titles(parsed) == ["One", "Two", "Three"]
    assert parsed.papers[1].abstract is None
    assert [problem.found for problem in parsed.problems] == ["Two"]


def test_a_short_abstract_is_one_by_its_place(read_page: ReadPage, page: Make, record: Make) -> None:
    assert read_page(page(record(abstract="We do it"), day="Nov 7, 2025")).papers[0].abstract == "We do it"


def test_an_abstract_of_several_paragraphs_is_one(read_page: ReadPage, page: Make, record: Make) -> None:
    [paper] = read_page(page(record(abstract=f"{LONG}\n\n{LONG}"), day="Nov 7, 2025")).papers
    assert (paper.abstract or "").count("This abstract") == 8


def test_a_title_of_sentence_form_keeps_its_place(read_page: ReadPage, page: Make, record: Make) -> None:
    title = (
        "Attention is not all you need, it is however quite a lot of what you will want to have in the end."
    )
    assert titles(read_page(page(record(title), day="Nov 7, 2025"))) == [title]


def test_a_word_wrapped_at_its_hyphen_is_whole_again(read_page: ReadPage, page: Make, record: Make) -> None:
    abstract = LONG.strip().replace(". ", ".\n") + "\nIt is multi-\nmodal, for short-\nand long-term use."
    [paper] = read_page(page(record(abstract=abstract), day="Nov 7, 2025")).papers
    assert (paper.abstract or "").endswith("It is multi-modal, for short- and long-term use.")


def test_the_raw_text_is_verbatim_and_the_text_is_clean(
    read_page: ReadPage, page: Make, record: Make
) -> None:
    [paper] = read_page(page(record("B\\'ezier\u200b  Curves \u202eof {\\pi}"), day="Nov 7, 2025")).papers
    assert (paper.title_raw, paper.title) == ("B\\'ezier\u200b  Curves \u202eof {\\pi}", "Bézier Curves of π")


def test_a_title_that_is_only_markup_is_kept_as_it_is(read_page: ReadPage, page: Make, record: Make) -> None:
    assert titles(read_page(page(record("\\left"), day="Nov 7, 2025"))) == ["\\left"]


# --- limits


@pytest.mark.parametrize(
    ("chars", "problems"),
    [(MAX_TITLE_CHARS - 1, 0), (MAX_TITLE_CHARS, 0), (MAX_TITLE_CHARS + 1, 1), (50_000, 1)],
)
def test_a_title_is_cut_at_its_limit(
    chars: int, problems: int, read_page: ReadPage, page: Make, record: Make
) -> None:
    parsed = read_page(page(record("x" * chars), day="Nov 7, 2025"))
    assert len(parsed.papers[0].title) == min(chars, MAX_TITLE_CHARS)
    assert len(parsed.problems) == problems


@pytest.mark.parametrize(
    ("chars", "problems"), [(MAX_ABSTRACT_CHARS, 0), (MAX_ABSTRACT_CHARS + 1, 1), (2_000_000, 1)]
)
def test_an_abstract_is_cut_at_its_limit(
    chars: int, problems: int, read_page: ReadPage, page: Make, record: Make
) -> None:
    parsed = read_page(page(record(abstract="x" * chars), day="Nov 7, 2025"))
    assert len(parsed.papers[0].abstract or "") == min(chars, MAX_ABSTRACT_CHARS)
    assert len(parsed.problems) == problems


def test_papers_beyond_the_limit_are_left_out_with_a_problem(
    read_page: ReadPage, page: Make, record: Make
) -> None:
    records = [record(f"Paper {n}", abstract="We do it", shown="Oct 2") for n in range(MAX_PAPERS + 2)]
    parsed = read_page(page(*records, day="Nov 7, 2025"))
    assert len(parsed.papers) == MAX_PAPERS
    assert len(parsed.problems) == 1


def test_problems_beyond_the_limit_are_counted(read_page: ReadPage, page: Make, record: Make) -> None:
    problems = read_page(page(*[record("One")] * 302, day="Nov 7, 2025")).problems
    assert len(problems) == 201
    assert problems[-1].message == "and 101 more problems from here on"


def test_the_first_of_two_papers_with_one_title_counts(read_page: ReadPage, page: Make, record: Make) -> None:
    parsed = read_page(
        page(record("One"), record("Two"), record("ONE!", authors="• 9 authors"), day="Nov 7, 2025")
    )
    assert [(paper.title, paper.author_count) for paper in parsed.papers] == [("One", 4), ("Two", 4)]
    assert [problem.message for problem in parsed.problems] == ["a paper that was listed before"]


# --- pages that are cut off


@pytest.mark.parametrize(
    ("end", "count"),
    [
        ("", None),
        ("\n\n  ", None),
        ("\n\n  •", None),
        ("\n\n  • 15 aut", None),
        ("\n\n  • 15 authors", 15),
        ("\n\n  • 15 authors\n·\nJul 8, 20", 15),
    ],
)
def test_a_torn_paper_comes_out_as_far_as_it_can_be(
    end: str, count: int | None, read_page: ReadPage, page: Make, record: Make
) -> None:
    text = page(record("One"), f"Two\n\n{LONG}{end}", day="Nov 7, 2025")
    parsed = read_page(text)
    last = parsed.papers[-1]
    assert (last.title, last.abstract, last.author_count) == ("Two", LONG.strip(), count)
    [problem] = parsed.problems
    assert (problem.line or 0) >= len(text.splitlines()) - 2
    assert problem.expected


def test_a_torn_abstract_is_kept(read_page: ReadPage, page: Make, record: Make) -> None:
    parsed = read_page(page(record("One"), "Two of Three Words\n\nWe stu", day="Nov 7, 2025"))
    assert parsed.papers[-1].abstract == "We stu"
    assert [problem.message for problem in parsed.problems] == ["a paper without authors and date"]


def test_a_torn_title_is_a_problem_and_no_paper(read_page: ReadPage, page: Make, record: Make) -> None:
    parsed = read_page(page(record("One"), "Two of Thr", day="Nov 7, 2025"))
    assert titles(parsed) == ["One"]
    assert [problem.found for problem in parsed.problems] == ["Two of Thr"]


def test_a_date_at_the_very_end_may_be_torn(read_page: ReadPage, page: Make, record: Make) -> None:
    [problem] = read_page(page(record(), day="Nov 7, 2025").rstrip()).problems
    assert "cut off" in problem.message


def test_a_page_that_begins_within_a_paper_is_read_from_the_next_one(
    read_page: ReadPage, record: Make
) -> None:
    text = "of an abstract that began above. " * 10 + "\n\n  • 3 authors\n·\nOct 1\n\n" + record("Two")
    parsed = read_page(text, day=None)
    assert titles(parsed) == ["Two"]
    assert "no paper" in parsed.problems[1].message


def test_a_heading_alone_is_a_page_without_papers(read_page: ReadPage, page: Make) -> None:
    parsed = read_page(page("\n", day="Nov 7, 2025"))
    assert parsed.papers == ()
    assert len(parsed.problems) == 1
