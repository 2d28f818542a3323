"""A saved answer of a service, a feed or a library becomes an issue, by the same two commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from newsletter import plugins
from newsletter.cli import cli
from newsletter.model import Document

FOLDER = Path(__file__).parents[2] / "fixtures" / "sources"
PAPERS = {
    "biorxiv_details.json": ("biorxiv", 2, 0),
    "crossref_works.json": ("crossref", 2, 0),
    "openalex_works.json": ("openalex", 2, 0),
    "semantic_scholar_search.json": ("semanticscholar", 2, 0),
    "journal_rss1.xml": ("feed", 1, 0),
    "journal_rss2.xml": ("feed", 2, 0),
    "journal_atom.xml": ("feed", 1, 0),
    "library.bib": ("bibtex", 2, 1),
    "library.ris": ("ris", 2, 0),
    "library_zotero.csv": ("csv", 2, 0),
}


@pytest.mark.parametrize(("name", "expected"), PAPERS.items())
def test_a_saved_document_is_inspected_and_built(
    tmp_path: Path, name: str, expected: tuple[str, int, int]
) -> None:
    runner, file = CliRunner(), str(FOLDER / name)
    inspected = runner.invoke(cli, ["inspect", file, "--json"])
    assert inspected.exit_code == 0, inspected.output
    found = json.loads(inspected.stdout)
    assert (len(found["papers"]), len(found["problems"])) == expected[1:]
    built = runner.invoke(cli, ["build", file, "--date", "2025-11-07", "--out", str(tmp_path / "out")])
    assert built.exit_code == 0, built.output
    text = (tmp_path / "out" / "issue.txt").read_text("utf-8")
    assert all(" ".join(paper["title"].split()[:3]) in text for paper in found["papers"])


@pytest.mark.parametrize("name", PAPERS)
def test_one_parser_takes_it(name: str) -> None:
    document = Document(body=(FOLDER / name).read_bytes(), origin=name)
    parsers = plugins.load_parsers()
    assert [key for key, parser in parsers.items() if parser.recognises(document)] == [PAPERS[name][0]]
