"""BibTeX as reference managers, publishers and people write it."""

from __future__ import annotations

from datetime import date

import pytest

from newsletter.model import Document, Paper, Parsed
from newsletter.parsing import parse
from newsletter.parsing.bibtex import BibTeX


def read(text: str) -> Parsed:
    return parse(Document(body=text.encode(), origin="x.bib"), {"bibtex": BibTeX()})


def only(text: str) -> Paper:
    parsed = read(text)
    assert parsed.problems == ()
    [paper] = parsed.papers
    return paper


def entry(**fields: str) -> str:
    given = {"title": "A Title", **fields}
    return (
        "@article{key,\n" + ",\n".join(f"  {name} = {{{value}}}" for name, value in given.items()) + "\n}\n"
    )


def lines_of(parsed: Parsed) -> list[tuple[str, int | None]]:
    return [(problem.message, problem.line) for problem in parsed.problems]


def test_an_entry_becomes_a_paper() -> None:
    paper = only(
        r"""@inproceedings{devlin2019,
          title     = {{BERT}: Pre-training of {D}eep {\"U}bungen for $T^{2/3}$},
          author    = "Devlin, Jacob and {van der} Berg, Jan and {The {ATLAS} and CMS Collaboration}",
          abstract  = {We do it at 9.7\% \& more.},
          year      = 2019, month = jun, day = 2,
          doi       = {10.18653/V1/N19-1423},
          url       = {https://aclanthology.org/N19-1423},
          keywords  = {nlp, transformers; language models},
        }"""
    )
    assert paper.title == "BERT: Pre-training of Deep Übungen for T^(2/3)"
    assert paper.authors == ("Jacob Devlin", "Jan van der Berg", "The ATLAS and CMS Collaboration")
    assert paper.abstract == "We do it at 9.7% & more."
    assert paper.published == date(2019, 6, 2)
    assert (paper.ids["doi"], paper.url) == ("10.18653/v1/n19-1423", "https://aclanthology.org/N19-1423")
    assert paper.keywords == ("nlp", "transformers", "language models")


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("Byron, Ada and Turing, Alan", ("Ada Byron", "Alan Turing")),
        ("Ada Byron AND Alan\n  Turing", ("Ada Byron", "Alan Turing")),
        ("King, Jr., Martin Luther", ("Martin Luther King Jr.",)),
        ("Ada Byron, Alan Turing, Grace Hopper", ("Ada Byron", "Alan Turing", "Grace Hopper")),
        ("{OpenAI}", ("OpenAI",)),
        (r"P{\'o}lya, Gy{\"o}rgy and Alexandre D{\'e}fossez", ("György Pólya", "Alexandre Défossez")),
        ("Anderson, Andy", ("Andy Anderson",)),
    ],
)
def test_authors_are_read_in_every_form(written: str, names: tuple[str, ...]) -> None:
    paper = only(entry(author=written))
    assert (paper.authors, paper.author_count) == (names, len(names))


def test_and_others_means_that_the_number_is_not_known() -> None:
    paper = only(entry(author="Byron, Ada and others"))
    assert (paper.authors, paper.author_count) == (("Ada Byron",), None)


@pytest.mark.parametrize(
    "fields",
    [
        {"eprint": "1810.04805v2", "archiveprefix": "arXiv"},
        {"eprint": "arXiv:1810.04805"},
        {"eprint": "1810.04805", "eprinttype": "arxiv"},
        {"journal": "arXiv preprint arXiv:1810.04805"},
        {"journal": "CoRR", "volume": "abs/1810.04805"},
        {"note": "{arXiv}:1810.04805"},
        {"note": "arXiv:1810.04805 [cs.CL]"},
        {"doi": "10.48550/arXiv.1810.04805"},
        {"url": "https://arxiv.org/abs/1810.04805v1"},
        {"url": r"\url{http://arxiv.org/pdf/1810.04805.pdf}"},
        {"howpublished": r"\url{https://arxiv.org/abs/1810.04805}"},
        {"publisher": "arXiv", "number": "arXiv:1810.04805"},
    ],
)
def test_the_arxiv_id_is_found_wherever_it_hides(fields: dict[str, str]) -> None:
    assert only(entry(**fields)).ids["arxiv"] == "1810.04805"


@pytest.mark.parametrize(
    "fields",
    [
        {"note": "Comment on arXiv:1810.04805"},
        {"eprint": "1810.04805", "archiveprefix": "jstor"},
        {"pages": "1810.04805"},
        {"abstract": "We extend arXiv:1810.04805."},
    ],
)
def test_the_id_of_another_paper_is_not_taken(fields: dict[str, str]) -> None:
    assert "arxiv" not in only(entry(**fields)).ids


@pytest.mark.parametrize(
    ("fields", "published", "flags"),
    [
        ("year = 2019", None, ("dated 2019",)),
        ("year = {2019}, month = nov", None, ("dated 2019-11",)),
        ('year = "2019", month = "5~" # nov', date(2019, 11, 5), ()),
        ('year = 2019, month = nov # "~5"', date(2019, 11, 5), ()),
        ("year = 2019, month = 11, day = 5", date(2019, 11, 5), ()),
        ("year = 2019, month = {November 5}", date(2019, 11, 5), ()),
        ("date = {2019-11-05}", date(2019, 11, 5), ()),
        ("date = {2019-11-05/2019-11-08}", date(2019, 11, 5), ()),
        ("date = {2019-11}", None, ("dated 2019-11",)),
        ("year = {in press}", None, ()),
    ],
)
def test_a_date_is_as_exact_as_it_was_given(
    fields: str, published: date | None, flags: tuple[str, ...]
) -> None:
    paper = only(f"@misc{{k, title = {{T}}, {fields}}}")
    assert (paper.published, paper.flags) == (published, flags)


def test_strings_comments_and_preambles_are_no_papers() -> None:
    parsed = read(
        """Anything between entries is a comment, a@b.example too.
        @string{neurips = "Advances in " # "Neural"}  @preamble{"\\newcommand{\\x}{y}"}
        @comment{ @article{hidden, title={no}} }
        @article{a, title = neurips # { Information}, year = 2019}
        % @article{also-read-by-bibtex, title={b}}
        @Book(c, title = "With (round) {"}brackets{"}")
        """
    )
    assert [paper.title for paper in parsed.papers] == [
        "Advances in Neural Information",
        "b",
        'With (round) "brackets"',
    ]
    assert parsed.problems == ()


def test_a_missing_comma_is_a_problem_and_nothing_is_lost() -> None:
    parsed = read(
        "@misc{k,\n title={T},\n note = {{arXiv}:2305.13009}\n url = {https://arxiv.org/abs/2305.13009},\n}"
    )
    assert lines_of(parsed) == [("a comma is missing", 4)]
    [paper] = parsed.papers
    assert (paper.ids["arxiv"], paper.url) == ("2305.13009", "https://arxiv.org/abs/2305.13009")


BROKEN = [
    ("@a1{x,\n title={Torn,\n author={Byron, Ada},\n year={2022},\n}\n", "Torn", 2),
    ("@a1{x,\n title={Torn},\n author={Byron, Ada}\n", "Torn", 1),
    ("@a1{x,\n title={Torn}},\n author={Byron, Ada}\n}\n", "Torn", 3),
    ('@a1{x,\n title={Torn},\n note="open,\n author={Byron, Ada}\n}\n', "Torn", 3),
    ("@a1{x,\n title={Torn},\n = {no name},\n author={Byron, Ada}\n}\n", "Torn", 3),
    ("@a1{x,\n title={Torn},\n note=,\n author={Byron, Ada}\n}\n", "Torn", 3),
]


@pytest.mark.parametrize(("broken", "title", "line"), BROKEN)
def test_a_broken_entry_is_a_problem_with_its_line_and_the_next_one_is_found(
    broken: str, title: str, line: int
) -> None:
    parsed = read(broken + "\n@article{next,\n title={Next},\n}\n")
    assert [paper.title for paper in parsed.papers] == [title, "Next"]
    assert parsed.papers[0].authors == ("Ada Byron",)
    assert line in [problem.line for problem in parsed.problems]


def test_an_escaped_brace_is_shown_whether_or_not_it_is_paired() -> None:
    assert only(r"@misc{a, title={A \{b\} c}}").title == "A {b} c"
    assert only("@misc{a,\n title={A \\{ c}\n}\n").title == "A { c"


def test_an_entry_without_title_is_a_problem_that_names_it() -> None:
    parsed = read("@misc{no-title, author={A B}}\n@misc{b, title={T}}")
    assert lines_of(parsed) == [("entry 'no-title': no title, so it was left out", 1)]


def test_line_ends_may_be_of_any_kind() -> None:
    for end in ("\r\n", "\r"):
        assert lines_of(read(f"{end}@misc{{k, title={{T}}{end} year={{2019}}}}")) == [
            ("a comma is missing", 3)
        ]


@pytest.mark.parametrize(
    "text",
    [
        "@media (min-width: 1px) { a { color: red } }",
        "@dataclass(frozen=True, slots=True)\nclass A: ...\n",
        "mail a@b.example, x = 1",
        "@comment{x, y = 1}",
        "<p>@article{a, title={T}}</p>",
        "",
    ],
)
def test_other_texts_are_not_taken_for_bibtex(text: str) -> None:
    assert not BibTeX().recognises(Document(body=text.encode(), origin="x"))
