"""The JSON of bioRxiv, Semantic Scholar, OpenAlex and Crossref, as they write it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

from newsletter.model import Beyond, Document, Paper, Parsed
from newsletter.parsing import parse
from newsletter.parsing.biorxiv import Biorxiv
from newsletter.parsing.crossref import Crossref
from newsletter.parsing.json_lines import JsonLines
from newsletter.parsing.openalex import OpenAlex
from newsletter.parsing.semantic_scholar import SemanticScholar

PARSERS = {
    "biorxiv": Biorxiv(),
    "crossref": Crossref(),
    "jsonl": JsonLines(),
    "openalex": OpenAlex(),
    "semanticscholar": SemanticScholar(),
}


def read(data: object, **document: object) -> Parsed:
    body = data if isinstance(data, bytes) else json.dumps(data).encode()
    return parse(Document(body=body, origin="x.json", **document), PARSERS)  # type: ignore[arg-type]


def messages(parsed: Parsed) -> list[str]:
    return [problem.message for problem in parsed.problems]


# --- bioRxiv ---------------------------------------------------------------------------------------------


def preprint(**changes: object) -> dict[str, object]:
    return {
        "doi": "10.1101/2025.11.05.686789",
        "title": "How <i>E. coli</i> &amp; others grow",
        "authors": "Byron, A.; Turing, A. M.; van der Berg, J.",
        "date": "2025-11-05",
        "version": "1",
        "type": "new results",
        "category": "Cell_Biology",
        "abstract": "They grow at p < 0.05.",
        "published": "NA",
        **changes,
    }


def details(*rows: object, **message: object) -> dict[str, object]:
    return {"messages": [{"status": "ok", **message}], "collection": list(rows)}


def test_a_preprint_becomes_a_paper() -> None:
    [paper] = read(details(preprint())).papers
    assert paper.title == "How E. coli & others grow"
    assert paper.abstract == "They grow at p < 0.05."
    assert paper.authors == ("A. Byron", "A. M. Turing", "J. van der Berg")
    assert paper.published == date(2025, 11, 5)
    assert paper.updated is None
    assert paper.categories == ("cell biology",)
    assert paper.ids["doi"] == "10.1101/2025.11.05.686789"
    assert paper.source == "biorxiv"


def test_the_versions_of_a_preprint_are_one_paper_in_its_newest_form() -> None:
    rows = [
        preprint(),
        preprint(version="3", date="2025-11-09", title="Third"),
        preprint(version="2", title="Second"),
    ]
    parsed = read(details(*rows))
    [paper] = parsed.papers
    assert (paper.title, paper.version) == ("Third", 3)
    assert (paper.published, paper.updated) == (date(2025, 11, 5), date(2025, 11, 9))
    assert parsed.problems == ()


def test_the_first_day_of_a_preprint_is_not_invented_from_a_later_version() -> None:
    [paper] = read(details(preprint(version="2", date="2025-11-09"))).papers
    assert (paper.published, paper.updated) == (None, date(2025, 11, 9))


def test_a_record_of_medrxiv_is_of_that_source() -> None:
    assert read(details(preprint(server="medRxiv"))).papers[0].source == "medrxiv"


def test_na_says_that_nothing_is_known() -> None:
    [paper] = read(details(preprint(authors="NA", abstract="NA", category="na", date="NA"))).papers
    assert (paper.authors, paper.abstract, paper.categories, paper.published) == (None, None, None, None)


def test_dates_may_lack_their_zeros() -> None:
    assert read(details(preprint(date="2025-1-5"))).papers[0].published == date(2025, 1, 5)


def test_one_page_of_several_says_where_the_next_one_begins() -> None:
    assert read(details(preprint(), total="277", cursor=100)).beyond == Beyond(token="101", total=277)
    assert read(details(preprint(), total="101", cursor="100")).beyond == Beyond(token=None, total=101)
    assert read(details(preprint())).beyond is None


def test_the_one_day_that_was_asked_for_is_the_day() -> None:
    assert read(details(preprint(), interval="2025-11-05:2025-11-05")).day == date(2025, 11, 5)
    assert read(details(preprint(), interval="2025-11-05:2025-11-06")).day is None


def test_a_day_without_preprints_says_what_the_service_says() -> None:
    parsed = read({"messages": [{"status": "no posts found"}], "collection": []})
    assert parsed.papers == ()
    assert messages(parsed) == ["the service says: no posts found"]


def test_a_withdrawn_preprint_is_flagged() -> None:
    assert read(details(preprint(title="WITHDRAWN: How they grow"))).papers[0].flags == ("withdrawn",)


# --- Semantic Scholar ------------------------------------------------------------------------------------


def s2(**changes: object) -> dict[str, object]:
    return {
        "paperId": "2d56",
        "externalIds": {"ArXiv": "2305.13009", "DOI": "10.48550/arXiv.2305.13009"},
        "title": "Speech",
        "abstract": "We do.",
        "publicationDate": "2023-05-22",
        "year": 2023,
        "authors": [{"authorId": "1", "name": "Ada Byron"}],
        "tldr": {"model": "tldr@v2", "text": "It works."},
        "s2FieldsOfStudy": [{"category": "Computer Science"}, {"category": "Computer Science"}],
        "openAccessPdf": {"url": "https://arxiv.org/pdf/2305.13009"},
        "url": "https://www.semanticscholar.org/paper/2d56",
        **changes,
    }


def check_speech(paper: Paper) -> None:
    assert (paper.title, paper.published, paper.authors) == ("Speech", date(2023, 5, 22), ("Ada Byron",))
    assert paper.ids["arxiv"] == "2305.13009"
    assert paper.ids["s2"] == "2d56"
    assert paper.categories == ("Computer Science",)
    assert paper.summary is not None
    assert (paper.summary.text, paper.summary.origin) == ("It works.", "source")


def test_every_shape_of_a_semantic_scholar_answer_is_read() -> None:
    for answer in (
        s2(),
        {"total": 1, "offset": 0, "data": [s2()]},
        [s2()],
        {"recommendedPapers": [s2()]},
        {"offset": 0, "data": [{"isInfluential": True, "citedPaper": s2()}]},
        json.dumps(s2()).encode() + b"\n",
    ):
        parsed = read(answer)
        assert parsed.problems == ()
        [paper] = parsed.papers
        check_speech(paper)


def test_lists_and_objects_may_be_null() -> None:
    nothing = dict.fromkeys(
        ("externalIds", "abstract", "authors", "tldr", "s2FieldsOfStudy", "openAccessPdf", "url")
    )
    [paper] = read([s2(**nothing, publicationDate=None)]).papers
    assert (paper.abstract, paper.authors, paper.author_count, paper.summary) == (None, None, None, None)
    assert (paper.published, paper.flags) == (None, ("dated 2023",))


def test_a_paper_that_a_batch_does_not_know_is_told() -> None:
    parsed = read([None, s2()])
    assert messages(parsed) == ["record 1: a paper that is not known there"]
    assert len(parsed.papers) == 1


def test_a_search_without_hits_says_so() -> None:
    assert messages(read({"total": 0, "offset": 0, "data": []})) == ["no paper in it"]


# --- OpenAlex --------------------------------------------------------------------------------------------


def work(**changes: object) -> dict[str, object]:
    return {
        "id": "https://openalex.org/W1",
        "doi": "https://doi.org/10.48550/arXiv.2501.00001",
        "title": "A Study",
        "publication_date": "2025-01-01",
        "publication_year": 2025,
        "abstract_inverted_index": {
            "We": [0, 4],
            "study": [1],
            "things": [2],
            "carefully.": [3],
            "win.": [5],
        },
        "authorships": [
            {"author": {"display_name": "Ada Byron"}},
            {"author": None, "raw_author_name": "A. Turing"},
        ],
        "primary_location": {"landing_page_url": "https://example.org/1", "pdf_url": None},
        "primary_topic": {"display_name": "Learning"},
        "keywords": [{"display_name": "whales"}],
        **changes,
    }


def test_an_inverted_abstract_is_put_together_again() -> None:
    for answer in (work(), {"meta": {"count": 1}, "results": [work()]}, [work()]):
        [paper] = read(answer).papers
        assert paper.abstract == "We study things carefully. We win."
        assert paper.authors == ("Ada Byron", "A. Turing")
        assert paper.ids["arxiv"] == "2501.00001"
        assert paper.ids["openalex"] == "W1"
        assert (paper.url, paper.categories, paper.keywords) == (
            "https://example.org/1",
            ("Learning",),
            ("whales",),
        )


def test_an_inverted_abstract_may_hold_anything() -> None:
    indexes: list[object] = [None, {}, [], "x", {"a": None}, {"a": [-1, "0", True, None, 1.5]}]
    for index in indexes:
        assert read(work(abstract_inverted_index=index)).papers[0].abstract is None
    far = {"far": [10**15], "first": [0], "gap": [7]}
    assert read(work(abstract_inverted_index=far)).papers[0].abstract == "first gap far"


def test_a_work_without_a_title_is_a_problem_and_the_next_one_is_read() -> None:
    parsed = read({"results": [work(title=None), work(id="https://openalex.org/W2")]})
    assert messages(parsed) == ["record 1: no title, so it was left out"]
    assert [paper.ids["openalex"] for paper in parsed.papers] == ["W2"]


def test_a_retracted_work_is_flagged_and_a_cut_list_of_authors_is_not_counted() -> None:
    [paper] = read(work(is_retracted=True, is_authors_truncated=True)).papers
    assert (paper.flags, paper.author_count) == (("retracted",), None)


def test_works_may_come_line_by_line() -> None:
    lines = b"\n".join(
        json.dumps(work(id=f"https://openalex.org/W{i}", doi=None, title=f"T{i}")).encode() for i in range(3)
    )
    assert [paper.title for paper in read(lines).papers] == ["T0", "T1", "T2"]


# --- Crossref --------------------------------------------------------------------------------------------


def crossref(**changes: object) -> dict[str, object]:
    return {
        "DOI": "10.1111/JOFI.12345",
        "type": "journal-article",
        "title": ["Volatility <i>Risk</i> &amp; More"],
        "author": [{"given": "John", "family": "Smith"}, {"name": "The Example Collaboration"}],
        "issued": {"date-parts": [[2023]]},
        "published-online": {"date-parts": [[2023, 5, 17]]},
        "abstract": "<jats:title>Abstract</jats:title><jats:p>Rose (<jats:i>P</jats:i> &lt; 0.05).</jats:p>",
        "URL": "https://doi.org/10.1111/jofi.12345",
        **changes,
    }


def test_a_crossref_work_becomes_a_paper() -> None:
    for answer in (
        {"status": "ok", "message-type": "work", "message": crossref()},
        {"status": "ok", "message-type": "work-list", "message": {"total-results": 1, "items": [crossref()]}},
        [crossref()],
    ):
        [paper] = read(answer).papers
        assert paper.title == "Volatility Risk & More"
        assert paper.abstract == "Rose (P < 0.05)."
        assert paper.authors == ("John Smith", "The Example Collaboration")
        assert paper.published == date(2023, 5, 17)
        assert paper.ids["doi"] == "10.1111/jofi.12345"


def test_a_partial_date_gives_no_day() -> None:
    for parts, flags in (
        ([[2014]], ("dated 2014",)),
        ([["2014", 5]], ("dated 2014-05",)),
        ([[None]], ()),
        ([], ()),
        (None, ()),
    ):
        [paper] = read([crossref(issued={"date-parts": parts}, **{"published-online": None})]).papers
        assert (paper.published, paper.flags) == (None, flags)


def test_csl_json_of_a_reference_manager_is_read() -> None:
    record = {
        "id": "byron2020",
        "type": "article-journal",
        "title": "Notes",
        "container-title": "J",
        "author": [{"family": "Byron", "given": "Ada"}],
        "issued": {"date-parts": [[2020, 1, 2]]},
        "number": "arXiv:2001.00001",
    }
    [paper] = read([record]).papers
    assert (paper.title, paper.authors, paper.published) == ("Notes", ("Ada Byron",), date(2020, 1, 2))
    assert paper.ids["arxiv"] == "2001.00001"


# --- all of them -----------------------------------------------------------------------------------------


def test_a_broken_record_is_a_problem_with_its_line_and_the_next_one_is_read() -> None:
    body = json.dumps(
        {"data": [s2(title=f"T{i}", externalIds=None, paperId=str(i)) for i in range(4)]}, indent=1
    )
    broken = body.replace('"title": "T1",', '"title": "T1" oops,')
    parsed = read(broken.encode())
    assert [paper.title for paper in parsed.papers] == ["T0", "T2", "T3"]
    [problem] = parsed.problems
    assert problem.line == broken[: broken.index("oops")].count("\n") + 1


def test_an_answer_that_breaks_off_gives_what_was_there() -> None:
    body = json.dumps({"data": [s2(title=f"T{i}", externalIds=None, paperId=str(i)) for i in range(4)]})
    parsed = read(body[: body.index('"T2"') + 2].encode())
    assert [paper.title for paper in parsed.papers] == ["T0", "T1"]
    assert messages(parsed) == ["no JSON from here to the next record, behind record 2"]


def test_two_records_of_one_paper_are_told() -> None:
    parsed = read([s2(), s2(paperId="other")])
    assert len(parsed.papers) == 1
    assert messages(parsed) == ["a paper that was listed before"]


def test_the_other_services_say_where_the_next_page_begins_too() -> None:
    found = [
        read({"total": 9, "offset": 0, "next": 1, "data": [s2()]}),
        read({"total": 9, "token": "abc", "data": [s2()]}),
        read({"meta": {"count": 9, "page": 2, "per_page": 1}, "results": [work()]}),
        read({"meta": {"count": 9, "next_cursor": "xyz"}, "results": [work()]}),
        read({"message-type": "work-list", "message": {"total-results": 9, "items": [crossref()]}}),
        read({"message-type": "work-list", "message": {"total-results": 1, "items": [crossref()]}}),
    ]
    assert [(parsed.beyond.token, parsed.beyond.total) for parsed in found if parsed.beyond] == [
        ("1", 9),
        ("abc", 9),
        ("3", 9),
        ("xyz", 9),
        ("1", 9),
        (None, 1),
    ]


def test_bytes_that_are_no_text_are_told() -> None:
    parsed = read(json.dumps([s2()]).encode().replace(b"Speech", b"Sp\xffech"))
    assert parsed.papers[0].title == "Sp\ufffdech"
    assert messages(parsed) == ["bytes that are no text were replaced by \ufffd"]


def test_the_day_is_the_one_given_else_the_one_it_was_fetched() -> None:
    fetched = datetime(2025, 11, 7, 5, tzinfo=UTC)
    assert read([s2()]).day is None
    assert read([s2()], fetched_at=fetched).day == date(2025, 11, 7)
    assert read([s2()], fetched_at=fetched, day=date(2025, 11, 1)).day == date(2025, 11, 1)
