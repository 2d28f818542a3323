"""Why a paper is not in an issue, and what each place in it is due to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from newsletter.errors import UsageError
from newsletter.model import Entry, Issue, LeftOut, PaperKey, Part, Rank, SectionSlug
from newsletter.work.explain import explain

TITLES = {SectionSlug("methods"): "Methods"}
SHOWN = LeftOut(key=PaperKey("old"), title="Frogs sing", reason="shown in 2025-11-06")


def test_a_paper_that_was_left_out_is_told_why(issue: Callable[..., Issue]) -> None:
    found = explain("frogs", issue(left_out=(SHOWN,)), TITLES)
    assert (found.key, found.standing, found.left_out) == ("old", None, ("shown in 2025-11-06",))


def test_a_paper_that_came_twice_is_shown_and_left_out(issue: Callable[..., Issue]) -> None:
    again = LeftOut(key=PaperKey("paper-1"), title="Paper 1", reason="listed twice in the input")
    found = explain("paper-1", issue(left_out=(again,)), TITLES)
    assert found.standing is not None
    assert found.left_out == ("listed twice in the input",)


def test_what_is_neither_shown_nor_left_out_is_refused(issue: Callable[..., Issue]) -> None:
    with pytest.raises(UsageError, match="none of 5 papers"):
        explain("whales", issue(left_out=(SHOWN,)), TITLES)


def test_without_variety_a_paper_may_stand_elsewhere(issue: Callable[..., Issue]) -> None:
    made = issue(3)
    [section] = made.sections
    losses = (0.0, 0.0, -0.4)
    totals = (0.9, 0.7, 0.4)
    entries = tuple(
        replace(entry, rank=Rank(total=total, parts=(Part(name="variety", value=loss),)))
        for entry, total, loss in zip(section.entries, totals, losses, strict=True)
    )
    ranked = replace(made, sections=(replace(section, entries=entries),))
    assert place(entries[2], ranked) == (3, 2)
    assert place(entries[0], ranked) == (1, 1)
    assert place(entries[1], ranked) == (2, 3)


def place(entry: Entry, issue: Issue) -> tuple[int, int]:
    standing = explain(entry.paper.key, issue, TITLES).standing
    assert standing is not None
    return standing.place, standing.place_without_variety
