"""Which issue another is compared with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from newsletter.app import App
from newsletter.issues.compose import slug_of
from newsletter.model import Cadence, Issue
from newsletter.preview.differences import previous_of
from newsletter.store.issue_folder import write_issue
from newsletter.store.kept_issues import newest_folder
from newsletter.work.build import draw

MONDAY = date(2025, 11, 3)


@pytest.fixture
def kept(desk: Path, issue: Callable[..., Issue]) -> Callable[[int, Cadence], Issue]:
    """Build an issue of some day of the week, counted from Monday."""

    def keep(days: int, cadence: Cadence) -> Issue:
        day = MONDAY + timedelta(days=days)
        made = issue(day=day, slug=slug_of(day, cadence), cadence=cadence)
        write_issue(desk / "issues" / made.slug, draw(made, App.open(None).recipe()))
        return made

    return keep


@pytest.mark.parametrize("cadence", ["daily", "weekdays", "weekly"])
def test_an_issue_is_compared_with_the_one_before_of_its_rhythm_and_never_with_itself(
    kept: Callable[[int, Cadence], Issue], desk: Path, cadence: Cadence
) -> None:
    before = kept(-3, cadence)
    for days in (-3, -1, 3):
        for other in ("daily", "weekdays", "weekly"):
            if other != cadence:
                kept(days, other)
    now = kept(4, cadence)
    assert newest_folder(desk / "issues") == desk / "issues" / now.slug
    found = previous_of(now, desk / "issues")
    assert found is not None
    assert found.issue == before
    assert previous_of(before, desk / "issues") is None
