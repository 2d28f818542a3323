"""The colours that the contrast check computes are those that a browser draws."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Page as BrowserPage

from newsletter.model import Edition, Issue
from newsletter.rendering import render
from newsletter.rendering.checks.cascade import VIEWS, Cascade, View
from newsletter.rendering.checks.page import Page
from newsletter.rendering.checks.style_sheets import sheets_of

Opened = Callable[..., BrowserPage]
DRAWN = """() => {
    const channels = value => value.match(/[\\d.]+/g).map(Number);
    const dark = matchMedia("(prefers-color-scheme: dark)").matches
        && (getComputedStyle(document.documentElement).colorScheme.includes("dark")
            || document.querySelector("meta[name=color-scheme][content*=dark]") !== null);
    const canvas = dark ? [18, 18, 18] : [255, 255, 255];
    const ground = element => {
        if (!element) return canvas;
        const own = channels(getComputedStyle(element).backgroundColor);
        const share = own.length === 4 ? own[3] : 1;
        const below = share === 1 ? canvas : ground(element.parentElement);
        return below.map((channel, i) => own[i] * share + channel * (1 - share));
    };
    return [...document.querySelectorAll("body, body *")].map(element => {
        const style = getComputedStyle(element);
        return [
            element.tagName.toLowerCase(), channels(style.color).slice(0, 3), ground(element).map(Math.round),
            parseFloat(style.fontSize), parseInt(style.fontWeight) >= 600,
        ];
    });
}"""


def drawn(opened: Opened, html: str, view: View) -> list[list[object]]:
    if not view.has_sheets:
        html = re.sub(r"<style.*?</style>", "", html, flags=re.DOTALL)
    rows: list[list[object]] = opened(html, 600, "dark" if view.is_dark else "light").evaluate(DRAWN)
    return rows


def computed(html: str, view: View) -> list[list[object]]:
    page = Page(html)
    return [
        [
            node.tag,
            [round(channel) for channel in look.colour[:3]],
            [round(channel) for channel in look.ground[:3]],
            pytest.approx(look.font_px, abs=0.05),
            look.is_bold,
        ]
        for node, look in Cascade(page, sheets_of(page)).looks(view)
        if node.tag == "body" or any(parent.tag == "body" for parent in node.ancestors())
    ]


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_they_agree_on_every_element_of_the_seed_issue(
    opened: Opened, seed_edition: Edition, view: View
) -> None:
    rows = computed(seed_edition.html, view)
    assert len(rows) > 500
    assert drawn(opened, seed_edition.html, view) == rows


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_they_agree_from_right_to_left(opened: Opened, rich_issue: Issue, view: View) -> None:
    html = render(replace(rich_issue, language="ar")).html
    assert drawn(opened, html, view) == computed(html, view)


BODY = """<p>x <a href="https://e.org/">x</a> <b>x</b> <small>x</small></p><h1>x</h1><h4>x</h4><h6>x</h6>
<div style="background:rgba(0,0,0,.5)"><p style="color:#ff0000">x</p></div>
<div class="a b" id="c" style="background:#eeeeee"><p class="d">x</p><font color="#00ff00">x</font></div>
<table bgcolor="#123456"><tr><td>x</td><th>x</th></tr></table>
<p style="font:italic bold 1.5em/2 Arial">x<span style="font-size:80%">x</span></p>
<b style="font:16px/1.5 Arial">x<i style="font-weight:inherit">x</i></b>"""
CSS = """.a { background: #dddddd } #c p { color: hsl(120 50% 30%) } .a.b p.d { font-size: 12pt }
.b > p { color: red !important } div p { font-weight: 500 } a:link { color: #abcdef }
p:hover { color: #000001 } @media print { p { color: #000002 } }
@media (min-width: 500px) and (max-width: 700px) { h1 { color: #000003 } }
@media (prefers-color-scheme: dark) { body { background: #222222 } .a { background: #333333 !important } }
@media (min-width: 601px) { h1 { color: #000004 } } td { color: #fff }"""


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
@pytest.mark.parametrize("meta", ["", '<meta name="color-scheme" content="light dark">'])
def test_they_agree_on_selectors_sizes_and_old_attributes(opened: Opened, meta: str, view: View) -> None:
    html = f"<!DOCTYPE html><html><head>{meta}<style>{CSS}</style></head><body>{BODY}</body></html>"
    assert drawn(opened, html, view) == computed(html, view)
