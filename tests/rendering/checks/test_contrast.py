"""Contrast as a browser would compute it: cascade, schemes, sizes, translucent colours."""

from __future__ import annotations

import pytest

from newsletter.rendering.checks.cascade import VIEWS, Cascade
from newsletter.rendering.checks.colours import Colour, over, parse_colour
from newsletter.rendering.checks.colours import contrast as ratio
from newsletter.rendering.checks.contrast import contrast
from newsletter.rendering.checks.findings import Finding
from newsletter.rendering.checks.page import Page
from newsletter.rendering.checks.style_sheets import sheets_of

LIGHT, DARK, BARE, _BARE_DARK = VIEWS
WHITE, BLACK = Colour(255, 255, 255), Colour(0, 0, 0)


def page(body: str, css: str = "", head: str = "") -> Page:
    return Page(f"<!DOCTYPE html><html><head>{head}<style>{css}</style></head><body>{body}</body></html>")


def found(body: str, css: str = "", head: str = "") -> list[Finding]:
    made = page(body, css, head)
    return list(contrast(made, sheets_of(made)))


def colour_of(body: str, css: str = "", view: object = LIGHT) -> str:
    """The colour of the last element's text."""
    made = page(body, css)
    looks = list(Cascade(made, sheets_of(made)).looks(view))  # type: ignore[arg-type]
    return str(looks[-1][1].colour)


def test_the_ratio_is_that_of_the_standard() -> None:
    assert ratio(BLACK, WHITE) == pytest.approx(21)
    assert ratio(WHITE, WHITE) == 1
    assert ratio(Colour(0x77, 0x77, 0x77), WHITE) == pytest.approx(4.48, abs=0.005)
    assert ratio(Colour(0x76, 0x76, 0x76), WHITE) == pytest.approx(4.54, abs=0.005)


@pytest.mark.parametrize(
    ("text", "colour"),
    [
        ("#fff", "#ffffff"),
        ("RED", "#ff0000"),
        ("rgb(1, 2, 3)", "#010203"),
        ("hsl(120 100% 50%)", "#00ff00"),
        ("currentcolor", None),
        ("inherit", None),
        ("12px", None),
        ("", None),
    ],
)
def test_colours_are_read_in_every_form(text: str, colour: str | None) -> None:
    parsed = parse_colour(text)
    assert (str(parsed) if parsed else None) == colour


def test_a_translucent_colour_takes_from_its_ground() -> None:
    assert str(over(Colour(0, 0, 0, 0.5), WHITE)) == "#808080"


@pytest.mark.parametrize(
    ("body", "css", "colour"),
    [
        ('<p style="color:#111111">x', "p { color: #222222 }", "#111111"),
        ('<p style="color:#111111">x', "p { color: #222222 !important }", "#222222"),
        ('<p style="color:#111111 !important">x', "p { color: #222222 !important }", "#111111"),
        ('<p class="a">x', ".a { color: #111111 } p { color: #222222 }", "#111111"),
        ('<p class="a">x', "p { color: #222222 } p { color: #333333 }", "#333333"),
        ('<p style="color:#111111"><b>x', "", "#111111"),
        ('<p style="color:#111111"><b style="color:inherit">x', "", "#111111"),
        ('<p><a href="x">x', "", "#0000ee"),
        ("<p>x", "@media print { p { color: #222222 } }", "#000000"),
        ("<p>x", "@media screen and (max-width: 480px) { p { color: #222222 } }", "#000000"),
        ("<p>x", "@media (min-width: 480px) { p { color: #222222 } }", "#222222"),
        ("<p>x", "@media not print { p { color: #222222 } }", "#222222"),
        ("<p>x", "p::before { color: #222222 }", "#000000"),
        ("<p>x", "p:nonsense { color: #222222 }", "#000000"),
        ("<p>x", "[data-ogsc] p { color: #222222 }", "#000000"),
    ],
)
def test_the_cascade_is_that_of_browsers(body: str, css: str, colour: str) -> None:
    assert colour_of(body, css) == colour


def test_each_scheme_has_its_own_rules() -> None:
    css = "@media (prefers-color-scheme: dark) { p { color: #eeeeee } }"
    assert [colour_of("<p>x", css, view) for view in (LIGHT, DARK, BARE)] == ["#000000", "#eeeeee", "#000000"]


def test_dark_text_left_on_a_dark_ground_is_found() -> None:
    css = "@media (prefers-color-scheme: dark) { div { background: #111111 !important } }"
    [finding] = found('<div style="background:#ffffff"><p style="color:#222222">x</div>', css)
    assert finding.message == "#222222 on #111111 has a contrast of 1.18:1 in the dark scheme"
    assert "head.css" in finding.hint


def test_text_without_a_colour_is_white_on_white_where_the_page_takes_a_dark_canvas() -> None:
    meta = '<meta name="color-scheme" content="light dark">'
    body = '<div style="background:#ffffff">x</div>'
    [finding] = found(body, "", meta)
    assert finding.message.startswith(
        "#ffffff on #ffffff has a contrast of 1.0:1 in the dark scheme and in the "
    )
    assert found(body) == []


@pytest.mark.parametrize(
    ("style", "is_enough"),
    [
        ("font-size:16px", False),
        ("font-size:24px", True),
        ("font-size:18pt", True),
        ("font-size:23px", False),
        ("font-size:19px;font-weight:700", True),
        ("font-size:19px;font-weight:500", False),
        ("font:bold 150% Arial", True),
    ],
)
def test_large_text_needs_less(style: str, is_enough: bool) -> None:
    assert (found(f'<p style="color:#777777;{style}">x') == []) is is_enough


def test_a_heading_is_large_and_bold_by_itself() -> None:
    assert found('<h1 style="color:#777777">x</h1>') == []
    assert found('<h4 style="color:#777777">x</h4>')


@pytest.mark.parametrize("style", ["display:none", "visibility:hidden", "opacity:0"])
def test_hidden_text_needs_none(style: str) -> None:
    assert found(f'<div style="{style}"><p style="color:#ffffff">x</div>') == []


def test_padding_characters_are_no_text() -> None:
    assert found('<p style="color:#ffffff">\u034f\u200c\u00a0 </p>') == []


def test_the_same_pair_of_colours_is_told_once() -> None:
    [finding] = found('<p style="color:#999999">x</p>' * 3)
    assert finding.message == (
        "#999999 on #ffffff has a contrast of 2.84:1 in the light scheme, in the dark scheme, "
        "without style sheets and in the dark scheme without style sheets (3 texts)"
    )


def test_text_on_a_picture_cannot_be_judged() -> None:
    findings = found('<div style="background:linear-gradient(#fff, #000)"><p style="color:#ffffff">x</div>')
    assert {finding.severity for finding in findings} == {"info"}


def test_the_old_attributes_count() -> None:
    assert found('<table bgcolor="#000000"><tr><td>x</td></tr></table>')
    assert found('<p><font color="#eeeeee">x</font>')
