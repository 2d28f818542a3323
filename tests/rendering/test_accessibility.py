"""axe-core, the checker of accessibility that browsers' own tools use, on the mail in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Page

from newsletter.model import Edition, Issue
from newsletter.rendering import render

AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
# Landmarks divide a page into parts; a mail is shown inside one part of the client's page.
RULES_FOR_PAGES = ("landmark-one-main", "region")
RUN = """async rules => {
    const off = Object.fromEntries(rules.map(rule => [rule, {enabled: false}]));
    const found = await axe.run(document, {rules: off, resultTypes: ["violations", "incomplete"]});
    const told = kind => found[kind].map(
        ({id, impact, nodes}) => ({id, impact, nodes: nodes.map(node => node.html)})
    );
    return {violations: told("violations"), incomplete: told("incomplete"), passes: found.passes.length};
}"""
# A page of 75 cards takes axe seconds: the narrow one is looked at in the longer run.
VIEWS = [
    (600, "light"),
    (600, "dark"),
    pytest.param(375, "light", marks=pytest.mark.slow),
    pytest.param(375, "dark", marks=pytest.mark.slow),
]

Opened = Callable[..., Page]


def findings(page: Page) -> list[dict[str, Any]]:
    """What axe holds against the mail. White on white it cannot judge, so that counts as well."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate(RUN, list(RULES_FOR_PAGES))
    assert found["passes"] > 10
    unjudged = [one for one in found["incomplete"] if one["id"] == "color-contrast"]
    return [*found["violations"], *unjudged]


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_axe_holds_nothing_against_the_seed_issue(
    opened: Opened, seed_edition: Edition, width: int, scheme: str
) -> None:
    assert findings(opened(seed_edition.html, width, scheme, scripts=True)) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_axe_holds_nothing_against_a_mail_with_all_that_a_card_can_show(
    opened: Opened, rich_issue: Issue, language: str, scheme: str
) -> None:
    html = render(replace(rich_issue, language=language)).html
    assert findings(opened(html, 600, scheme, scripts=True)) == []


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("<h1", '<p style="color:#fff;background:#fff">white on white</p><h1', "color-contrast"),
        ("<h1", '<img src="data:,"><h1', "image-alt"),
        ("</h1>", "</h1><h4>skipped</h4>", "heading-order"),
        ('lang="en"', 'lang="nonsense"', "html-lang-valid"),
    ],
)
def test_axe_would_see_a_fault(opened: Opened, rich_issue: Issue, old: str, new: str, rule: str) -> None:
    html = render(rich_issue).html
    assert old in html
    assert rule in {one["id"] for one in findings(opened(html.replace(old, new), 600, "light", scripts=True))}
