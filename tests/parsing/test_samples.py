"""Real files of other people, read by whichever parser says that it can."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from newsletter import plugins
from newsletter.model import Document, Paper
from newsletter.parsing import parse

PARSERS = plugins.load_parsers()
SAMPLES = {
    "biblio/malformed_real.bib": "bibtex",
    "biblio/two_records.ris": "ris",
    "other/biorxiv_details_record_trimmed.json": "biorxiv",
    "other/crossref_work.CONSTRUCTED.json": "crossref",
    "other/openalex_work.CONSTRUCTED.json": "openalex",
    "other/semanticscholar_paper.json": "semanticscholar",
}


def document(test_data: Path, name: str) -> Document:
    return Document(body=(test_data / "samples" / name).read_bytes(), origin=name)


def papers(test_data: Path, name: str) -> tuple[Paper, ...]:
    return parse(document(test_data, name), PARSERS).papers


@pytest.mark.parametrize(("name", "parser"), SAMPLES.items())
def test_exactly_one_parser_takes_a_sample(test_data: Path, name: str, parser: str) -> None:
    sample = document(test_data, name)
    assert [key for key, one in PARSERS.items() if one.recognises(sample)] == [parser]


def test_no_parser_of_libraries_takes_the_seed_page(seed_page: Path) -> None:
    page = Document(body=seed_page.read_bytes(), origin="page.txt")
    assert [key for key, one in PARSERS.items() if one.recognises(page)] == ["hf-text"]


def test_the_malformed_bibtex_gives_all_it_holds(test_data: Path) -> None:
    [paper] = papers(test_data, "biblio/malformed_real.bib")
    assert paper.title == "Textually Pretrained Speech Language Models"
    assert paper.author_count == 12
    assert paper.authors is not None
    assert (paper.authors[0], paper.authors[-1]) == ("Michael Hassid", "Yossi Adi")
    assert (paper.ids["arxiv"], paper.url) == ("2305.13009", "https://arxiv.org/abs/2305.13009")


def test_the_two_records_of_ris_do_not_bleed_into_each_other(test_data: Path) -> None:
    first, second = papers(test_data, "biblio/two_records.ris")
    assert (first.ids["arxiv"], first.keywords) == ("1908.10084", ("embeddings", "siamese"))
    assert (second.authors, second.abstract, second.keywords) == (("Author Other",), None, None)


def test_the_services_samples_are_read(test_data: Path) -> None:
    [preprint] = papers(test_data, "other/biorxiv_details_record_trimmed.json")
    [crossref] = papers(test_data, "other/crossref_work.CONSTRUCTED.json")
    [openalex] = papers(test_data, "other/openalex_work.CONSTRUCTED.json")
    [scholar] = papers(test_data, "other/semanticscholar_paper.json")
    assert (preprint.published, preprint.author_count) == (date(2019, 5, 17), 8)
    assert (crossref.title, crossref.published) == ("Volatility Risk Premium & More", None)
    assert crossref.abstract == "Crowding elevated plasma corticosterone(P<0.05."
    assert (openalex.abstract, openalex.ids["arxiv"]) == ("We study things carefully. We win.", "2501.00001")
    assert (scholar.published, scholar.categories) == (date(1950, 10, 1), ("Computer Science", "Sociology"))
