"""What is shown: a page as it would become an issue, a folder as it lies there; and what changes it."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from newsletter.app import App, read_document
from newsletter.errors import ConfigError, UsageError
from newsletter.preview.subjects import FolderSubject, PageSubject, subject_of
from newsletter.preview.watching import follow, stamp
from newsletter.preview.workshop import Workshop
from newsletter.work.build import build

ISSUES = Path("issues")


def test_a_page_is_shown_and_nothing_is_written(desk: Path) -> None:
    before = stamp([desk])
    picture = Workshop(subject_of("page.txt", None, ISSUES), lambda: App.open(None)).scene.picture
    assert len(picture.issue.entries) == 75
    assert picture.parsed
    assert stamp([desk]) == before


def test_a_page_becomes_what_build_writes(desk: Path) -> None:
    shown = PageSubject("page.txt", None).draw(App.open(None)).picture.stored
    document, recipe = read_document("page.txt", None), App.open(None).recipe()
    assert build(document, recipe, root=ISSUES, out=desk / "out").stored == shown


@pytest.fixture
def built(desk: Path) -> Path:
    """An issue folder as a build leaves it."""
    (desk / "newsletter.toml").write_text("", "utf-8")
    return build(read_document("page.txt", None), App.open(None).recipe(), root=ISSUES).folder


def test_a_folder_is_shown_as_it_was_built_until_its_looks_change(built: Path) -> None:
    subject = FolderSubject(built)
    first = subject.draw(App.open(None))
    assert first.picture.is_as_built
    assert first.other is None
    Path("newsletter.toml").write_text('[theme]\nlogo_text = "DP"\n', "utf-8")
    second = subject.draw(App.open(None))
    assert ">DP<" in second.picture.html
    assert second.other
    assert second.other.stored.html == (built / "issue.html").read_bytes()


def test_a_folder_that_differs_from_the_settings_of_now_is_first_shown_as_it_gets_sent(built: Path) -> None:
    Path("newsletter.toml").write_text('[theme]\nlogo_text = "DP"\n', "utf-8")
    workshop = Workshop(FolderSubject(built), lambda: App.open(None))
    assert workshop.scene.picture.is_as_built
    workshop.turn()
    assert ">DP<" in workshop.scene.picture.html


def test_a_configuration_with_a_mistake_stops_no_preview_of_a_folder(built: Path) -> None:
    Path("newsletter.toml").write_text("[isue]\n", "utf-8")
    scene = Workshop(FolderSubject(built), lambda: App.open(None)).scene
    assert scene.picture.is_as_built
    assert scene.troubles[0].line == 1


def test_a_page_needs_its_configuration(desk: Path) -> None:
    (desk / "newsletter.toml").write_text("[isue]\n", "utf-8")
    with pytest.raises(ConfigError):
        Workshop(subject_of("few.jsonl", None, ISSUES), lambda: App.open(None))


def test_the_latest_issue_is_the_one_of_the_newest_day(desk: Path) -> None:
    for name in ("2025-W44", "2025-11-06", "2025-11-05", "notes"):
        folder = desk / "issues" / name
        folder.mkdir(parents=True)
        (folder / "issue.json").write_text("{}", "utf-8")
    (desk / "issues" / "2025-11-09").mkdir()  # a build that was interrupted
    subject = subject_of(None, None, ISSUES)
    assert isinstance(subject, FolderSubject)
    assert subject.folder.name == "2025-11-06"


def test_issues_are_found_where_they_are_kept(desk: Path) -> None:
    folder = desk / "elsewhere" / "issues" / "2025-11-06"
    folder.mkdir(parents=True)
    (folder / "issue.json").write_text("{}", "utf-8")
    for name in (None, "2025-11-06"):
        subject = subject_of(name, None, desk / "elsewhere" / "issues")
        assert isinstance(subject, FolderSubject)
        assert subject.folder == folder


@pytest.mark.parametrize("name", [None, "nowhere.txt", "../x"])
def test_what_is_not_there_is_told_with_a_way_out(desk: Path, name: str | None) -> None:
    del desk
    with pytest.raises(UsageError) as caught:
        subject_of(name, None, ISSUES)
    assert caught.value.hint


def test_changes_are_told_in_new_folders_too(tmp_path: Path) -> None:
    file, theme = tmp_path / "a.toml", tmp_path / "theme"
    file.write_text("1", "utf-8")
    told, stop, files = threading.Semaphore(0), threading.Event(), [file]
    watch = (lambda: tuple(files), told.release, stop, stamp(files))
    thread = threading.Thread(target=follow, args=watch, daemon=True)
    thread.start()
    try:
        file.write_text("22", "utf-8")
        assert told.acquire(timeout=20)
        theme.mkdir()
        files.append(theme)
        file.write_text("333", "utf-8")
        assert told.acquire(timeout=20)
        (theme / "head.css").write_text("x", "utf-8")
        assert told.acquire(timeout=20)
    finally:
        stop.set()
        thread.join(timeout=20)
    assert not thread.is_alive()


def test_a_change_before_the_watch_begins_is_not_lost(desk: Path) -> None:
    config = desk / "newsletter.toml"
    config.write_text('[newsletter]\nname = "Morning"\n', "utf-8")
    workshop = Workshop(subject_of("page.txt", None, ISSUES), lambda: App.open(None))
    config.write_text('[newsletter]\nname = "Evening papers"\n', "utf-8")
    workshop.start()
    assert workshop.wait(1, seconds=30).picture.issue.title == "Evening papers"
    workshop.close()


def test_a_theme_that_goes_away_is_a_trouble_until_it_is_back(desk: Path) -> None:
    (desk / "newsletter.toml").write_text('[theme]\nfolder = "looks"\n', "utf-8")
    (desk / "looks" / "deep").mkdir(parents=True)
    workshop = Workshop(subject_of("page.txt", None, ISSUES), lambda: App.open(None))
    workshop.start()
    (desk / "looks").rename(desk / "gone")
    scene = workshop.wait(1, seconds=30)
    assert "there is no folder looks" in scene.troubles[0].message
    (desk / "gone").rename(desk / "looks")
    assert workshop.wait(scene.serial, seconds=30).troubles == ()
    workshop.close()


def test_a_bug_while_drawing_does_not_end_the_watch(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    del desk
    workshop = Workshop(subject_of("page.txt", None, ISSUES), lambda: App.open(None))

    def broken(app: App) -> None:
        del app
        raise ZeroDivisionError("oh")

    monkeypatch.setattr(workshop.subject, "draw", broken)
    workshop.redraw()
    assert "this is a bug in newsletter: ZeroDivisionError" in workshop.scene.troubles[0].message
    assert len(workshop.scene.picture.issue.entries) == 75
