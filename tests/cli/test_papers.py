"""`newsletter papers` as a person runs it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from newsletter.app import App
from newsletter.cli import cli
from newsletter.model import PaperKey, SectionSlug
from newsletter.store.papers import Shown

Run = Callable[..., Result]
DAY = date(2025, 11, 7)
NOON = datetime(2025, 11, 7, 12, tzinfo=UTC)
RECORDS = (
    {
        "id": "2511.00001",
        "title": "Sparse attention for whales",
        "authors": ["Ann Lee", "Bo Chen"],
        "abstract": "We listen.",
        "date": "2025-11-03",
        "doi": "10.1000/w",
    },
    {"id": "2511.00002", "title": "=cmd|' /C calc'!A0", "abstract": "On formulas."},
    {"title": "A song of \u001b[31mred\u0007 whales", "upvotes": 3},
)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NEWSLETTER_CONFIG", raising=False)

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(cli, ["papers", *arguments])

    return run


@pytest.fixture
def filled(run: Run, tmp_path: Path) -> Run:
    """An archive with three papers, one of which was shown."""
    lines = "".join(json.dumps(record) + "\n" for record in RECORDS)
    (tmp_path / "papers.jsonl").write_text(lines, "utf-8")
    done = run("add", "papers.jsonl", "--date", "2025-11-07", "--source", "mine")
    assert done.stdout == "papers.jsonl: 3 papers: 3 new, 0 updated, 0 known\n"
    with App.open(None).archive() as archive:
        key = archive.papers([PaperKey("x"), *(hit.paper.key for hit in archive.search("sparse"))])[0].key
        shown = Shown(key=key, version=1, section=SectionSlug("methods"))
        archive.show("daily", "2025-11-07", DAY, [shown])
    return run


def test_looking_into_no_archive_makes_none(run: Run, tmp_path: Path) -> None:
    found = run("search", "whales")
    assert (found.exit_code, found.stdout) == (0, "")
    assert found.stderr == "nothing found: there is no archive yet\n"
    assert run("show", "whales").exit_code == 2
    assert run("export").stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_papers_that_were_added_are_found(filled: Run) -> None:
    assert filled("add", "papers.jsonl").stdout == "papers.jsonl: 3 papers: 0 new, 0 updated, 3 known\n"
    found = filled("search", "sparse", "whale")
    assert found.stdout == (
        "2025-11-07  Sparse attention for whales\n            2511.00001 · Ann Lee, Bo Chen\n"
    )
    [one] = json.loads(filled("search", "sparse", "--json", "--since", "2025-11-07").stdout)
    assert (one["id"], one["day"], one["authors"]) == ("2511.00001", "2025-11-07", ["Ann Lee", "Bo Chen"])
    assert filled("search", "sparse", "--until", "2025-11-06").stderr == "nothing found\n"
    assert "formulas" not in filled("search", "whales", "--source", "mine", "--limit", "1").stdout
    assert filled("search", "--section", "methods").stdout == found.stdout


@pytest.mark.parametrize("name", ["2511.00001", "10.1000/w", "sparse attention for whales", "for WHALES"])
def test_all_that_is_known_of_a_paper_is_shown(filled: Run, name: str) -> None:
    shown = filled("show", name).stdout
    for part in (
        "Sparse attention for whales\n",
        "by  Ann Lee, Bo Chen\n",
        "came  2025-11-07\n",
        "doi  10.1000/w\n",
        "We listen.\n",
        "mine (jsonl): since",
        "2025-11-07 (daily), section methods, v1\n",
    ):
        assert part in shown
    data = json.loads(filled("show", name, "--json").stdout)
    assert [showing["slug"] for showing in data["showings"]] == ["2025-11-07"]
    assert [one["said_by"] for one in data["sightings"]] == ["mine"]


def test_one_of_several_is_shown_and_the_others_are_named(filled: Run) -> None:
    shown = filled("show", "whales")
    assert shown.stderr.startswith("\nalso named so: ")
    missing = filled("show", "dolphins")
    assert (missing.exit_code, missing.stdout) == (2, "")


def test_no_control_character_of_a_paper_reaches_the_terminal(filled: Run) -> None:
    for arguments in (["search", "song"], ["show", "song"], ["search", "song", "--json"]):
        printed = filled(*arguments).stdout
        assert "song" in printed
        assert not set(printed) & set(map(chr, [*range(9), *range(11, 32), 127]))


def test_exports_go_to_a_file_in_the_form_it_is_named_for(filled: Run, tmp_path: Path) -> None:
    for name, begins in (
        ("a.bib", b"@misc{"),
        ("a.ris", b"TY  - UNPB\r\n"),
        ("a.csv", b"Newsletter Key,Title,"),
        ("a.json", b"[\n{"),
        ("a.jsonl", b'{"key": '),
    ):
        done = filled("export", "--out", name)
        assert done.stderr == f"wrote {name}: 3 papers\n"
        assert (tmp_path / name).read_bytes().startswith(begins)
        read = CliRunner().invoke(cli, ["inspect", name, "--json"])
        assert len(json.loads(read.stdout)["papers"]) == 3
    refused = filled("export", "--out", "a.bib")
    assert (refused.exit_code, refused.stderr.splitlines()[0]) == (5, "error: a.bib: exists already")
    assert filled("export", "--out", "a.bib", "--force", "whales").stderr == "wrote a.bib: 2 papers\n"
    assert b"=cmd" in (tmp_path / "a.json").read_bytes()
    assert b",=cmd" not in (tmp_path / "a.csv").read_bytes()


def test_a_dash_is_standard_output(filled: Run, tmp_path: Path) -> None:
    assert filled("export", "--out", "-").stdout == filled("export").stdout != ""
    assert not (tmp_path / "-").exists()


def test_an_export_may_be_of_an_issue(filled: Run, seed_page: Path) -> None:
    assert filled("export", "2025-11-07", "--format", "ris").stdout.count("TY  - ") == 1
    built = CliRunner().invoke(cli, ["build", str(seed_page)])
    assert built.exit_code == 0, built.output
    assert filled("export", "2025-11-07", "--format", "ris").stdout.count("TY  - ") == 75
    assert filled("export", "issues/2025-11-07").stdout.count("\n@misc{") == 74


def test_a_file_that_is_no_paper_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("hello", "utf-8")
    assert run("add", "x.txt").exit_code == 3
