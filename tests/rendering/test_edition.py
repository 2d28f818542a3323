"""The edition as a whole: the same bytes every time, slots in both parts, nothing fetched."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest

from newsletter.model import Edition, Issue, Slot, sentinel
from newsletter.rendering import render

BUDGET_BYTES = 100_000


def test_the_seed_with_all_its_papers_stays_under_the_budget(seed_edition: Edition) -> None:
    assert len(seed_edition.html.encode("utf-8")) < BUDGET_BYTES


def test_every_paper_of_the_seed_is_in_both_parts(
    seed_issue: Issue, seed_edition: Edition, read: Callable[[str], Any]
) -> None:
    titles = [entry.paper.title for entry in seed_issue.entries]
    headings = read(seed_edition.html).texts("h3")
    text = " ".join(seed_edition.text.split())
    assert len(titles) == 75
    assert headings == titles
    assert [title for title in titles if title not in text] == []


def test_the_same_issue_gives_the_same_edition(seed_issue: Issue, seed_edition: Edition) -> None:
    assert render(seed_issue) == seed_edition


def test_any_change_of_an_issue_changes_the_nonce(rich_issue: Issue) -> None:
    changed = replace(rich_issue, revision=2)
    assert render(changed).nonce != render(rich_issue).nonce


def test_every_slot_is_in_both_parts_as_it_was_written(rich_issue: Issue) -> None:
    edition = render(rich_issue)
    assert re.fullmatch(r"[0-9a-f]{16,}", edition.nonce)
    for slot in get_args(Slot):
        assert sentinel(edition.nonce, slot) in edition.html
        assert sentinel(edition.nonce, slot) in edition.text


def test_link_slots_are_the_whole_of_a_link_and_the_address_is_text(
    rich_issue: Issue, read: Callable[[str], Any]
) -> None:
    edition = render(rich_issue)
    page = read(edition.html)
    for slot in ("unsubscribe_url", "preferences_url", "archive_url"):
        assert sentinel(edition.nonce, slot) in page.links()
    mark = sentinel(edition.nonce, "postal_address")
    assert [text for text in page.texts("p") if text.endswith(mark)]


def test_an_issue_without_any_paper_can_be_drawn(rich_issue: Issue, read: Callable[[str], Any]) -> None:
    edition = render(replace(rich_issue, sections=(), more=()))
    assert edition.subject == "Daily Papers · 7 Nov: 0 papers"
    assert read(edition.html).texts("h1") == ["Daily Papers"]


def test_drawing_touches_no_network(
    rich_issue: Issue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        pytest.fail("something was looked up or connected to")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    from newsletter.rendering import Theme  # noqa: PLC0415 - nothing of it may be cached before the patch

    (tmp_path / "digest.txt.j2").write_text("{{ view.slots.values()|join(' ') }}", "utf-8")
    assert render(rich_issue, theme=Theme(folder=tmp_path)).html
