"""Answers of arXiv's search interface."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from newsletter.errors import SourceError
from newsletter.model import Beyond, Paper, Parsed

FEED = (
    '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom"'
    ' xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">\n'
    "<id>http://arxiv.org/api/abc</id><updated>2025-11-07T00:00:00-05:00</updated>\n"
)


def feed(*entries: str, found: int | None = None, start: int = 0) -> str:
    counts = "" if found is None else f"<opensearch:totalResults>{found}</opensearch:totalResults>"
    counts += f"<opensearch:startIndex>{start}</opensearch:startIndex>"
    return f"{FEED}{counts}\n{''.join(entries)}</feed>"


def entry(number: str = "2511.90001v1", title: str = "T", inner: str = "") -> str:
    return f"<entry><id>http://arxiv.org/abs/{number}</id><title>{title}</title>{inner}</entry>\n"


def error(told: str) -> str:
    return (
        "<entry><id>https://arxiv.org/api/errors#x</id><title>Error</title>"
        f"<summary>{told}</summary><author><name>arXiv api core</name></author></entry>\n"
    )


@pytest.fixture
def parsed(parse_fixture: Callable[[str], Parsed]) -> Parsed:
    return parse_fixture("arxiv_search.xml")


def test_a_paper_has_all_that_arxiv_says(parsed: Parsed) -> None:
    assert parsed.problems == ()
    first = parsed.papers[0]
    assert first.title == "Gardens of Gradients: A Study of Pruned Networks with p < 0.05"
    assert first.abstract is not None
    assert first.abstract.startswith(
        "We prune networks and watch what grows back. If x<y then y>z holds for 9.7%"
    )
    assert first.abstract_raw is not None
    assert first.abstract_raw.startswith("  We prune")
    assert first.authors == ("René Example", "Žofia Muster")
    assert (first.published, first.updated, first.announced) == (date(2025, 10, 30), date(2025, 11, 6), None)
    assert first.categories == ("cs.LG", "stat.ML"), "the primary one first, no MSC class"
    assert first.ids["arxiv"] == "2511.90001"
    assert first.ids["doi"] == "10.5555/gardens.2025.1"
    assert first.version == 2
    assert first.url == "https://arxiv.org/abs/2511.90001"
    assert first.pdf_url == "https://arxiv.org/pdf/2511.90001"
    assert first.code_url == "https://github.com/example-lab/gardens"
    assert first.journal_ref == "Journal of Made-Up Results 3 (2025) 1-12"
    assert (first.upvotes, first.comments, first.stars) == (None, None, None)


def test_the_day_is_that_of_the_answer_and_the_next_page_begins_behind_it(parsed: Parsed) -> None:
    assert parsed.day == date(2025, 11, 7)
    assert parsed.beyond == Beyond(token="3", total=7)


def test_old_ids_and_a_paper_called_0_are_papers(parsed: Parsed) -> None:
    assert (parsed.papers[1].title, parsed.papers[1].ids["arxiv"]) == ("0", "astro-ph/0601001")


def test_a_withdrawn_paper_is_flagged_and_has_no_pdf(parsed: Parsed) -> None:
    assert [paper.flags for paper in parsed.papers] == [(), (), ("withdrawn",)]
    assert parsed.papers[2].pdf_url is None


def test_the_last_page_has_none_behind_it(parse_bytes: Callable[..., Parsed]) -> None:
    assert parse_bytes(feed(entry(), found=3, start=2)).beyond == Beyond(token=None, total=3)


def test_an_error_feed_is_an_error_with_its_reason(parse_bytes: Callable[..., Parsed]) -> None:
    with pytest.raises(SourceError, match="incorrect id format for abc") as caught:
        parse_bytes(feed(error("incorrect id format for abc"), found=1))
    assert caught.value.exit_code == 3


def test_an_error_among_papers_costs_no_paper(parse_bytes: Callable[..., Parsed]) -> None:
    parsed = parse_bytes(feed(entry(), error("bad id"), entry("2511.90002v1", "U")))
    assert [paper.title for paper in parsed.papers] == ["T", "U"]
    assert parsed.problems[0].found == "bad id"


def test_a_search_that_finds_nothing_says_so(parse_bytes: Callable[..., Parsed]) -> None:
    parsed = parse_bytes(feed(found=0))
    assert parsed.papers == ()
    assert [problem.message for problem in parsed.problems] == ["no paper: the search found none"]


def test_an_empty_page_of_a_search_that_found_something_is_an_error(
    parse_bytes: Callable[..., Parsed],
) -> None:
    with pytest.raises(SourceError, match="an empty page of arXiv, though 214,881 papers were found"):
        parse_bytes(feed(found=214_881))
    assert parse_bytes(feed(found=5, start=5)).papers == ()


def test_a_record_without_a_title_is_a_problem_and_without_an_id_a_paper(
    parse_bytes: Callable[..., Parsed],
) -> None:
    parsed = parse_bytes(
        feed(entry(title=" "), "<entry><title>No id</title></entry>\n", entry("x", "Odd id"))
    )
    assert [(paper.title, paper.url) for paper in parsed.papers] == [("No id", None), ("Odd id", None)]
    assert [problem.line for problem in parsed.problems] == [4, 5, 6]


def test_a_paper_that_comes_twice_is_one(parse_bytes: Callable[..., Parsed]) -> None:
    parsed = parse_bytes(feed(entry("2511.90001v1", "First"), entry("2511.90001v2", "Second")))
    assert [paper.title for paper in parsed.papers] == ["First"]
    assert parsed.problems[0].message == "a paper that was listed before"


@pytest.mark.parametrize(
    ("text", "is_withdrawn"),
    [
        ("This paper has been withdrawn by the author", True),
        ("This submission has been withdrawn by arXiv administrators", True),
        ("Withdrawn: an error in Lemma 2", True),
        ("Paper withdrawn", True),
        ("The article was withdrawn from arXiv", True),
        ("12 pages; an earlier version was withdrawn", False),
        ("Withdrawn from ICLR 2026 after reviews", False),
        ("We study patients withdrawn from treatment", False),
    ],
)
def test_withdrawn_is_read_from_words_that_say_it(
    parse_bytes: Callable[..., Parsed], text: str, is_withdrawn: bool
) -> None:
    comment = feed(entry(inner=f"<arxiv:comment>{text}</arxiv:comment>"))
    abstract = feed(entry(inner=f"<summary>{text}</summary>"))
    for document in (comment, abstract):
        assert ("withdrawn" in parse_bytes(document).papers[0].flags) == is_withdrawn


def test_long_texts_and_lists_are_cut_and_told(parse_bytes: Callable[..., Parsed]) -> None:
    many = "".join(f"<author><name>A. Number{n}</name></author>" for n in range(201))
    parsed = parse_bytes(
        feed(
            entry("2511.90001", "x" * 500, f"<summary>{'y ' * 10_000}</summary>"),
            entry("2511.90002", "x" * 501),
            entry("2511.90003", "T", f"<summary>{'z' * 20_001}</summary>"),
            entry("2511.90004", "U", many),
        )
    )
    assert [problem.line for problem in parsed.problems] == [5, 6, 7]
    assert {problem.message for problem in parsed.problems} == {"a paper that was cut to the limit"}
    assert [len(paper.title) for paper in parsed.papers] == [500, 500, 1, 1]
    last: Paper = parsed.papers[3]
    assert (len(last.authors or ()), last.author_count) == (200, 201)


def test_a_doi_of_arxiv_is_an_arxiv_id_and_the_first_of_several_counts(
    parse_bytes: Callable[..., Parsed],
) -> None:
    own = entry("x", "A", "<arxiv:doi>10.48550/arXiv.2511.90005</arxiv:doi>")
    two = entry("2511.90006", "B", "<arxiv:doi>10.5555/a.1, 10.5555/b.2</arxiv:doi>")
    papers = parse_bytes(feed(own, two)).papers
    assert papers[0].ids["arxiv"] == "2511.90005"
    assert papers[1].ids["doi"] == "10.5555/a.1"


def test_the_form_before_2026_is_read_as_well(parse_bytes: Callable[..., Parsed]) -> None:
    """Titles were wrapped, the feed's title was HTML, and ids of the feed had another host."""
    old = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        '  <link href="http://arxiv.org/api/query?search_query%3D&amp;id_list%3D1" rel="self" />\n'
        '  <title type="html">ArXiv Query: search_query=&amp;id_list=1</title>\n'
        "  <entry><id>http://arxiv.org/abs/hep-th/9901001v3</id><title>Wrapped\n  Title</title>"
        "</entry></feed>"
    )
    [paper] = parse_bytes(old).papers
    assert (paper.title, paper.ids["arxiv"], paper.version) == ("Wrapped Title", "hep-th/9901001", 3)


def test_the_real_answers_are_read(test_data: Path, parse_bytes: Callable[..., Parsed]) -> None:
    folder = test_data / "samples" / "arxiv_atom_api"
    [ten] = folder.glob("q_testing*")
    parsed = parse_bytes(ten.read_bytes())
    assert len(parsed.papers) == 10
    assert parsed.problems == ()
    assert parsed.coverage.complete == 10
    assert parsed.beyond == Beyond(token="10", total=214_881)
    assert (parsed.papers[1].authors or ())[0] == "Aurora Ramírez", "twice encoded by the source"
    [none] = folder.glob("id_0000*")
    assert parse_bytes(none.read_bytes()).papers == ()
    [wrong] = folder.glob("id_abc*")
    with pytest.raises(SourceError, match="incorrect id format for abc"):
        parse_bytes(wrong.read_bytes())
