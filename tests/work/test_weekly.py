"""The issue of a week, made of the pages and issues of its days."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from newsletter.app import App
from newsletter.config import load_config
from newsletter.errors import UsageError
from newsletter.model import Paper
from newsletter.store.issue_folder import write_issue
from newsletter.work.build import Built, draw
from newsletter.work.weekly import Batch, build_week, papers_of_days

ISSUES = Path("issues")
FRIDAY = date(2025, 11, 7)
MONDAY, WEDNESDAY = date(2025, 11, 3), date(2025, 11, 5)


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> App:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NEWSLETTER_CONFIG", raising=False)
    return App(load_config(None))


def page(folder: Path, day: str, *titles: str) -> Path:
    lines = [
        f'{{"title": "{title}", "date": "{day}", "abstract": "We study {title} with care."}}'
        for title in titles
    ]
    path = folder / f"{day}.jsonl"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def week(app: App, *places: Path, day: date | None = None) -> Built:
    return build_week(places, app.shelf(), app.recipe(), root=ISSUES, day=day)


def titles(papers: tuple[Paper, ...]) -> list[str]:
    return [paper.title for paper in papers]


def test_what_led_each_day_leads_the_week_the_newest_day_first(paper: Callable[..., Paper]) -> None:
    days = [
        Batch(day=MONDAY, papers=(paper(1), paper(2))),
        Batch(day=FRIDAY, papers=(paper(3),)),
        Batch(day=None, papers=(paper(4), paper(5), paper(6))),
    ]
    assert titles(papers_of_days(days)) == titles(tuple(paper(number) for number in (3, 1, 4, 2, 5, 6)))


def test_a_paper_of_several_days_comes_once_at_its_best_place_as_it_was_last(
    paper: Callable[..., Paper],
) -> None:
    old = replace(paper(1), title="Old title", ids={"arxiv": "2511.00001"}, version=1)
    new = replace(paper(2), title="New title", ids={"arxiv": "2511.00001"}, version=2)
    days = [Batch(day=MONDAY, papers=(old,)), Batch(day=FRIDAY, papers=(paper(3), paper(4), new))]
    assert titles(papers_of_days(days))[:2] == [paper(3).title, "New title"]
    assert len(papers_of_days(days)) == 3


def test_a_week_is_made_of_pages_that_show_no_day_with_a_day_that_is_given(app: App, tmp_path: Path) -> None:
    pages = [page(tmp_path, "2025-11-03", "Cats"), page(tmp_path, "2025-11-07", "Dogs")]
    built = week(app, *pages, day=FRIDAY)
    issue = built.stored.issue
    assert (issue.slug, issue.cadence, issue.since, issue.day) == (
        "2025-W45",
        "weekly",
        date(2025, 11, 1),
        FRIDAY,
    )
    assert built.folder == Path("issues/2025-W45")
    assert {entry.paper.title for entry in issue.entries} == {"Cats", "Dogs"}
    assert built.stored.editions[0].subject.startswith("Daily Papers · week 45: ")
    assert "1–7 Nov 2025" in built.stored.text.decode()


def test_without_a_day_nothing_is_guessed(app: App, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nothing there that says of which day it is"):
        week(app, page(tmp_path, "2025-11-03", "Cats"))
    with pytest.raises(UsageError, match="nothing there"):
        week(app)


def test_only_daily_issues_of_the_seven_days_are_part_of_it(app: App, tmp_path: Path) -> None:
    kept = {
        FRIDAY: ("issues/2025-11-07", "daily"),
        WEDNESDAY: ("issues/2025-11-05", "daily"),
        date(2025, 10, 31): ("issues/2025-10-31", "daily"),
        MONDAY: ("issues/2025-W44", "weekly"),
    }
    for day, (folder, cadence) in kept.items():
        built = build_week(
            [page(tmp_path, day.isoformat(), f"Papers of {day}")],
            app.shelf(),
            app.recipe(),
            root=ISSUES,
            day=day,
            out=Path(folder),
        )
        issue = replace(built.stored.issue, cadence=cadence, since=None)  # type: ignore[arg-type]
        stored = draw(issue, app.recipe())
        write_issue(Path(folder), stored, overwrite=True)
    (tmp_path / "issues" / "notes.txt").write_text("not a page at all")
    issue = week(app).stored.issue
    assert issue.slug == "2025-W45"
    assert {entry.paper.title for entry in issue.entries} == {"Papers of 2025-11-07", "Papers of 2025-11-05"}
