"""Every text of the default theme can be read on every ground it may stand on, in both schemes."""

from __future__ import annotations

import re

import pytest

from newsletter.rendering.theme import default_templates

EMAIL = default_templates() / "email"
MIN_CONTRAST = 4.5  # WCAG 2.2, 1.4.3
RULE = re.compile(r"([^{}/]+)\{([^{}]*)\}")


def colours(css: str, name: str) -> dict[str, str]:
    """Map each class to what a property says of it."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    found = {}
    for selectors, rules in RULE.findall(css):
        value = re.search(rf"(?<![-\w]){name}\s*:\s*(#[0-9a-f]{{6}})", rules)
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


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def test_black_on_white_is_the_greatest_contrast() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


def test_light_colours_can_be_read() -> None:
    sheet = re.search(
        r'css-class="sheet" background-color="(#\w+)"', (EMAIL / "digest.mjml.j2").read_text("utf-8")
    )
    assert sheet
    grounds = {"sheet": sheet[1], "in": light("background-color")["in"]}
    assert_readable(light("color"), grounds)


def test_dark_colours_can_be_read() -> None:
    assert_readable(dark("color"), {name: dark("background-color")[name] for name in ("sheet", "in")})


def test_every_light_text_colour_has_a_dark_one() -> None:
    assert set(light("color")) <= set(dark("color"))


def test_outlook_gets_the_same_dark_colours() -> None:
    assert outlook_dark("color") == dark("color")


def assert_readable(texts: dict[str, str], grounds: dict[str, str]) -> None:
    assert len(texts) >= 8
    pairs = {
        f"{text} on {ground}": contrast(texts[text], grounds[ground]) for text in texts for ground in grounds
    }
    assert {name: round(ratio, 2) for name, ratio in pairs.items() if ratio < MIN_CONTRAST} == {}
