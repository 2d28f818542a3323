"""Fonts are names of what readers may have; nothing else gets into a style sheet, and none is fetched."""

from __future__ import annotations

import pytest

from newsletter.model import Issue
from newsletter.rendering import Theme, render
from newsletter.rendering.fonts import BODY_FONT, HEADING_FONT, font_list, outlook_font


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("serif", "serif"),
        ("Charter,Georgia , serif", "Charter, Georgia, serif"),
        ('"Segoe UI", Arial, sans-serif', "'Segoe UI', Arial, sans-serif"),
        ("Times New Roman, serif", "'Times New Roman', serif"),
        (HEADING_FONT, HEADING_FONT),
        (BODY_FONT, BODY_FONT),
    ],
)
def test_a_list_of_names_is_kept_as_style_sheets_want_it(given: str, kept: str) -> None:
    assert font_list(given) == kept


@pytest.mark.parametrize(
    "given",
    [
        "",
        "Georgia",
        "serif, Georgia",
        "Georgia; color: red, serif",
        "url(http://fonts.example/x), serif",
        "Evil'x, serif",
        "a} b { c: d, serif",
        "</style>, serif",
        "Gëorgia, serif",
        "Georgia\n, serif\nx",
        f"{'x' * 41}, serif",
        f"{'a, ' * 8}serif",
    ],
)
def test_nothing_else_is_a_list_of_fonts(given: str) -> None:
    with pytest.raises(ValueError, match="expected up to 8 names"):
        font_list(given)
    with pytest.raises(ValueError, match="expected up to 8 names"):
        Theme(body_font=given)


@pytest.mark.parametrize(
    ("fonts", "outlook"), [("Charter, serif", "Georgia, serif"), ("Inter, sans-serif", "Arial, sans-serif")]
)
def test_outlook_gets_a_font_that_it_has(fonts: str, outlook: str) -> None:
    assert outlook_font(fonts) == outlook


def test_fonts_of_ones_own_are_named_and_never_fetched(rich_issue: Issue) -> None:
    theme = Theme(heading_font="Lato, Charter, serif", body_font="Roboto, Open Sans, sans-serif")
    html = render(rich_issue, theme=theme).html
    assert "font-family:Lato, Charter, serif" in html
    assert 'font-family:Roboto, "Open Sans", sans-serif' in html
    for way in ("@import", "@font-face", "<link", "fonts.googleapis.com"):
        assert way not in html
