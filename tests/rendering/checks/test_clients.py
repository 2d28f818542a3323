"""What mail clients support: the features a mail uses, the baseline, and the data that ships."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from newsletter.errors import RenderError
from newsletter.rendering import Theme
from newsletter.rendering.checks.client_data import DATA, client_data
from newsletter.rendering.checks.client_data_command import main
from newsletter.rendering.checks.clients import clients
from newsletter.rendering.checks.features import uses
from newsletter.rendering.checks.findings import Finding
from newsletter.rendering.checks.known_losses import known_losses
from newsletter.rendering.checks.page import Page
from newsletter.rendering.checks.style_sheets import sheets_of


def page(body: str = "", css: str = "") -> Page:
    style = f"<style>{css}</style>" if css else ""
    return Page(f"<!DOCTYPE html><html><head>{style}</head><body>{body}</body></html>")


def used(body: str = "", css: str = "") -> set[str]:
    made = page(body, css)
    return set(uses(made, sheets_of(made), client_data())) - {"html-doctype", "html-body", "html-style"}


def losses(body: str, known: Mapping[str, str]) -> list[Finding]:
    made = page(body)
    return [one for one in clients(made, sheets_of(made), known) if "html-" not in one.hint]


@pytest.mark.parametrize(
    ("body", "css", "features"),
    [
        ('<p style="border-top:1px solid red">', "", {"html-p", "css-border", "css-unit-px"}),
        ('<p style="padding:2em 1%">', "", {"html-p", "css-padding", "css-unit-em", "css-unit-percent"}),
        ('<p style="margin-inline-start:0">', "", {"html-p", "css-margin-inline-start-end"}),
        ('<p style="width:calc(1vw)">', "", {"html-p", "css-width", "css-unit-calc", "css-unit-vw"}),
        ('<p style="display:flex">', "", {"html-p", "css-display", "css-display-flex"}),
        ('<p style="color:rgba(0,0,0,.5)">', "", {"html-p", "css-rgba"}),
        ('<p style="color:var(--x)">', "", {"html-p", "css-variables"}),
        ('<p style="font-family:system-ui">', "", {"html-p", "css-sytem-ui"}),
        ('<a href="#x">x</a>', "", {"html-anchor-links"}),
        ('<a href="mailto:a@b.example">x</a>', "", {"html-mailto-links"}),
        ('<nav aria-label="x"></nav>', "", {"html-semantics", "html-aria-label"}),
        ('<img alt="" src="a.webp?x=1">', "", {"html-img", "image-webp"}),
        ('<img alt="" src="data:image/png;base64,x">', "", {"html-img", "image-base64"}),
        ("<ol></ol>", "", {"html-lists"}),
        ("<b>x</b>", "", {"html-strong"}),
        ("", "a { top: 0 }", {"css-selector-type", "css-left-right-top-bottom"}),
        ("", ".a.b > *, #c { width: 0 !important }", {
            "css-selector-class", "css-selector-chaining", "css-selector-child", "css-selector-universal",
            "css-selector-grouping", "css-selector-id", "css-width", "css-important"}),
        ("", "a:hover::after { width: 0 }", {
            "css-selector-type", "css-pseudo-class-hover", "css-pseudo-element-after", "css-width"}),
        ("", "@media (hover) { .a .b { width: 0 } }", {
            "css-at-media", "css-at-media-hover", "css-selector-class", "css-selector-descendant",
            "css-width"}),
        ("", "@supports (display: grid) { [x] { width: 0 } }", {
            "css-at-supports", "css-selector-attribute", "css-width"}),
        ("", "/* x */", {"css-comments"}),
        ("<p>plain</p>", "", {"html-p"}),
    ],
)  # fmt: skip
def test_a_feature_is_recognised(body: str, css: str, features: set[str]) -> None:
    assert used(body, css) == features


def test_a_loss_that_nobody_knows_is_a_warning_that_names_the_clients() -> None:
    [finding] = losses('<p style="display:grid">', {"css-display": "x"})[-1:]
    assert finding.severity == "warning"
    assert finding.message.startswith("display:grid: lost in ")
    assert "Outlook (" in finding.message
    assert 'css-display-grid = "..."' in finding.hint


def test_a_known_loss_is_a_note_that_says_what_readers_see() -> None:
    [finding] = losses('<p style="display:grid">', {"css-display": "x", "css-display-grid": "rows"})[-1:]
    assert finding.severity == "info"
    assert finding.hint == "known, readers there see: rows"


def test_what_works_in_part_is_a_note() -> None:
    [finding] = losses('<p style="padding:0">', {})
    assert (finding.severity, finding.message) == (
        "info",
        "padding: only in part in Outlook (Windows, Windows Mail)",
    )


def test_the_default_theme_says_what_readers_see_without_a_feature() -> None:
    known = known_losses(Theme())
    assert set(known) <= set(client_data())
    assert all(effect and client_data()[name].lacking for name, effect in known.items())


def test_a_theme_has_its_own_baseline(tmp_path: Path) -> None:
    (tmp_path / "known_losses.toml").write_text('css-gap = "no gap"', "utf-8")
    assert known_losses(Theme(folder=tmp_path)) == {"css-gap": "no gap"}


@pytest.mark.parametrize("text", ["css-gap", "css-gap = 1", "[css-gap]\nx = 1"])
def test_a_baseline_that_cannot_be_read_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "known_losses.toml").write_text(text, "utf-8")
    with pytest.raises(RenderError, match=r"known_losses\.toml") as caught:
        known_losses(Theme(folder=tmp_path))
    assert "what readers see without it" in str(caught.value.hint)


def test_the_data_names_its_source_version_and_licence() -> None:
    data = json.loads(DATA.read_text("utf-8"))
    assert "caniemail" in data["source"]
    assert "MIT" in data["licence"]
    assert data["updated"].startswith("20")
    assert len(data["features"]) > 250
    assert len(data["clients"]) > 40


PUBLISHED = {
    "last_update_date": "2026-01-02",
    "nicenames": {"family": {"gmail": "Gmail", "hey": "HEY"}, "platform": {"ios": "iOS", "web": "Webmail"}},
    "data": [
        {
            "slug": "css-gap",
            "title": "gap",
            "category": "css",
            "stats": {"gmail": {"ios": {"2019": "y", "2024": "n #1"}}, "hey": {"web": {"2020": "a"}}},
        },
        {"slug": "bimi", "title": "BIMI", "category": "others", "stats": {}},
    ],
}  # fmt: skip


def test_the_data_is_renewed_from_the_published_package(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "caniemail.json").write_text(json.dumps(PUBLISHED), "utf-8")
    package = {"name": "caniemail", "version": "9.9", "license": "MIT"}
    (tmp_path / "package.json").write_text(json.dumps(package), "utf-8")
    out = tmp_path / "out.json"
    main([str(tmp_path), "-o", str(out)])
    written = json.loads(out.read_text("utf-8"))
    assert written["features"] == {"css-gap": ["gap", [0], [1]]}
    assert written["clients"] == ["Gmail iOS", "HEY Webmail"]
    assert "9.9" in written["source"]
    assert capsys.readouterr().out == "1 features, 2 clients\n"


def test_a_folder_that_is_no_package_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([str(tmp_path)])
    assert stopped.value.code == 2
    assert "is not the unpacked npm package" in capsys.readouterr().err
