"""A theme of one's own: file by file, and what is said when a file of it is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsletter.errors import RenderError
from newsletter.model import Issue
from newsletter.rendering import Theme, render
from newsletter.rendering.theme import default_templates


def refusal(issue: Issue, folder: Path, name: str, content: str | bytes) -> RenderError:
    """Draw with one file of the theme replaced, which must fail."""
    (folder / name).write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    with pytest.raises(RenderError) as raised:
        render(issue, theme=Theme(folder=folder))
    assert raised.value.hint
    assert "\n" not in raised.value.message
    return raised.value


def test_a_file_of_the_theme_replaces_the_default_one_and_no_other(rich_issue: Issue, tmp_path: Path) -> None:
    (tmp_path / "masthead.mjml.j2").write_text(
        '<tr><td><h1 class="h1">Hear, hear: {{ view.title }}</h1></td></tr>', "utf-8"
    )
    edition = render(rich_issue, theme=Theme(folder=tmp_path))
    assert "Hear, hear: Daily Papers" in edition.html
    assert edition.text == render(rich_issue).text


def test_a_changed_file_shows_without_a_restart(rich_issue: Issue, tmp_path: Path) -> None:
    sheet = tmp_path / "inline.css"
    sheet.write_text(".h1 { color: #010203 }", "utf-8")
    assert "#010203" in render(rich_issue, theme=Theme(folder=tmp_path)).html
    sheet.write_text(".h1 { color: #040506 }", "utf-8")
    assert "#040506" in render(rich_issue, theme=Theme(folder=tmp_path)).html


def test_a_file_that_comes_into_the_folder_shows_without_a_restart(rich_issue: Issue, tmp_path: Path) -> None:
    theme = Theme(folder=tmp_path)
    before = render(rich_issue, theme=theme)
    sheet = tmp_path / "inline.css"
    sheet.write_text(".h1 { color: #010203 }", "utf-8")
    assert "#010203" in render(rich_issue, theme=theme).html
    sheet.unlink()
    assert render(rich_issue, theme=theme) == before


def test_an_empty_style_sheet_is_a_style_sheet(rich_issue: Issue, tmp_path: Path) -> None:
    (tmp_path / "inline.css").write_text("", "utf-8")
    assert render(rich_issue, theme=Theme(folder=tmp_path)).html.startswith("<!DOCTYPE html>")


def test_a_theme_folder_that_is_not_there_changes_nothing(rich_issue: Issue, tmp_path: Path) -> None:
    assert render(rich_issue, theme=Theme(folder=tmp_path / "none")) == render(rich_issue)


def test_a_syntax_error_names_file_and_line(rich_issue: Issue, tmp_path: Path) -> None:
    error = refusal(rich_issue, tmp_path, "cards.mjml.j2", "<tr>\n{% if x ! %}\n</tr>")
    assert error.message.startswith("cards.mjml.j2, line 2: ")


def test_an_unknown_name_names_file_and_line(rich_issue: Issue, tmp_path: Path) -> None:
    error = refusal(rich_issue, tmp_path, "masthead.mjml.j2", "<tr><td>\n\n{{ view.titel }}</td></tr>")
    assert "masthead.mjml.j2, line 3: " in error.message
    assert "titel" in error.message


@pytest.mark.parametrize(
    "expression", ["1 // 0", "'a' + 1", "view.title.encode('x')", "[].pop()", "''.__class__.__mro__[1]"]
)
def test_an_expression_that_fails_names_file_and_line(
    rich_issue: Issue, tmp_path: Path, expression: str
) -> None:
    error = refusal(rich_issue, tmp_path, "digest.txt.j2", f"\n{{{{ {expression} }}}}")
    assert "digest.txt.j2, line 2: " in error.message


def test_a_missing_file_is_named(rich_issue: Issue, tmp_path: Path) -> None:
    error = refusal(rich_issue, tmp_path, "digest.mjml.j2", '{% include "footnotes.mjml.j2" %}')
    assert "footnotes.mjml.j2" in error.message


def test_a_file_outside_the_theme_is_not_read(rich_issue: Issue, tmp_path: Path) -> None:
    error = refusal(rich_issue, tmp_path, "digest.mjml.j2", '{% include "../../pyproject.toml" %}')
    assert "pyproject.toml" in error.message


def test_bytes_that_are_no_text_are_named(rich_issue: Issue, tmp_path: Path) -> None:
    assert "0xff" in refusal(rich_issue, tmp_path, "inline.css", b".a { color: red }\xff").message


@pytest.mark.parametrize(
    "source",
    [
        "",
        "hello",
        "<mjml><mj-body><mj-text>unclosed</mj-body></mjml>",
        "<mjml><mj-body><img alt=x></mj-body></mjml>",
        "<mjml><mj-body><mj-include path='/etc/passwd' /></mj-body></mjml>",
        "<html></html>",
    ],
)
def test_mjml_that_is_none_is_told_as_such(rich_issue: Issue, tmp_path: Path, source: str) -> None:
    assert "MJML" in refusal(rich_issue, tmp_path, "digest.mjml.j2", source).message


def test_a_place_in_mjml_is_shown(rich_issue: Issue, tmp_path: Path) -> None:
    error = refusal(rich_issue, tmp_path, "digest.mjml.j2", "<mjml>\n<mj-body>\n<mj-foo></mj-bar-baz\n")
    assert error.message.startswith("digest.mjml.j2")


def test_a_style_sheet_that_is_none_is_told_as_such(rich_issue: Issue, tmp_path: Path) -> None:
    error = refusal(rich_issue, tmp_path, "inline.css", '.a[data-x="a,b"] { color: red }')
    assert error.message.startswith("inline.css")


def test_a_theme_from_which_nobody_could_unsubscribe_is_refused(rich_issue: Issue, tmp_path: Path) -> None:
    error = refusal(rich_issue, tmp_path, "footer.mjml.j2", "<tr><td>Bye</td></tr>")
    assert "digest.mjml.j2 has no place for unsubscribe_url" in error.message


def test_head_styles_are_kept_as_written(rich_issue: Issue, tmp_path: Path) -> None:
    (tmp_path / "head.css").write_text(
        "@media print { .sheet > table { color: #010203 !important } }", "utf-8"
    )
    html = render(rich_issue, theme=Theme(folder=tmp_path)).html
    assert "@media print { .sheet > table { color: #010203 !important } }" in html


def test_the_default_sheet_stays_small() -> None:
    """premailer's CSS parser is slow: some thirty rules do not matter, hundreds would."""
    sheet = (default_templates() / "email" / "inline.css").read_text("utf-8")
    assert sheet.count("\n.") <= 30


def test_a_theme_cannot_make_drawing_fetch_a_style_sheet(rich_issue: Issue, tmp_path: Path) -> None:
    masthead = "<tr><td><style>@import url(http://127.0.0.1:9/x.css);</style></td></tr>"
    error = refusal(rich_issue, tmp_path, "masthead.mjml.j2", masthead)
    assert "may not import http://127.0.0.1:9/x.css" in error.message


def test_a_theme_that_names_a_web_font_does_not_make_readers_fetch_it(
    rich_issue: Issue, tmp_path: Path
) -> None:
    default = (default_templates() / "email" / "digest.mjml.j2").read_text("utf-8")
    text = '<mj-section><mj-column><mj-text font-family="Roboto">Hi</mj-text></mj-column></mj-section>'
    (tmp_path / "digest.mjml.j2").write_text(
        default.replace("<mj-section ", f"{text}<mj-section ", 1), "utf-8"
    )
    html = render(rich_issue, theme=Theme(folder=tmp_path)).html
    assert ">Hi</div>" in html
    assert "fonts.googleapis.com" not in html


def test_a_rule_that_must_win_still_says_so_when_it_is_put_into_elements(
    rich_issue: Issue, tmp_path: Path
) -> None:
    (tmp_path / "masthead.mjml.j2").write_text(
        "<tr><td><style>.h1 { color: #010203 !important }</style>"
        '<h1 class="h1">{{ view.title }}</h1></td></tr>',
        "utf-8",
    )
    html = render(rich_issue, theme=Theme(folder=tmp_path)).html
    assert "#010203 !important" in html
