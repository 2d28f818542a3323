"""Every text of the default theme can be read on every ground it may stand on, in both schemes."""

from __future__ import annotations

import re
from dataclasses import astuple, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.model import Issue
from newsletter.rendering import Theme, render
from newsletter.rendering.colours import MIN_CONTRAST, colour, contrast, readable
from newsletter.rendering.palette import DARK, GROUNDS, LIGHT, WORDS, Palette
from newsletter.rendering.theme import default_templates

EMAIL = default_templates() / "email"
RULE = re.compile(r"([^{}/]+)\{((?:\{\{.*?\}\}|[^{}])*)\}")
COLOURS = st.integers(min_value=0, max_value=0xFFFFFF).map(lambda value: f"#{value:06x}")


def colours(css: str, name: str) -> dict[str, str]:
    """Map each class to the colour of the palette that a property takes."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    found = {}
    for selectors, rules in RULE.findall(css):
        value = re.search(rf"(?<![-\w]){name}\s*:\s*\{{\{{ theme\.(?:light|dark)\.(\w+) \}}\}}", rules)
        for selector in selectors.split(",") if value else ():
            found[selector.split(".")[-1].strip()] = value[1] if value else ""
    return found


def light(name: str) -> dict[str, str]:
    return colours((EMAIL / "inline.css").read_text("utf-8"), name)


def dark(name: str) -> dict[str, str]:
    scheme = (EMAIL / "head.css").read_text("utf-8").split("prefers-color-scheme: dark) {")[1]
    return colours(scheme.split("\n}")[0], name)


def outlook_dark(name: str) -> dict[str, str]:
    sheet = (EMAIL / "head.css").read_text("utf-8")
    mark = "[data-ogsb]" if name == "background-color" else "[data-ogsc]"
    return colours("\n".join(line for line in sheet.splitlines() if line.startswith(mark)), name)


def test_contrast_is_that_of_the_guidelines() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#ffffff", "#767676") == pytest.approx(4.54, abs=0.01)
    assert contrast("#123456", "#123456") == 1


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_the_default_colours_can_be_read(palette: Palette) -> None:
    ratios = {
        f"{words} on {ground}": contrast(getattr(palette, words), getattr(palette, ground))
        for words in WORDS
        for ground in GROUNDS
    }
    assert {name: round(ratio, 2) for name, ratio in ratios.items() if ratio < MIN_CONTRAST} == {}


def test_words_and_grounds_of_the_sheets_are_those_that_are_checked() -> None:
    for scheme in (light, dark):
        assert len(scheme("color")) >= 8
        assert set(scheme("color").values()) <= set(WORDS)
        assert {scheme("background-color")[name] for name in ("in", "foot")} <= set(GROUNDS)


def test_no_colour_is_written_into_a_template() -> None:
    for path in EMAIL.iterdir():
        assert not re.search(r"#[0-9a-fA-F]{6}\b", path.read_text("utf-8")), path.name


def test_every_light_text_colour_has_a_dark_one() -> None:
    assert set(light("color")) <= set(dark("color"))


def test_outlook_gets_the_same_dark_colours() -> None:
    assert outlook_dark("color") == dark("color")


@given(COLOURS, COLOURS)
def test_the_nearest_readable_colour_can_be_read(words: str, ground: str) -> None:
    assert contrast(readable(words, (ground,)), ground) >= MIN_CONTRAST


def test_a_readable_colour_stays_as_it_is() -> None:
    assert readable("#174a84", ("#ffffff", "#f6f3ec")) == "#174a84"


@pytest.mark.parametrize(("given", "kept"), [("#A63D1C", "#a63d1c"), ("#0f8", "#00ff88")])
def test_a_colour_is_kept_in_the_form_that_every_program_reads(given: str, kept: str) -> None:
    assert colour(given) == kept


@pytest.mark.parametrize(
    "given",
    [
        "",
        "red",
        "#12345",
        "#1234567",
        "#12345g",
        "#123456;",
        "#fff} body { x: y",
        "#123456\n",
        "url(#fff)",
        "\uff03ffffff",
    ],
)
def test_nothing_else_gets_into_a_style_sheet(given: str) -> None:
    with pytest.raises(ValueError, match="expected a colour"):
        colour(given)
    with pytest.raises(ValueError, match="expected a colour"):
        replace(LIGHT, accent=given)


def test_a_palette_of_ones_own_replaces_every_colour(rich_issue: Issue) -> None:
    mine = [Palette(**_numbered(scheme)) for scheme in (1, 2)]
    html = render(rich_issue, theme=Theme(light=mine[0], dark=mine[1])).html
    hidden = "#ffffff"  # MJML's own: the preheader, which nobody sees
    for old in {*astuple(LIGHT), *astuple(DARK)} - {hidden}:
        assert old not in html
    for new in (*astuple(mine[0]), *astuple(mine[1])):
        assert new in html


def _numbered(scheme: int) -> dict[str, str]:
    return {name: f"#0{scheme}00{number:02x}" for number, name in enumerate((*GROUNDS, "ground", *WORDS))}
