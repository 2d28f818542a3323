"""Papers of earlier days, and the one a person names."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from newsletter.app import App, read_document
from newsletter.errors import SourceError, UsageError
from newsletter.model import Paper
from newsletter.work import build as build_issue
from newsletter.work.topics_papers import Shelf, find_paper, newest_issue, past_papers

ISSUES = Path("issues")
PAGE = "Daily Papers\n\nNov {day}\n\n{title}\n\nAn abstract of a paper.\n\n  • 2 authors\n·\nNov 2, 2025\n"


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NEWSLETTER_CONFIG", raising=False)
    return tmp_path


@pytest.fixture
def shelf() -> Shelf:
    return App.open(None).shelf()


def build(title: str, day: int) -> None:
    app = App.open(None)
    page = Path("page.txt")
    page.write_text(PAGE.format(day=day, title=title), "utf-8")
    build_issue.build(read_document("page.txt", date(2025, 11, day)), app.recipe(), root=ISSUES)
    page.unlink()


def test_without_places_the_issues_here_are_read(shelf: Shelf) -> None:
    build("First paper", 6)
    build("Second paper", 7)
    past = past_papers((), shelf, root=ISSUES)
    assert {paper.title: paper.announced for paper in past.papers} == {
        "First paper": date(2025, 11, 6),
        "Second paper": date(2025, 11, 7),
    }
    Path("issues/2025-11-06").rename("issues/yet-a-draft")
    assert newest_issue(ISSUES) == Path("issues/2025-11-07")


def test_a_folder_holds_issues_and_files_and_what_is_neither_is_told(
    shelf: Shelf, empty_folder: Path
) -> None:
    build("First paper", 6)
    (empty_folder / "more.jsonl").write_text('{"title": "Second"}\n{"title": "First paper"}\n', "utf-8")
    (empty_folder / "notes.txt").write_text("nothing of it\n", "utf-8")
    (empty_folder / ".hidden.jsonl").write_text('{"title": "Hidden"}\n', "utf-8")
    (empty_folder / "issues" / "2025-11-06").rename(empty_folder / "an-issue")
    past = past_papers([empty_folder], shelf, root=ISSUES)
    assert sorted(paper.title for paper in past.papers) == ["First paper", "Second"]
    assert len(past.skipped) == 1
    assert "notes.txt" in past.skipped[0]


def test_papers_are_parted_by_day_newest_first(shelf: Shelf, empty_folder: Path) -> None:
    dates = ["2025-11-01", None, "2025-11-03", "2025-11-01"]
    lines = [json.dumps({"title": f"Paper {i}", "date": day}) for i, day in enumerate(dates)]
    (empty_folder / "p.jsonl").write_text("\n".join(lines), "utf-8")
    days = list(past_papers([Path("p.jsonl")], shelf, root=ISSUES).days())
    assert [(str(day), len(papers)) for day, papers in days] == [
        ("2025-11-03", 1),
        ("2025-11-01", 2),
        ("None", 1),
    ]


@pytest.mark.parametrize("name", ["absent.jsonl", "absent.txt", "empty.jsonl", "words.txt"])
def test_a_named_file_that_gives_nothing_is_an_error(shelf: Shelf, empty_folder: Path, name: str) -> None:
    (empty_folder / "empty.jsonl").write_text("\n", "utf-8")
    (empty_folder / "words.txt").write_text("just words\n", "utf-8")
    with pytest.raises(SourceError):
        past_papers([Path(name)], shelf, root=ISSUES)


def test_without_any_papers_the_way_out_is_told(shelf: Shelf) -> None:
    with pytest.raises(UsageError) as caught:
        past_papers((), shelf, root=ISSUES)
    assert "--papers" in str(caught.value.hint)
    with pytest.raises(UsageError):
        newest_issue(ISSUES)


@pytest.fixture
def papers(paper: Callable[..., Paper]) -> list[Paper]:
    return [
        paper(1, title="Robots that fold", ids={"arxiv": "2401.00001", "title": "a"}),
        paper(2, title="Robots", ids={"doi": "10.1234/abc", "title": "b"}),
        paper(3, title="Talking robots", ids={"title": "c"}),
    ]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2401.00001v3", 0),
        ("https://arxiv.org/abs/2401.00001", 0),
        ("https://doi.org/10.1234/ABC", 1),
        ("ROBOTS", 1),
        ("that FOLD", 0),
        ("paper-3", 2),
    ],
)
def test_a_paper_is_found_by_id_title_or_part_of_it(papers: list[Paper], text: str, number: int) -> None:
    assert find_paper(text, papers) is papers[number]


def test_several_papers_are_listed_to_choose_from(papers: list[Paper]) -> None:
    with pytest.raises(UsageError, match="3 papers match 'robot'") as caught:
        find_paper("robot", papers)
    assert "Talking robots" in str(caught.value.hint)


@pytest.mark.parametrize("text", ["Robts that fold", "", "  ", "\ud800", "x" * 5_000])
def test_no_paper_is_an_error_that_names_the_nearest(papers: list[Paper], text: str) -> None:
    with pytest.raises(UsageError, match="none of 3 papers") as caught:
        find_paper(text, papers)
    assert text != "Robts that fold" or "'Robots that fold'" in str(caught.value.hint)
