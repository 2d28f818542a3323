"""Tables as libraries, services and people export them."""

from __future__ import annotations

from datetime import date

import pytest

from newsletter.model import Document, Paper, Parsed
from newsletter.parsing import parse
from newsletter.parsing.tables import Tables


def read(text: str | bytes) -> Parsed:
    body = text.encode() if isinstance(text, str) else text
    return parse(Document(body=body, origin="x.csv"), {"csv": Tables()})


def only(text: str | bytes) -> Paper:
    parsed = read(text)
    assert parsed.problems == ()
    [paper] = parsed.papers
    return paper


def test_our_own_columns_are_read() -> None:
    paper = only(
        "id,title,abstract,authors,date,categories,keywords,url,upvotes,tldr\n"
        '2305.13009v2,"A, B",We do.,"Ada Byron, Alan Turing",2025-11-05,cs.CL cs.LG,"x, y",https://example.org/1,3,Short.\n'
    )
    assert (paper.title, paper.authors) == ("A, B", ("Ada Byron", "Alan Turing"))
    assert (paper.ids["arxiv"], paper.published, paper.upvotes) == ("2305.13009", date(2025, 11, 5), 3)
    assert (paper.categories, paper.keywords) == (("cs.CL", "cs.LG"), ("x", "y"))
    assert paper.summary is not None


def test_an_export_of_zotero_is_read() -> None:
    paper = only(
        '"Key","Item Type",'
        '"Publication Year","Author","Title","Publication Title","DOI","Url","Abstract Note",'
        '"Date","Date Added","Manual Tags","Automatic Tags","Extra"\n'
        '"AB","preprint","2019","Reimers, Nils; Gurevych, Iryna","<i>Sentence</i>-BERT",'
        '"","",'
        '"http://arxiv.org/abs/1908.10084","One\nline ""two""",'
        '"2019-08-27","2020-01-01","nlp; x","Computer Science","arXiv:1908.10084 [cs]"\n'
    )
    assert (paper.title, paper.abstract) == ("Sentence-BERT", 'One line "two"')
    assert (paper.authors, paper.published) == (("Nils Reimers", "Iryna Gurevych"), date(2019, 8, 27))
    assert (paper.ids["arxiv"], paper.keywords) == ("1908.10084", ("nlp", "x", "Computer Science"))


def test_an_export_of_scopus_is_read() -> None:
    paper = only(
        "\ufeffAuthors,Author full names,Author(s) ID,Title,Year,Source title,DOI,Link,Abstract,"
        "Author Keywords,EID\n"
        '"Smith J.; Doe A.","Smith, John (57200000000); Doe, Anna (57200000001)","5; 6",T,2024,J,10.1016/X,'
        'https://www.scopus.com/1,[No abstract available],"a; b",2-s2.0\n'
    )
    assert (paper.authors, paper.abstract) == (("John Smith", "Anna Doe"), None)
    assert (paper.published, paper.flags, paper.ids["doi"]) == (None, ("dated 2024",), "10.1016/x")


def test_an_export_of_web_of_science_is_read() -> None:
    head = "PT\tAU\tAF\tTI\tSO\tDE\tAB\tPD\tPY\tDI\tUT\n"
    rows = (
        "J\tSmith, J; Doe, A\tSmith, John; Doe, Anna\tT\tNATURE\tx; y\tAbs\tNOV 7\t2025\t10.1038/S1\tWOS:1\n"
    )
    for encoding in ("utf-8", "utf-16"):
        paper = only((head + rows).encode(encoding))
        assert (paper.authors, paper.published) == (("John Smith", "Anna Doe"), date(2025, 11, 7))
    [paper] = read(head + rows.replace("NOV 7", "NOV-DEC")).papers
    assert (paper.published, paper.flags) == (None, ("dated 2025-11",))


def test_an_export_of_openalex_is_read() -> None:
    paper = only(
        "id,doi,display_name,publication_year,publication_date,"
        "authorships.author.display_name,keywords.display_name\n"
        "https://openalex.org/W1,https://doi.org/10.48550/arXiv.2501.00001,T,2025,2025-01-01,"
        "Ada Byron|Alan Turing,a|b\n"
    )
    assert (paper.ids["openalex"], paper.ids["arxiv"]) == ("W1", "2501.00001")
    assert (paper.authors, paper.keywords) == (("Ada Byron", "Alan Turing"), ("a", "b"))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_usual_delimiter_will_do(delimiter: str) -> None:
    assert only(f"title{delimiter}doi\nT{delimiter}10.1000/1\n").ids["doi"] == "10.1000/1"


def test_what_stands_before_the_names_is_passed_over() -> None:
    assert only("sep=;\n# made by hand\n\nTitle;Year\nT;2020\n").title == "T"


def test_lists_may_be_written_as_python_writes_them() -> None:
    paper = only("""title,authors,terms\nT,"['Ada Byron', ""Miles O'Brien""]","['cs.CL', 'cs.LG']"\n""")
    assert (paper.authors, paper.categories) == (("Ada Byron", "Miles O'Brien"), ("cs.CL", "cs.LG"))


def test_empty_cells_and_na_are_nothing() -> None:
    paper = only("title,abstract,authors,date,doi\nT,N/A,,nan,-\n")
    assert (paper.abstract, paper.authors, paper.published, set(paper.ids)) == (None, None, None, {"title"})


def test_a_quote_that_is_not_closed_takes_no_other_row_with_it() -> None:
    parsed = read('title,year\n"One,2020\n"Two",2021\nThree,2022\n"Four,2023\n')
    assert [paper.title for paper in parsed.papers][1:3] == ["Two", "Three"]
    assert len(parsed.papers) == 4
    assert [problem.line for problem in parsed.problems] == [2, 5]


def test_a_row_with_too_many_cells_is_told_and_read() -> None:
    parsed = read("title,year\nOne,2020,stray\nTwo,2021,,\n")
    assert [(problem.line, problem.found) for problem in parsed.problems] == [(2, "3 cells")]
    assert len(parsed.papers) == 2


def test_a_row_without_a_title_is_a_problem_with_its_line() -> None:
    parsed = read('title,abstract\n"One","a\nb"\n,x\nTwo,y\n')
    assert [(problem.message, problem.line) for problem in parsed.problems] == [
        ("row 2: no title, so it was left out", 4)
    ]


def test_a_date_that_no_calendar_has_is_told() -> None:
    [problem] = read("title,date\nOne,2025-02-30\n").problems
    assert (problem.line, problem.found) == (2, "2025-02-30")


@pytest.mark.parametrize(
    "text",
    [
        "name,address\nx,y\n",
        "title\n",
        "A title, and the authors of it\n\nmore\n",
        "",
        "{}",
        "# title,abstract\n",
        "Titles, years and more\nx\n",
    ],
)
def test_other_texts_are_not_taken_for_tables(text: str) -> None:
    parsed = Tables().recognises(Document(body=text.encode(), origin="x"))
    assert parsed == (text == "title\n")
