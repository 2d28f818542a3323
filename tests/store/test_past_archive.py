"""The archive teaches the grouper: each paper once, and a day only what came before it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, nullcontext
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from newsletter.errors import StoreError
from newsletter.model import Edition, Issue, Paper
from newsletter.parsing.identity import identify
from newsletter.store.database import open_database
from newsletter.store.issue_folder import StoredIssue, write_issue
from newsletter.store.papers import PaperArchive, Shown
from newsletter.store.past import Past, past_of, past_of_issues
from newsletter.topics.background import background_of

NOON = datetime(2025, 11, 7, 12, tzinfo=UTC)
FIRST, SECOND, THIRD = date(2025, 11, 5), date(2025, 11, 6), date(2025, 11, 7)


def paper(name: str) -> Paper:
    identity = identify(f"Sparse attention of {name}")
    title = f"Sparse attention of {name}"
    abstract = f"Attention of {name} is costly."
    return Paper(key=identity.key, ids=identity.ids, title=title, title_raw=title, abstract=abstract)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[PaperArchive]:
    """An archive with two papers of the first day and two of the second, one of which is known."""
    with closing(open_database(f"sqlite:///{tmp_path / 'newsletter.db'}")) as database:
        made = PaperArchive(database)
        made.remember([paper("whales"), paper("seals")], source="hf", at=NOON, day=FIRST)
        made.remember([paper("seals"), paper("crabs")], source="hf", at=NOON, day=SECOND)
        yield made


@pytest.fixture
def issues(tmp_path: Path) -> Path:
    return tmp_path / "issues"


def write(root: Path, issue: Issue, *papers: Paper) -> None:
    entries = tuple(
        replace(entry, placement=replace(entry.placement, paper=one))
        for entry, one in zip(issue.entries, papers, strict=False)
    )
    section = replace(issue.sections[0], entries=entries)
    made = replace(issue, slug=SECOND.isoformat(), day=SECOND, sections=(section,), more=())
    edition = Edition(subject="s", preheader="p", html="h", text="t", nonce="0" * 16, language="en")
    stored = StoredIssue(issue=made, editions=(edition,), html=b"h", text=b"t", message=b"m")
    write_issue(root / made.slug, stored)


def names(past: Past) -> list[str]:
    pool = past.background.pool if past.background else None
    return [] if pool is None else sorted(line.split(" ")[-1] for line in pool.names)


def test_a_day_learns_from_the_days_before_it(archive: PaperArchive, issues: Path) -> None:
    assert past_of_issues(issues, before=FIRST, archive=archive).background is None
    assert past_of_issues(issues, before=SECOND, archive=archive).papers == 2
    both = past_of_issues(issues, before=THIRD, archive=archive)
    assert (both.papers, both.days, both.issues) == (3, 2, 0)
    at_once = background_of([paper(name) for name in ("whales", "seals", "crabs")])
    assert both.background is not None
    assert dict(both.background.counts) == dict(at_once.counts)


def test_days_are_read_only_once_and_again_if_a_paper_changes(
    archive: PaperArchive, issues: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    past_of_issues(issues, archive=archive)
    read: list[date] = []
    reading = PaperArchive.newest_of_day

    def watched(self: PaperArchive, day: date, papers_at_most: int) -> tuple[Paper, ...]:
        read.append(day)
        return reading(self, day, papers_at_most)

    monkeypatch.setattr(PaperArchive, "newest_of_day", watched)
    assert past_of_issues(issues, archive=archive).papers == 3
    assert past_of_issues(issues, before=SECOND, archive=archive).papers == 2
    assert read == []
    changed = replace(paper("crabs"), abstract="Crabs walk sideways, and quickly.")
    archive.remember([changed], source="hf", at=NOON + timedelta(hours=1), day=THIRD)
    past = past_of_issues(issues, archive=archive)
    assert read == [SECOND]
    assert past.background is not None
    assert any("sideway" in term for term in past.background.counts)
    archive.remember([replace(changed, upvotes=5)], source="hf", at=NOON + timedelta(hours=2), day=THIRD)
    past_of_issues(issues, archive=archive)
    assert read == [SECOND]


def test_papers_of_issues_that_are_archived_count_once(
    archive: PaperArchive, issues: Path, issue: Callable[..., Issue]
) -> None:
    write(issues, issue(3), paper("crabs"), paper("eels"))
    past = past_of_issues(issues, archive=archive)
    assert (past.papers, past.issues, past.days) == (4, 1, 2)
    archive.show("daily", SECOND.isoformat(), SECOND, [Shown(key=paper("crabs").key)])
    made_of_it = past_of_issues(issues, archive=archive)
    assert (made_of_it.papers, made_of_it.issues, made_of_it.days) == (3, 0, 2)


def test_an_archive_that_cannot_be_opened_stops_nothing(issues: Path, issue: Callable[..., Issue]) -> None:
    write(issues, issue(3), paper("crabs"))

    def broken() -> nullcontext[PaperArchive | None]:
        raise StoreError("newsletter.db: is damaged")

    past = past_of(issues, broken)
    assert (past.papers, past.skipped) == (1, ("newsletter.db: is damaged",))
    assert past_of(issues, nullcontext).papers == 1
