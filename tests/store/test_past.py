"""Earlier issues teach the grouper; their papers are counted once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from newsletter.model import Edition, Issue, Paper, PaperKey
from newsletter.store import past as room
from newsletter.store import past_lots
from newsletter.store.issue_folder import StoredIssue, read_issue, write_issue
from newsletter.store.past import Past, past_of_issues
from newsletter.topics.background import background_of

MakeIssue = Callable[..., Issue]
FIRST, SECOND, THIRD = date(2025, 11, 5), date(2025, 11, 6), date(2025, 11, 7)


def write(root: Path, issue: Issue) -> Path:
    edition = Edition(subject="s", preheader="p", html="h", text="t", nonce="0" * 16, language="en")
    folder = root / issue.slug
    stored = StoredIssue(issue=issue, editions=(edition,), html=b"h", text=b"t", message=b"m")
    write_issue(folder, stored, overwrite=True)
    return folder


def on(day: date, issue: Issue, offset: int, title: str = "Paper") -> Issue:
    """The issue with papers of its own."""

    def renumbered(number: int, paper: Paper) -> Paper:
        name = offset + number
        title_of = f"{title} {name} on sparse attention"
        return replace(paper, key=PaperKey(f"p{name}"), ids={"title": f"hash-{name}"}, title=title_of)

    entries = tuple(
        replace(entry, placement=replace(entry.placement, paper=renumbered(number, entry.paper)))
        for number, entry in enumerate(issue.sections[0].entries)
    )
    sections = (replace(issue.sections[0], entries=entries),)
    return replace(issue, slug=day.isoformat(), day=day, sections=sections, more=())


@pytest.fixture
def issues(issue: MakeIssue, tmp_path: Path) -> Path:
    """A folder with two issues of three papers each."""
    write(tmp_path, on(FIRST, issue(3), 0))
    write(tmp_path, on(SECOND, issue(3), 10))
    return tmp_path


def papers_in(folder: Path) -> list[Paper]:
    return [entry.paper for entry in read_issue(folder).issue.entries]


def keys_of(past: Past) -> list[str]:
    pool = past.background.pool if past.background else None
    return [names.partition("\t")[0] for names in pool.names] if pool else []


def terms_of(past: Past) -> list[str]:
    pool = past.background.pool if past.background else None
    return (
        [] if pool is None else sorted([*pool.stems, *(pool.stems[a] + pool.stems[b] for a, b in pool.pairs)])
    )


def refuse_to_read(*what: object) -> object:
    raise AssertionError(f"{what} was read again")


def test_without_issues_there_is_no_past(tmp_path: Path) -> None:
    assert past_of_issues(tmp_path / "nowhere").background is None
    assert past_of_issues(tmp_path).papers == 0
    assert list(tmp_path.iterdir()) == []


def test_the_past_of_a_day_is_the_issues_before_it(issues: Path) -> None:
    assert past_of_issues(issues, before=FIRST).background is None
    assert past_of_issues(issues, before=SECOND).papers == 3
    third = past_of_issues(issues, before=THIRD)
    assert (third.issues, third.papers) == (2, 6)


def test_counts_that_grew_by_the_day_equal_counts_made_at_once(issues: Path, issue: MakeIssue) -> None:
    past_of_issues(issues)
    write(issues, on(THIRD, issue(4), 20, title="Whales and"))
    grown = past_of_issues(issues).background
    names = [day.isoformat() for day in (FIRST, SECOND, THIRD)]
    at_once = background_of([paper for name in names for paper in papers_in(issues / name)])
    assert grown is not None
    assert dict(grown.counts) == dict(at_once.counts)


def test_an_issue_is_read_only_once(issues: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = past_of_issues(issues)
    monkeypatch.setattr(past_lots, "read_issue", refuse_to_read)
    again = past_of_issues(issues)
    assert again.background is not None
    assert first.background is not None
    assert dict(again.background.counts) == dict(first.background.counts)


def test_an_issue_built_again_is_counted_again_and_one_that_is_gone_is_forgotten(
    issues: Path, issue: MakeIssue
) -> None:
    past_of_issues(issues)
    folder = write(issues, on(SECOND, issue(2), 30, title="Volcanoes and"))
    again = past_of_issues(issues).background
    assert again is not None
    assert (again.papers, again.counts["volcanoe"]) == (5, 2)
    for path in folder.iterdir():
        path.unlink()
    assert past_of_issues(issues).papers == 3


def test_a_paper_shown_on_two_days_counts_once(issues: Path, issue: MakeIssue) -> None:
    write(issues, on(THIRD, issue(3), 10))
    assert past_of_issues(issues).papers == 6


@pytest.mark.parametrize("name", ["counts.npz", "index.json"])
@pytest.mark.parametrize("body", [b"", b"{}", b"\xff\xfe nonsense", b"[" * 100_000])
def test_a_broken_cache_is_made_again(issues: Path, name: str, body: bytes) -> None:
    past_of_issues(issues)
    (issues / ".past" / name).write_bytes(body)
    assert past_of_issues(issues).papers == 6
    assert (issues / ".past" / name).read_bytes() != body


def test_an_issue_that_cannot_be_read_is_told_and_left_out(issues: Path) -> None:
    (issues / FIRST.isoformat() / "issue.html").write_bytes(b"changed by hand")
    past = past_of_issues(issues)
    assert past.papers == 3
    assert "changed after it was built" in past.skipped[0]


def test_a_folder_that_cannot_be_written_costs_only_the_cache(
    issues: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(room, "write_at_once", full)
    assert past_of_issues(issues).papers == 6


def test_only_the_newest_papers_are_kept_in_mind(issues: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_MOST_PAPERS", 4)
    assert keys_of(past_of_issues(issues)) == ["p2", "p10", "p11", "p12"]


def test_the_past_does_not_depend_on_what_was_counted_first(
    issues: Path, issue: MakeIssue, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A paper of two issues is lost with neither of them, and not by asking for a day in between."""
    late = tmp_path_factory.mktemp("late")
    write(late, on(THIRD, issue(3), 10, title="Whales and"))
    assert past_of_issues(late).papers == 3
    for day, offset, title in ((FIRST, 0, "Paper"), (SECOND, 10, "Whales and")):
        write(late, on(day, issue(3), offset, title=title))
        write(issues, on(day, issue(3), offset, title=title))
    write(issues, on(THIRD, issue(3), 10, title="Whales and"))
    for before in (SECOND, THIRD, None):
        there, here = past_of_issues(late, before=before), past_of_issues(issues, before=before)
        assert keys_of(there) == keys_of(here)
        assert terms_of(there) == terms_of(here)
    for path in (late / THIRD.isoformat()).iterdir():
        path.unlink()
    assert keys_of(past_of_issues(late)) == ["p0", "p1", "p2", "p10", "p11", "p12"]


def test_an_issue_that_is_built_again_and_again_costs_no_counting(
    issues: Path, issue: MakeIssue, monkeypatch: pytest.MonkeyPatch
) -> None:
    past_of_issues(issues, before=THIRD)
    written = (issues / ".past" / "counts.npz").stat().st_mtime_ns
    monkeypatch.setattr(room, "_added", refuse_to_read)
    for number in range(2, 5):
        write(issues, on(THIRD, issue(number), 20))
        assert past_of_issues(issues, before=THIRD).papers == 6
    assert (issues / ".past" / "counts.npz").stat().st_mtime_ns == written


def test_what_is_too_old_to_keep_is_not_read_daily_but_still_found(
    issues: Path, issue: MakeIssue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "_MOST_PAPERS", 3)
    monkeypatch.setattr(room, "_MOST_KEPT", 3)
    write(issues, on(THIRD, issue(3), 20, title="Whales and"))
    assert keys_of(past_of_issues(issues)) == ["p20", "p21", "p22"]
    assert keys_of(past_of_issues(issues, before=THIRD)) == ["p10", "p11", "p12"]
    with monkeypatch.context() as watched:
        watched.setattr(past_lots, "read_issue", refuse_to_read)
        today = past_of_issues(issues)
    assert keys_of(today) == ["p20", "p21", "p22"]
    assert today.background is not None
    assert today.background.pool is not None
    assert "attention" in today.background.pool.stems
    assert "paper" not in today.background.pool.stems


def test_nothing_is_raised_for_an_issue_of_another_version(issues: Path) -> None:
    (issues / FIRST.isoformat() / "issue.json").write_text('{"format": 99}', "utf-8")
    assert past_of_issues(issues).papers == 3
