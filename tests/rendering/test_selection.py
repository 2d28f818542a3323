"""One edition for each set of sections: what it holds, and that it is drawn once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from newsletter.model import Entry, Issue, IssueSection, Paper, Placement, SectionSlug
from newsletter.rendering import Editions, Theme, edition, render
from newsletter.rendering.selection import MORE, only

A, B, ELSE = SectionSlug("a"), SectionSlug("b"), SectionSlug("elsewhere")


@pytest.fixture
def mixed(
    issue: Callable[..., Issue], paper: Callable[..., Paper], placement: Callable[..., Placement]
) -> Issue:
    """Two sections, a discovered group, a paper that the first had no room for, and one that fits none."""

    def entry(title: str, section: str | None) -> Entry:
        return Entry(placement=placement(paper(key=title, title=title), section), summary=None)

    def section(slug: str, title: str, *, discovered: bool = False) -> IssueSection:
        return IssueSection(
            slug=SectionSlug(slug),
            title=title,
            description="",
            entries=(entry(f"In {title}", None if discovered else slug),),
            discovered=discovered,
        )

    return issue(
        sections=(section(A, "Alpha"), section(B, "Beta"), section("group-x", "Found", discovered=True)),
        more=(entry("Beyond Alpha", A), entry("Stray", None)),
    )


def titles(issue: Issue) -> list[str]:
    return [entry.paper.title for entry in issue.entries]


@pytest.mark.parametrize(
    ("sections", "left"),
    [
        ({A}, ["In Alpha", "Beyond Alpha"]),
        ({B}, ["In Beta"]),
        ({B, ELSE}, ["In Beta"]),
        ({MORE}, ["In Found", "Stray"]),
        ({A, MORE}, ["In Alpha", "In Found", "Beyond Alpha", "Stray"]),
        ({A, B, MORE}, ["In Alpha", "In Beta", "In Found", "Beyond Alpha", "Stray"]),
        (set(), []),
    ],
)
def test_a_set_of_sections_keeps_them_and_what_they_had_no_room_for(
    mixed: Issue, sections: set[SectionSlug], left: list[str]
) -> None:
    assert titles(only(mixed, sections)) == left


def test_an_edition_shows_its_sections_and_counts_them_alone(mixed: Issue) -> None:
    text = Editions(mixed).of({B}).text
    assert "1 paper in 1 section" in text
    assert "In Beta" in text
    assert "Alpha" not in text


def test_no_set_stands_for_all_there_is(mixed: Issue) -> None:
    assert Editions(mixed).of() == render(mixed)


def test_sets_that_differ_in_nothing_of_this_issue_share_one_edition(mixed: Issue) -> None:
    editions = Editions(mixed)
    assert editions.of({A, ELSE}) is editions.of(frozenset({A}))
    assert editions.of({A}) is not editions.of({B})


def test_editions_of_different_sets_share_no_slot(mixed: Issue) -> None:
    editions = Editions(mixed)
    assert editions.of({A}).nonce != editions.of({B}).nonce


def test_an_edition_is_drawn_once_for_all_its_readers(mixed: Issue, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[Issue] = []

    def counting(issue: Issue, **options: Any) -> object:
        drawn.append(issue)
        return render(issue, **options)

    monkeypatch.setattr(edition, "render", counting)
    editions = Editions(mixed)
    for _ in range(50):
        for sections in ({A}, {B}, {A, B}, {B, ELSE}):
            editions.of(sections)
    assert len(drawn) == 3


def test_a_revision_or_a_theme_has_editions_of_its_own(mixed: Issue, tmp_path: Path) -> None:
    (tmp_path / "inline.css").write_text(".h1 { color: #010203 }", "utf-8")
    plain = Editions(mixed).of({A})
    assert Editions(replace(mixed, revision=2)).of({A}).nonce != plain.nonce
    assert Editions(mixed, theme=Theme(folder=tmp_path)).of({A}).html != plain.html
