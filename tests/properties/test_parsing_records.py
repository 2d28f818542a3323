"""What holds for every list of records, whole, torn or garbled, in every format of libraries and services."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter import plugins
from newsletter.errors import SourceError
from newsletter.model import Document, Parsed
from newsletter.parsing.drafts import MAX_RECORDS
from newsletter.parsing.text import MAX_ABSTRACT_CHARS, MAX_TITLE_CHARS, clean
from tests.growth import grows_with_length

PARSERS = {
    name: parser
    for name, parser in plugins.load_parsers().items()
    if name in ("bibtex", "biorxiv", "crossref", "csv", "feed", "openalex", "ris", "semanticscholar")
}
NAMES = sorted(PARSERS)
COUNT = 6


def _listed(record: Callable[[int], object], before: str, after: str) -> list[str]:
    return [before, *(json.dumps(record(i)) + "," * (i < COUNT - 1) + "\n" for i in range(COUNT)), after]


def _biorxiv(i: int) -> dict[str, object]:
    return {
        "doi": f"10.1101/{i}",
        "title": f"Title {i}",
        "authors": "Byron, A.; Turing, A.",
        "version": "1",
        "date": "2025-11-05",
        "category": "x",
        "abstract": "We <i>do</i> it.",
    }


def _crossref(i: int) -> dict[str, object]:
    return {
        "DOI": f"10.1101/{i}",
        "title": [f"Title {i}"],
        "author": [{"given": "A", "family": "B"}],
        "issued": {"date-parts": [[2025, 11, 5]]},
        "abstract": "<jats:p>We do.</jats:p>",
    }


def _openalex(i: int) -> dict[str, object]:
    return {
        "id": f"https://openalex.org/W{i}",
        "title": f"Title {i}",
        "publication_date": "2025-11-05",
        "abstract_inverted_index": {"We": [0, 2], "do": [1]},
        "authorships": [{"author": {"display_name": "A"}}],
    }


def _scholar(i: int) -> dict[str, object]:
    return {
        "paperId": f"p{i}",
        "title": f"Title {i}",
        "authors": [{"name": "Ada Byron"}],
        "tldr": {"text": "It."},
        "publicationDate": "2025-11-05",
        "externalIds": {"DOI": f"10.1/{i}"},
    }


ITEM = (
    "<item><title>Title {}</title><link>https://e.org/{}</link>"
    "<description>&lt;p&gt;We do.&lt;/p&gt;</description></item>\n"
)
ENTRY = (
    "@article{{k{},\n  title = {{Title {}}},\n"
    "  author = {{Byron, Ada and Alan Turing}},\n  year = 2025,\n}}\n\n"
)
RIS = "TY  - JOUR\nTI  - Title {}\nAU  - Byron, Ada\nPY  - 2025\nAB  - We do it.\nER  - \n\n"
ROW = '"Title {}","Byron, Ada; Turing, Alan",2025-11-05,"We ""do"" it."\n'
PIECES = {
    "biorxiv": _listed(_biorxiv, '{"messages":[{"status":"ok"}],"collection":[', "]}"),
    "crossref": _listed(_crossref, '{"status":"ok","message-type":"work-list","message":{"items":[', "]}}"),
    "openalex": _listed(_openalex, '{"meta":{"count":6},"results":[', "]}"),
    "semanticscholar": _listed(_scholar, '{"total":6,"data":[', "]}"),
    "feed": [
        '<rss version="2.0"><channel><title>J</title>\n',
        *(ITEM.format(i, i) for i in range(COUNT)),
        "</channel></rss>",
    ],
    "bibtex": ["% mine\n", *(ENTRY.format(i, i) for i in range(COUNT)), "% end\n"],
    "ris": ["", *(RIS.format(i) for i in range(COUNT)), ""],
    "csv": ["title,authors,date,abstract\n", *(ROW.format(i) for i in range(COUNT)), ""],
}
GARBAGE = st.sampled_from(
    [
        '"',
        "{",
        "}",
        "[",
        "]",
        ",",
        "\\",
        "<",
        ">",
        "&",
        "</item>",
        "<item>",
        "@",
        "\n",
        "\r",
        "\0",
        "ER  - \n",
        "TY  - ",
        "TI  - ",
        "\x1b",
        "'",
        "=",
        "#",
        "null",
        "1e999",
        "9" * 400,
        "\ud800",
        "\ufeff",
        "<![CDATA[",
        "-->",
        "<!--",
        ";",
        "@article{x,",
        "\t",
        "title = {",
        "((",
        "\\u00",
        "&#0;",
        "&amp;",
        "{\\",
    ]
)


def read(name: str, text: str) -> Parsed:
    return PARSERS[name].parse(Document(body=text.encode("utf-8", "replace"), origin="x"))


def titles(parsed: Parsed) -> list[str]:
    return [paper.title for paper in parsed.papers]


@pytest.mark.parametrize("name", NAMES)
def test_the_whole_list_is_read_without_a_problem(name: str) -> None:
    parsed = read(name, "".join(PIECES[name]))
    assert titles(parsed) == [f"Title {i}" for i in range(COUNT)]
    assert parsed.problems == ()


@pytest.mark.parametrize("name", NAMES)
@given(st.integers(0, COUNT - 1), GARBAGE, st.integers(0, 10_000))
def test_a_garbled_record_is_read_or_told_and_the_others_are_read(
    name: str, index: int, garbage: str, at: int
) -> None:
    pieces = list(PIECES[name])
    record = pieces[index + 1]
    at %= len(record)
    pieces[index + 1] = record[:at] + garbage + record[at:]
    try:
        parsed = read(name, "".join(pieces))
    except SourceError:
        assert name == "feed"
        return
    missing = {f"Title {i}" for i in range(COUNT)} - set(titles(parsed))
    assert not missing or parsed.problems or len(parsed.papers) == COUNT
    # a record that is opened where another one begins may take that one with it
    assert missing <= {f"Title {index}", f"Title {index + 1}"}


@pytest.mark.parametrize("name", NAMES)
@given(st.integers(0, 10_000))
def test_a_list_that_breaks_off_gives_every_record_before_the_break(name: str, at: int) -> None:
    whole = "".join(PIECES[name])
    at %= len(whole)
    ends = [len("".join(PIECES[name][: i + 2]).rstrip("\n,")) for i in range(COUNT)]
    try:
        parsed = read(name, whole[:at])
    except SourceError:
        assert name == "feed"
        return
    complete = [f"Title {i}" for i, end in enumerate(ends) if end <= at]
    assert titles(parsed)[: len(complete)] == complete
    assert parsed.papers or parsed.problems


@pytest.mark.parametrize("name", NAMES)
@given(
    st.lists(
        st.one_of(GARBAGE, st.sampled_from(sorted({p for ps in PIECES.values() for p in ps}))), max_size=30
    )
)
def test_any_pieces_are_read_or_refused(name: str, pieces: list[str]) -> None:
    with suppress(SourceError):
        parsed = read(name, "".join(pieces))
        assert parsed.papers or parsed.problems
        assert all(clean(paper.title) == paper.title for paper in parsed.papers)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    document = Document(body=body, origin="x")
    for parser in PARSERS.values():
        parser.recognises(document)
        with suppress(SourceError):
            parser.parse(document)


def test_naughty_strings_come_out_as_titles(test_data: object) -> None:
    strings = json.loads((test_data / "corpora" / "blns" / "blns.json").read_text("utf-8"))  # type: ignore[operator]
    for string in strings:
        record = {"paperId": "x", "title": f"On {string} itself", "abstract": string}
        [paper] = read("semanticscholar", json.dumps([record])).papers
        assert clean(paper.title) == paper.title
        assert paper.title_raw == record["title"]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_too_long_is_cut_and_told(name: str) -> None:
    for title, chars in (("T" * MAX_TITLE_CHARS, MAX_TITLE_CHARS), ("T " * 5_000, MAX_TITLE_CHARS)):
        parsed = read(name, "".join(PIECES[name]).replace("Title 0", title))
        assert len(parsed.papers[0].title) <= chars
        assert any("cut" in problem.message for problem in parsed.problems) == (len(title) > chars)


@pytest.mark.parametrize("name", ["biorxiv", "crossref", "openalex", "ris", "csv", "bibtex"])
def test_an_abstract_too_long_is_cut_and_told(name: str) -> None:
    long = "do " * MAX_ABSTRACT_CHARS
    text = (
        "".join(PIECES[name])
        .replace("We <i>do</i> it.", long)
        .replace("We do.", long)
        .replace("We do it.", long)
    )
    text = text.replace('We ""do"" it.', long).replace("year = 2025", f"abstract = {{{long}}}")
    text = text.replace('"We": [0, 2]', f'"We": [0, 2], "{"x" * MAX_ABSTRACT_CHARS}": [3, 4]')
    parsed = read(name, text)
    assert len(parsed.papers[0].abstract or "") <= MAX_ABSTRACT_CHARS
    assert any("cut" in problem.message for problem in parsed.problems)


@pytest.mark.parametrize(
    ("name", "record"),
    [
        ("bibtex", "@misc{{k{0}, title={{T{0}}}}}\n"),
        ("csv", "T{0},x\n"),
        ("ris", "TY  - X\nTI  - T{0}\nER  - \n"),
    ],
)
def test_records_beyond_the_limit_are_left_out_and_told(name: str, record: str) -> None:
    head = "title,authors\n" if name == "csv" else ""
    for count in (MAX_RECORDS, MAX_RECORDS + 1, MAX_RECORDS + 500):
        parsed = read(name, head + "".join(record.format(i) for i in range(count)))
        assert len(parsed.papers) == MAX_RECORDS
        assert [problem.message.partition(" (")[0] for problem in parsed.problems] == (
            ["the records from here on were left out"] if count > MAX_RECORDS else []
        )


UNITS = {
    "biorxiv": ["{", '{"a":', "[", '"', '{"doi":"1"},', '{"doi":1,', "},{", '\\"'],
    "crossref": ['{"message":', '{"title":["t"],"DOI":"x"}'],
    "openalex": ['{"id":"x","title":"t","a":{"b":[1,2,', "1,"],
    "semanticscholar": ["null,", '{"paperId":"1","title":"t"},', "{}"],
    "feed": ["<item>", "<item/>", "<item><title>t</title></item>", "<a>", "&", "<", "<item a='1' ", "<!--"],
    "bibtex": [
        "@a{",
        "@a{b,c={",
        "{",
        "}",
        '@a(b,c="',
        "a={\n",
        'a="\n',
        "@a{b,\nc={d\ne={",
        "@string{a=",
        "b=#",
        "\\",
        "@a{k,a=b#",
        "@a{k,t={a}}\nt={\n",
        "@a{k,\n",
        "=",
        '@a(", ',
        "@a(k,{",
    ],
    "ris": ["TY  - \n", "TI  - x\n", "x\n", "TY  - A\nTI  - x\nER  - \n", "AU  - a\n", "ER  - \n", "TY"],
    "csv": ['"', '""', '"a\n', 'a",b,"c\n', "a,b\n", "\n", "x,", '"a,b,c\n"', "'"],
}
HEADS = {"feed": "<rss><channel>", "csv": "title,abstract\n", "crossref": "", "biorxiv": '{"collection":['}


@pytest.mark.parametrize(("name", "unit"), [(name, unit) for name, units in UNITS.items() for unit in units])
def test_the_time_of_reading_grows_with_the_length(name: str, unit: str) -> None:
    """Ten times the length may take ten times as long; a quadratic step takes a hundred times."""
    short, long = (HEADS.get(name, "") + unit * (size // len(unit)) for size in (20_000, 200_000))
    assert grows_with_length(partial(_tried, name), short, long)


def _tried(name: str, text: str) -> None:
    document = Document(body=text.encode("utf-8", "replace"), origin="x")
    PARSERS[name].recognises(document)
    with suppress(SourceError):
        PARSERS[name].parse(document)


# Texts of a record that may be long.
FILLED = {
    "biorxiv": ["Byron, A.; Turing, A.", "2025-11-05", "10.1101/0", "Title 0", "We <i>do</i> it."],
    "crossref": ["We do.", "Title 0", "10.1101/0"],
    "openalex": ["Title 0", "https://openalex.org/W0", "2025-11-05"],
    "semanticscholar": ["Ada Byron", "Title 0", "10.1/0", "It."],
    "feed": ["https://e.org/0", "Title 0", "We do."],
    "bibtex": ["Byron, Ada and Alan Turing", "Title 0", "k0", "2025"],
    "ris": ["Byron, Ada", "Title 0", "2025", "We do it."],
    "csv": ["Byron, Ada; Turing, Alan", "Title 0", "2025-11-05", 'We ""do"" it.'],
}
FILLINGS = [
    *(
        " ",
        "a",
        "@",
        "a@b ",
        "a,",
        ", ",
        "(",
        "(1111",
        "arxiv",
        "and ",
        " and",
        "-",
        "v1",
        "/10.1000/",
        "by ",
        "x.",
    ),
    *("&lt;", "[", "'a", ";", "10.1/"),
]


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("filling", FILLINGS, ids=repr)
def test_the_time_grows_with_the_length_of_one_text(name: str, filling: str) -> None:
    """A search that begins anew at each character of a long run takes a hundred times as long."""
    for place in FILLED[name]:
        fillings = (filling * (size // len(filling)) for size in (20_000, 200_000))
        short, long = ("".join(PIECES[name]).replace(place, text) for text in fillings)
        assert grows_with_length(partial(_tried, name), short, long), place
