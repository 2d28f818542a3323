"""Putting the style sheet into the elements changes nothing that a browser draws."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from newsletter.model import Issue
from newsletter.rendering import html as html_stage
from newsletter.rendering import render

SIDES = ("top", "right", "bottom", "left")
PROPERTIES = [
    "display", "visibility", "opacity", "color", "background-color", "background-image", "direction",
    "font-family", "font-size", "font-style", "font-weight", "letter-spacing", "line-height", "text-align",
    "text-decoration-line", "text-transform", "vertical-align", "white-space", "word-break", "word-spacing",
    "width", "height", "max-width", "overflow-x", "border-collapse", "border-spacing", "list-style-type",
    *(f"margin-{side}" for side in SIDES), *(f"padding-{side}" for side in SIDES),
    *(f"border-{side}-{part}" for side in SIDES for part in ("width", "style", "color")),
]  # fmt: skip
COMPUTED = """properties => [...document.querySelectorAll("*")].map(element => {
    const style = getComputedStyle(element);
    const values = properties.map(name => style.getPropertyValue(name));
    return [element.tagName + "." + element.className, ...values];
})"""
VIEWS = [
    (600, "light"),
    (375, "dark"),
    pytest.param(600, "dark", marks=pytest.mark.slow),
    pytest.param(375, "light", marks=pytest.mark.slow),
]
Opened = Callable[..., Page]

Rows = list[list[str]]


def computed(page: Page) -> Rows:
    """The computed styles of every element but style sheets, with the properties in their order."""
    rows: Rows = page.evaluate(COMPUTED, PROPERTIES)
    return [row for row in rows if row[0] != "STYLE."]


@pytest.fixture
def uninlined(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Draw an issue with its style sheet in the head instead, and more rules behind it."""

    def draw(issue: Issue, more: str = "") -> str:
        def in_head(html: str, styles: str) -> str:
            sheet = f"<style>{styles}{more}</style>"
            return html.replace(' data-premailer="ignore"', "").replace("</head>", f"{sheet}</head>", 1)

        with monkeypatch.context() as patched:
            patched.setattr(html_stage, "_inlined", in_head)
            return render(issue).html

    return draw


def differences(one: Rows, other: Rows) -> list[Any]:
    assert [row[0] for row in one] == [row[0] for row in other]
    assert len(one) > 20
    return [
        (mine[0], name, left, right)
        for mine, theirs in zip(one, other, strict=True)
        for name, left, right in zip(PROPERTIES, mine[1:], theirs[1:], strict=True)
        if left != right
    ]


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_every_element_of_the_seed_issue_is_drawn_as_its_sheet_says(
    opened: Opened, uninlined: Callable[..., str], seed_issue: Issue, width: int, scheme: str
) -> None:
    inlined = computed(opened(render(seed_issue).html, width, scheme))
    assert differences(inlined, computed(opened(uninlined(seed_issue), width, scheme))) == []


def test_a_rule_that_inlining_lost_would_be_seen(
    opened: Opened, uninlined: Callable[..., str], rich_issue: Issue
) -> None:
    inlined = computed(opened(render(rich_issue).html, 600, "light"))
    other = computed(opened(uninlined(rich_issue, ".w { letter-spacing: 1px }"), 600, "light"))
    assert "letter-spacing" in {name for _, name, _, _ in differences(inlined, other)}
