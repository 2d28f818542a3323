"""Harvests of arXiv by OAI-PMH."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from newsletter.errors import SourceError
from newsletter.model import Beyond, Parsed

HEAD = (
    '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2025-11-07T06:00:00Z</responseDate>\n'
    "<request>http://oaipmh.arxiv.org/oai</request>"
)


def harvest(*records: str, token: str = "") -> str:
    return f"{HEAD}<ListRecords>\n{''.join(records)}{token}</ListRecords></OAI-PMH>"


def raw(number: str, inner: str) -> str:
    return (
        f"<record><header><identifier>oai:arXiv.org:{number}</identifier></header>"
        f'<metadata><arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/"><id>{number}</id>'
        f"<title>T {number}</title>{inner}</arXivRaw></metadata></record>\n"
    )


def test_the_structured_form_is_read(parse_fixture: Callable[[str], Parsed]) -> None:
    parsed = parse_fixture("arxiv_oai.xml")
    [paper] = parsed.papers
    assert paper.title == "Gardens of Gradients"
    assert paper.abstract == "We prune networks and watch what grows back."
    assert paper.authors == ("Žofia Muster Jr", "R. T. Example")
    assert (paper.published, paper.updated) == (date(2008, 1, 25), date(2009, 2, 3)), (
        "no date is the datestamp"
    )
    assert (paper.version, paper.categories) == (None, ("cs.LG", "stat.ML"))
    assert paper.journal_ref == "Journal of Made-Up Results 3 (2009)"


def test_a_deleted_record_is_told(parse_fixture: Callable[[str], Parsed]) -> None:
    [problem] = parse_fixture("arxiv_oai.xml").problems
    assert problem.message == "a record that its source has deleted"
    assert problem.found == "oai:arXiv.org:0801.90002"
    assert problem.line == 17


def test_the_token_of_the_next_page_is_given_back(parse_fixture: Callable[[str], Parsed]) -> None:
    first, last = parse_fixture("arxiv_oai.xml"), parse_fixture("arxiv_oai_raw.xml")
    assert first.beyond == Beyond(token="made-up-token|1001", total=5012)
    assert last.beyond == Beyond(token=None, total=1002), "an empty token ends the list"


def test_the_raw_form_is_read_with_its_versions(parse_fixture: Callable[[str], Parsed]) -> None:
    parsed = parse_fixture("arxiv_oai_raw.xml")
    first, second = parsed.papers
    assert parsed.problems == ()
    assert parsed.day == date(2025, 11, 7)
    assert first.authors == ("René Example", "Žofia Muster")
    assert (first.version, first.published, first.updated) == (2, date(2025, 10, 30), date(2025, 11, 6))
    assert first.ids["arxiv"] == "2511.90001"
    assert (second.flags, second.pdf_url) == (("withdrawn",), None), "source type I"


def test_versions_may_stand_in_any_order_and_in_an_element_of_their_own(
    parse_bytes: Callable[..., Parsed],
) -> None:
    versions = "".join(
        f"<version><version>v{n}</version><date>{n} Nov 2025 00:00:00 GMT</date></version>"
        for n in (10, 2, 1)
    )
    [paper] = parse_bytes(harvest(raw("2511.90001", f"<versions>{versions}</versions>"))).papers
    assert (paper.version, paper.published, paper.updated) == (10, date(2025, 11, 1), date(2025, 11, 10))


def test_what_was_withdrawn_and_came_back_is_not_withdrawn(parse_bytes: Callable[..., Parsed]) -> None:
    versions = "".join(
        f'<version version="v{n}"><date>1 Nov 2025</date><source_type>{kind}</source_type></version>'
        for n, kind in ((1, "I"), (2, "D"))
    )
    assert parse_bytes(harvest(raw("2511.90001", versions))).papers[0].flags == ()


def test_a_harvest_without_news_says_so(parse_bytes: Callable[..., Parsed]) -> None:
    parsed = parse_bytes(f'{HEAD}<error code="noRecordsMatch">no records</error></OAI-PMH>')
    assert parsed.papers == ()
    assert parsed.problems[0].message == "no paper: no record matches what was asked for"


def test_another_error_of_the_protocol_is_an_error(parse_bytes: Callable[..., Parsed]) -> None:
    with pytest.raises(SourceError, match="badResumptionToken the token expired"):
        parse_bytes(f'{HEAD}<error code="badResumptionToken">the token expired</error></OAI-PMH>')


def test_a_record_in_another_form_or_without_any_is_told(parse_bytes: Callable[..., Parsed]) -> None:
    dc = '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/"/>'
    parsed = parse_bytes(
        harvest(
            f"<record><header/><metadata>{dc}</metadata></record>\n",
            "<record><header><identifier>oai:arXiv.org:1</identifier></header></record>\n",
            "<record/>\n",
            raw("2511.90001", ""),
        )
    )
    assert [paper.title for paper in parsed.papers] == ["T 2511.90001"]
    assert [(problem.line, problem.found) for problem in parsed.problems] == [
        (3, "oai_dc:dc"),
        (4, "oai:arXiv.org:1"),
        (5, None),
    ]


def test_one_record_asked_for_by_its_id_is_read(parse_bytes: Callable[..., Parsed]) -> None:
    body = f"{HEAD}<GetRecord>{raw('math/0309136', '<authors>A B</authors>')}</GetRecord></OAI-PMH>"
    [paper] = parse_bytes(body).papers
    assert (paper.ids["arxiv"], paper.authors) == ("math/0309136", ("A B",))


def test_the_real_record_is_read(test_data: Path, parse_bytes: Callable[..., Parsed]) -> None:
    [path] = (test_data / "samples" / "oai").glob("*.xml")
    parsed = parse_bytes(path.read_bytes())
    [paper] = parsed.papers
    assert (paper.authors, paper.published) == (("T. Manos", "E. Athanassoula"), date(2008, 1, 25))
    assert parsed.day == date(2013, 4, 3)
