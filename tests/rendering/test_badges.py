"""What a card says of a paper that is no new one, or none any more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from newsletter.model import Edition, Entry, Issue, Paper, Placement, Rank, Summary
from newsletter.rendering import Theme, render
from newsletter.rendering.leads import leads
from newsletter.rendering.theme import Density

BADGES: list[tuple[tuple[str, ...], int | None, list[str]]] = [
    ((), 3, []),
    (("dated 2014",), None, []),
    (("updated",), 2, ["Updated to v2"]),
    (("updated",), None, ["Updated"]),
    (("replacement",), 5, ["Replaced by v5"]),
    (("replacement",), None, ["Replaced by a new version"]),
    (("updated", "replacement", "cross"), 3, ["Updated to v3", "Cross-listed"]),
    (("cross",), 1, ["Cross-listed"]),
    (("withdrawn", "replacement", "cross"), 2, ["Withdrawn", "Cross-listed"]),
    (("retracted",), None, ["Retracted"]),
]

Draw = Callable[..., Issue]


@pytest.fixture
def issue_of(
    issue: Callable[..., Issue], placement: Callable[..., Placement], paper: Callable[..., Paper]
) -> Draw:
    """Make an issue of one section; each paper is given by its flags."""

    def make(*flags: tuple[str, ...], version: int | None = None, **changes: object) -> Issue:
        summary = Summary(text="We prove what we withdraw.", origin="extract")
        entries = tuple(
            Entry(
                placement=placement(paper(number, flags=own, version=version)),
                summary=summary,
                rank=Rank(total=float(-number)),
            )
            for number, own in enumerate(flags)
        )
        made = issue(1, more=(), **changes)
        return replace(made, sections=(replace(made.sections[0], entries=entries),))

    return make


@pytest.mark.parametrize(("flags", "version", "expected"), BADGES)
def test_a_card_and_the_plain_text_tell_what_a_paper_is(
    issue_of: Draw,
    read: Callable[[str], Any],
    flags: tuple[str, ...],
    version: int | None,
    expected: list[str],
) -> None:
    edition = render(issue_of(flags, version=version))
    badges = ["".join(b.itertext()) for b in read(edition.html).all("b") if b.get("class") == "b"]
    assert badges == expected
    assert " · ".join([*expected, "4 authors"]) in edition.text


@pytest.mark.parametrize("density", ["lead", "standard", "compact"])
def test_cards_of_every_density_have_their_badges(issue_of: Draw, density: Density) -> None:
    edition = render(issue_of(("updated",), ("cross",), version=2), theme=Theme(density=density))
    assert edition.html.count('class="b"') == 2


@pytest.mark.parametrize(
    ("language", "expected"), [("de", "Aktualisiert auf v2"), ("ar", "محدَّثة إلى الإصدار 2")]
)
def test_badges_speak_the_language_of_the_edition(
    issue_of: Draw, read: Callable[[str], Any], language: str, expected: str
) -> None:
    edition = render(issue_of(("updated",), version=2, language=language))
    [badge] = [b for b in read(edition.html).all("b") if b.get("class") == "b"]
    assert "".join(badge.itertext()) == expected
    assert expected in edition.text


def test_a_withdrawn_paper_keeps_its_title_alone_and_leads_nothing(
    issue_of: Draw, read: Callable[[str], Any]
) -> None:
    made = issue_of(("withdrawn",), (), ("retracted",))
    assert [entry.paper.key for entry in leads(made)] == ["paper-1"]
    edition = render(made)
    assert edition.subject.endswith(": Paper 1 on sparse attention")
    assert [heading.get("class") for heading in read(edition.html).all("h3")] == ["hc", "h3", "hc"]
    assert edition.text.count("what we withdraw") == 1


def test_an_issue_of_nothing_but_withdrawn_papers_can_be_sent(issue_of: Draw) -> None:
    edition: Edition = render(issue_of(("withdrawn",)))
    assert edition.subject.endswith(": 1 paper")


def test_badges_do_not_take_a_mail_over_its_budget(issue_of: Draw) -> None:
    edition = render(issue_of(*[("updated", "cross")] * 400, version=2))
    assert len(edition.html.encode()) <= 100_000
    assert edition.shortened


def test_the_highest_rank_leads_whatever_was_noticed_more(issue_of: Draw) -> None:
    [section] = issue_of((), ()).sections
    noticed = section.entries[1]
    paper = replace(noticed.placement.paper, upvotes=900)
    entries = (section.entries[0], replace(noticed, placement=replace(noticed.placement, paper=paper)))
    made = replace(issue_of(()), sections=(replace(section, entries=entries),))
    assert [entry.paper.key for entry in leads(made)] == ["paper-0", "paper-1"]
