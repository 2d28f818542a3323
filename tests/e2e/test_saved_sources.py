"""A saved document of any source becomes an issue, by the same two commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from newsletter.cli import cli

FOLDER = Path(__file__).parents[2] / "fixtures" / "sources"
PAPERS = {
    "arxiv_search.xml": 3,
    "arxiv_feed_atom.xml": 2,
    "arxiv_feed_rss.xml": 2,
    "arxiv_oai.xml": 1,
    "arxiv_oai_raw.xml": 2,
    "arxiv_listing.txt": 4,
    "arxiv_listing.eml": 4,
    "arxiv_new.html": 3,
    "hf_daily_papers.json": 2,
    "hf_daily_papers.html": 2,
}


@pytest.mark.parametrize("name", PAPERS)
def test_a_saved_document_is_inspected_and_built(tmp_path: Path, name: str) -> None:
    runner = CliRunner()
    inspected = runner.invoke(cli, ["inspect", str(FOLDER / name), "--json"])
    assert inspected.exit_code == 0, inspected.output
    titles = {paper["title"] for paper in json.loads(inspected.stdout)["papers"]}
    built = runner.invoke(cli, ["build", str(FOLDER / name), "--out", str(tmp_path / "out")])
    assert built.exit_code == 0, built.output
    issue = json.loads((tmp_path / "out" / "issue.json").read_text("utf-8"))["issue"]
    entries = [*issue["more"], *(entry for section in issue["sections"] for entry in section["entries"])]
    assert issue["slug"] == "2025-11-07"
    assert {entry["placement"]["paper"]["title"] for entry in entries} == titles
    assert len(titles) == PAPERS[name]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ('{"error": "no such day"}', "an error message instead of papers: no such day"),
        (
            "<html><title>503 Backend fetch failed</title></html>",
            'an HTML page titled "503 Backend fetch failed"',
        ),
        ("<rss><channel><title>Feed error for query: x</title></channel></rss>", "an error message of arXiv"),
        ('<!DOCTYPE r [<!ENTITY a "aa">]><rss>updates on arXiv.org &a;</rss>', "declares entities"),
    ],
)
def test_an_error_saved_as_data_ends_with_its_reason_and_no_issue(
    tmp_path: Path, body: str, told: str
) -> None:
    (tmp_path / "saved").write_text(body, "utf-8")
    built = CliRunner().invoke(cli, ["build", str(tmp_path / "saved"), "--out", str(tmp_path / "out")])
    assert built.exit_code == 3
    assert told in built.stderr
    assert not (tmp_path / "out").exists()
