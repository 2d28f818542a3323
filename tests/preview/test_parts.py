"""What the views are made of, without a browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from newsletter.errors import ConfigError, RenderError
from newsletter.model import Issue
from newsletter.preview.appearances import APPEARANCES, in_dark, in_light, without_images
from newsletter.preview.darkening import darkened
from newsletter.preview.inbox import first_words
from newsletter.preview.marking import marked
from newsletter.preview.trouble import troubles_of
from newsletter.rendering import render
from newsletter.rendering.anatomy import anatomy
from newsletter.rendering.colours import contrast
from newsletter.rendering.outline import headings, start_tags

MAIL = (
    "<html><head><style>.a { color: red }</style></head><body><!-- <h2>no</h2> --><table>"
    "<tr><td><h1>Daily</h1></td></tr>"
    "<tr><td><h2>One</h2></td></tr><tr><td class='c'><h3>A<b>b</b></h3><p>ä</p></td></tr>"
    "<tr><td><h3>B</h3></td></tr><tr><td><h2>Two</h2></td></tr><tr><td><h3>C</h3><p>x</p></td></tr>"
    "<tr><td>foot</td></tr></table></body></html>"
)


# --- inbox ---


def test_what_comes_behind_the_padding_leaks() -> None:
    body = "  Read\n this \u034f\u200c\u00a0\u034f\u200c\u00a0 View in browser"
    pieces = {piece.kind: piece.text for piece in first_words(body, "Read this")}
    assert pieces == {"preheader": "Read this", "padding": "\u00a0" * 4, "leak": "View in browser"}


def test_without_a_preheader_everything_leaks() -> None:
    assert [piece.kind for piece in first_words("View in browser", "")] == ["leak"]
    assert [piece.kind for piece in first_words("View in browser", "Other words")] == ["leak"]


# --- outline, anatomy, marks ---


def test_headings_are_found_with_their_rows_and_comments_are_not() -> None:
    found = headings(MAIL)
    assert [heading.text for heading in found] == ["Daily", "One", "Ab", "B", "Two", "C"]
    assert MAIL[found[2].start : found[2].end] == "<tr><td class='c'><h3>A<b>b</b></h3><p>ä</p></td></tr>"


def test_every_byte_belongs_to_a_section_or_to_the_shell() -> None:
    found = anatomy(MAIL)
    assert [(part.title, [card.title for card in part.cards]) for part in found.parts] == [
        ("One", ["Ab", "B"]),
        ("Two", ["C"]),
    ]
    assert found.total == len(MAIL.encode())
    assert found.shell + sum(part.size for part in found.parts) == found.total
    assert found.parts[0].cards[0].size == len(
        "<tr><td class='c'><h3>A<b>b</b></h3><p>ä</p></td></tr>".encode()
    )


def test_a_mail_without_headings_is_all_shell() -> None:
    assert anatomy("<p>x</p>").shell == 8
    assert anatomy("").parts == ()


def test_a_mark_is_put_on_the_tag_that_is_meant_and_nothing_else_changes() -> None:
    copy = marked(MAIL, ("h3", 1))
    assert '<h3 id="newsletter-mark">B</h3>' in copy
    assert re.sub(r' id="newsletter-mark"|<style>#.*?</style>', "", copy) == MAIL
    assert marked(MAIL, ("h3", 9)) == marked(MAIL, None) == MAIL


def test_tags_know_where_they_stand_on_many_lines(issue: Callable[..., Issue]) -> None:
    html = render(issue()).html
    for tag in start_tags(html):
        assert html[tag.start : tag.start + 1 + len(tag.name)].lower() == f"<{tag.name}"
        assert html[tag.end - 1] == ">"


# --- appearances ---


def test_dark_and_light_do_not_ask_the_system(issue: Callable[..., Issue]) -> None:
    html = render(issue()).html
    assert "(prefers-color-scheme: dark)" in html
    for form in (in_light(html), in_dark(html)):
        assert "(prefers-color-scheme: dark)" not in form
        assert "light dark" not in form


def test_a_partial_inversion_turns_light_grounds_and_dark_words_and_keeps_them_readable() -> None:
    turned = darkened('<p style="color:#111418;background-color:#fff">x</p><td bgcolor="#ffffff">')
    ink, ground = re.findall(r"color:(#[0-9a-f]{6})", turned)
    assert contrast(ink, ground) > 7
    assert 'bgcolor="#121212"' in turned


def test_what_is_dark_already_stays() -> None:
    dark = '<p style="color:#eeeeee;background:#101010">x</p>'
    assert darkened(dark) == dark


def test_words_of_a_paper_are_never_taken_for_a_style() -> None:
    text = "<p>style=&quot;color:#000000&quot; and color:#000000;</p>"
    assert darkened(text) == text


def test_without_images_their_addresses_are_gone() -> None:
    assert without_images('<img alt="a" src="https://x/y.png" width="3">') == '<img alt="a" width="3">'


def test_no_appearance_loses_a_word(issue: Callable[..., Issue]) -> None:
    html = render(issue()).html
    words = re.sub(r"<[^>]*>", " ", html.partition("</head>")[2]).split()
    for form in APPEARANCES:
        assert re.sub(r"<[^>]*>", " ", form.change(html).partition("</head>")[2]).split() == words


# --- troubles ---


def test_a_mistake_shows_the_lines_around_it(tmp_path: Path) -> None:
    file = tmp_path / "newsletter.toml"
    file.write_text("a = 1\nb = 2\nc = 3\n", "utf-8")
    [one, two] = troubles_of(
        ConfigError(f"{file}, line 2, b: no\n{file}, line 3: neither", hint="mend it"), [file]
    )
    assert (one.line, one.hint, two.hint) == (2, None, "mend it")
    assert [(line.number, line.is_meant) for line in one.excerpt] == [(1, False), (2, True), (3, False)]


def test_only_files_that_are_worked_on_are_shown(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("password", "utf-8")
    [trouble] = troubles_of(RenderError(f"{secret}, line 1: no"), [])
    assert trouble.excerpt == ()


def test_a_line_that_is_not_there_is_no_trouble_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "digest.mjml.j2"
    file.write_text("one\n", "utf-8")
    [trouble] = troubles_of(RenderError("digest.mjml.j2, line 99: no"), [file])
    assert trouble.excerpt == ()
