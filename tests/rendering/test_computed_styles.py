"""Putting the style sheet into the elements changes nothing that a browser draws."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser

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
VIEWS = [(width, scheme) for width in (600, 375) for scheme in ("light", "dark")]

Rows = list[list[str]]
Computed = Callable[[str, int, str], Rows]


@pytest.fixture(scope="module")
def computed(chromium: Browser) -> Computed:
    """The computed styles of every element below the head, with the properties in their order."""

    def measure(html: str, width: int, scheme: str) -> Rows:
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light",
            java_script_enabled=False,
            offline=True,
        )
        page = context.new_page()
        page.set_content(html)
        rows: Rows = page.evaluate(COMPUTED, PROPERTIES)
        context.close()
        return [row for row in rows if row[0] != "STYLE."]

    return measure


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
    computed: Computed, uninlined: Callable[..., str], seed_issue: Issue, width: int, scheme: str
) -> None:
    inlined = computed(render(seed_issue).html, width, scheme)
    assert differences(inlined, computed(uninlined(seed_issue), width, scheme)) == []


def test_a_rule_that_inlining_lost_would_be_seen(
    computed: Computed, uninlined: Callable[..., str], rich_issue: Issue
) -> None:
    inlined = computed(render(rich_issue).html, 600, "light")
    other = computed(uninlined(rich_issue, ".w { letter-spacing: 1px }"), 600, "light")
    assert {name for _, name, _, _ in differences(inlined, other)} >= {"letter-spacing"}
