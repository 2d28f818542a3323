"""`newsletter explain`: where a paper stands, and the sum that put it there."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from newsletter.cli import cli

PAPERS = (
    {"id": "2511.00001", "title": "Robots walk", "abstract": "A robot learns locomotion.", "upvotes": 3},
    {"id": "2511.00002", "title": "Robots run", "abstract": "A robot learns locomotion fast.", "upvotes": 90},
    {"id": "2511.00003", "title": "Whales sing", "abstract": "Songs of whales in a calm sea."},
)
CONFIGURATION = """\
[[sections]]
title = "Robots"
keywords = ["robot", "locomotion"]
max_papers = {limit}
"""


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NEWSLETTER_CONFIG", raising=False)


@pytest.fixture
def build(tmp_path: Path) -> Callable[..., None]:
    """Build an issue of 2025-11-07."""

    def make(*, limit: int = 5, ranking: str = "") -> None:
        (tmp_path / "newsletter.toml").write_text(CONFIGURATION.format(limit=limit) + ranking, "utf-8")
        lines = [json.dumps({"date": "2025-11-04", **paper}) for paper in PAPERS]
        (tmp_path / "papers.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
        done = run("build", "papers.jsonl", "--date", "2025-11-07")
        assert done.exit_code == 0, done.output

    return make


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments))


def explained(*arguments: str) -> dict[str, list[str]]:
    """Give what stands behind each label."""
    done = run("explain", *arguments)
    assert done.exit_code == 0, done.output
    rows: dict[str, list[str]] = {}
    for line in done.stdout.splitlines()[1:]:
        if line.strip():
            rows.setdefault(line[2:13].strip(), []).append(line[13:].strip())
    return rows


def test_the_printed_parts_add_up_to_the_printed_total(build: Callable[..., None]) -> None:
    build()
    rows = explained("Robots walk")
    printed = [rows[name][-1].split()[0] for name in rows if name not in ABOUT]
    *parts, total = (int(number.replace(".", "")) for number in printed)
    assert sum(parts) == total
    assert {"place", "upvotes", "match", "variety", "total"} <= rows.keys()


ABOUT = ("stands", "why there", "above it", "below it", "left out")


def test_it_says_where_a_paper_stands_and_why(build: Callable[..., None]) -> None:
    build()
    rows = explained("robots RUN")
    assert rows["stands"] == ["1 of 2 in Robots, issue 2025-11-07"]
    assert rows["why there"][0].startswith("fits Robots by: ")
    assert "90 upvotes, 3 days old" in rows["upvotes"][0]
    assert "Robots walk" in rows["below it"][0]


@pytest.mark.parametrize("name", ["2511.00002", "https://arxiv.org/abs/2511.00002v3", "Robots run", "ots ru"])
def test_a_paper_is_named_by_its_id_its_title_or_a_part_of_it(build: Callable[..., None], name: str) -> None:
    build()
    assert run("explain", name).stdout.startswith("Robots run\n")


def test_it_is_named_by_its_key_too_and_programs_get_all_of_it(build: Callable[..., None]) -> None:
    build()
    found = json.loads(run("explain", "Robots run", "--json").stdout)
    again = json.loads(run("explain", found["key"], "--issue", "issues/2025-11-07", "--json").stdout)
    assert again == found
    rank = found["standing"]["rank"]
    assert round(sum(part["value"] for part in rank["parts"]), 3) == rank["total"]
    assert found["issue"] == "2025-11-07"
    assert found["standing"]["section"] == "robots"


def test_a_paper_that_its_section_had_no_room_for_is_told_so(build: Callable[..., None]) -> None:
    build(limit=1)
    rows = explained("Robots walk")
    assert rows["stands"][0].startswith("1 of 2 in More papers")
    assert rows["why there"][0].startswith(
        "Robots had as many papers as it may show, all higher; fits Robots by"
    )


def test_a_paper_of_no_section_is_told_so(build: Callable[..., None]) -> None:
    build()
    assert explained("Whales")["why there"][0].startswith("it fits no section")


def test_an_issue_that_was_frozen_is_explained_without_its_folder(newsroom: Any) -> None:
    newsroom.subscribe("reader@example.com")
    assert run("send", "2025-11-07", "--yes").exit_code == 0
    shutil.rmtree("issues")
    rows = explained("Mavors", "--issue", "2025-11-07")
    assert rows["stands"][0].startswith("1 of 2 in Vision & Multimodal Models")


def test_variety_says_where_a_paper_would_be_without_it(build: Callable[..., None]) -> None:
    build(ranking="\n[ranking]\nplace = 0\nupvotes = 0\nmatch = 0\ndiversity = 50\n")
    assert "which moved it nowhere" in explained("Robots run")["variety"][0]
    assert explained("Robots walk")["variety"] == ["took nothing: no paper above is like it"]


def test_weights_of_the_configuration_count(build: Callable[..., None]) -> None:
    build(ranking="\n[ranking]\nupvotes = 0\nplace = 2\n")
    rows = explained("Robots walk")
    assert "upvotes" not in rows
    assert rows["stands"][0].startswith("1 of 2")


def test_an_issue_of_an_earlier_version_keeps_no_ranks(build: Callable[..., None], tmp_path: Path) -> None:
    build()
    path = tmp_path / "issues" / "2025-11-07" / "issue.json"
    data = json.loads(path.read_text("utf-8"))
    for section in data["issue"]["sections"]:
        for entry in section["entries"]:
            del entry["rank"]
    data["files"]["issue.json"] = fingerprint(data)
    path.write_text(json.dumps(data), "utf-8")
    assert explained("Robots run")["rank"] == ["not kept: an earlier version built this issue"]


def fingerprint(data: dict[str, object]) -> str:
    from newsletter.store.issue_folder import _fingerprint  # noqa: PLC0415 - as a build leaves it

    return _fingerprint(data)


def test_an_unknown_paper_or_issue_is_refused_with_what_there_is(build: Callable[..., None]) -> None:
    build()
    assert "none of 3 papers has the id or title 'Fish'" in run("explain", "Fish").output
    assert "2 papers match 'Robots'" in run("explain", "Robots").output
    assert "no issue '2025-11-08'" in run("explain", "Fish", "--issue", "2025-11-08").output


def test_without_any_issue_it_says_how_to_make_one() -> None:
    done = run("explain", "Robots")
    assert done.exit_code == 2
    assert "newsletter build PAGE" in done.output
