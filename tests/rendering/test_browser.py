"""The HTML part in a real browser, with scripts and network off."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page

from newsletter.model import Edition, Entry, Issue, IssueSection
from newsletter.rendering import render

# The least contrast between a text and the nearest ground behind it.
LEAST_CONTRAST = """() => {
    const rgb = value => value.match(/[\\d.]+/g).map(Number);
    const channel = c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    const luminance = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
    const ground = element => {
        for (; element; element = element.parentElement) {
            const colour = rgb(getComputedStyle(element).backgroundColor);
            if (colour.length === 3 || colour[3] > 0) return colour;
        }
        return [255, 255, 255];
    };
    const ownText = e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
    const seen = e => e.getClientRects().length && parseFloat(getComputedStyle(e).fontSize) > 6;
    const ratios = [...document.body.querySelectorAll('*')].filter(e => ownText(e) && seen(e)).map(e => {
        const both = [luminance(rgb(getComputedStyle(e).color)), luminance(ground(e))];
        const [dim, bright] = both.sort((a, b) => a - b);
        return (bright + 0.05) / (dim + 0.05);
    });
    return Math.min(...ratios);
}"""


@pytest.fixture
def wide_issue(rich_issue: Issue) -> Issue:
    """An issue whose every text is one word that no line can hold."""
    [section] = rich_issue.sections
    [first, second] = section.entries
    paper = replace(
        first.paper, title="x" * 400, authors=("y" * 300,), url="https://example.org/" + "z" * 900
    )
    assert first.summary
    entry = Entry(
        placement=replace(first.placement, paper=paper), summary=replace(first.summary, text="w" * 500)
    )
    wide = IssueSection(
        slug=section.slug, title="v" * 300, description="u" * 300, entries=(entry, second) * 4
    )
    return replace(rich_issue, title="t" * 200, sections=(wide,))


def opened(browser: Browser, html: str, width: int, scheme: str = "light") -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
        java_script_enabled=False,
        offline=True,
    )
    page = context.new_page()
    page.set_content(html)
    return page


def without_styles(html: str) -> str:
    """What Gmail shows of a clipped mail."""
    return re.sub(r"<style.*?</style>", "", html, flags=re.DOTALL)


def scroll_width(page: Page) -> int:
    width: int = page.evaluate("document.documentElement.scrollWidth")
    return width


@pytest.mark.parametrize("width", [320, 375, 600, 1024])
def test_nothing_scrolls_sideways(chromium: Browser, seed_edition: Edition, width: int) -> None:
    assert scroll_width(opened(chromium, seed_edition.html, width)) <= width


@pytest.mark.parametrize("width", [375, 600])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_words_that_no_line_can_hold_are_broken(
    chromium: Browser, wide_issue: Issue, width: int, language: str
) -> None:
    html = render(replace(wide_issue, language=language)).html
    assert scroll_width(opened(chromium, html, width)) <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read_on_its_ground(chromium: Browser, seed_edition: Edition, scheme: str) -> None:
    assert opened(chromium, seed_edition.html, 600, scheme).evaluate(LEAST_CONTRAST) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_can_be_read_without_its_style_sheets(
    chromium: Browser, seed_edition: Edition, scheme: str
) -> None:
    page = opened(chromium, without_styles(seed_edition.html), 600, scheme)
    assert page.evaluate(LEAST_CONTRAST) >= 4.5
    assert page.locator("h3").first.is_visible()


def test_the_preheader_does_not_show(chromium: Browser, seed_edition: Edition) -> None:
    shown = opened(chromium, seed_edition.html, 600).locator("body").inner_text()
    assert seed_edition.preheader not in shown
    assert shown.lstrip().startswith("Friday, 7 November 2025")


def test_the_dark_scheme_is_dark(chromium: Browser, seed_edition: Edition) -> None:
    ground = "getComputedStyle(document.querySelector('.sheet')).backgroundColor"
    assert opened(chromium, seed_edition.html, 600).evaluate(ground) == "rgb(255, 255, 255)"
    assert opened(chromium, seed_edition.html, 600, "dark").evaluate(ground) == "rgb(25, 28, 32)"
