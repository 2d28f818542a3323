"""The `[theme]` table: what it gives, and what is said of a value that would spoil a mail."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsletter.app import App
from newsletter.config import load_config, starter_text
from newsletter.config.theme import theme_of
from newsletter.errors import ConfigError
from newsletter.rendering import Theme
from newsletter.rendering.palette import LIGHT


def theme_from(folder: Path, text: str) -> Theme:
    path = folder / "newsletter.toml"
    path.write_text(text, "utf-8")
    return theme_of(load_config(path))


def refusal(folder: Path, text: str) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        theme_from(folder, text)
    return caught.value


def test_no_table_gives_the_default_theme(tmp_path: Path) -> None:
    assert theme_from(tmp_path, "") == Theme()
    assert theme_from(tmp_path, starter_text()) == Theme()


def test_every_setting_arrives(tmp_path: Path) -> None:
    text = (
        '[theme]\nlogo_text = "DP"\ndensity = "standard"\nshow_why = false\nheading_font = "Charter, serif"\n'
        'body_font = "Arial, sans-serif"\n[theme.light]\nlink = "#0B6E4F"\naccent = "#042"\n'
        '[theme.dark]\nsheet = "#000"\n'
    )
    theme = theme_from(tmp_path, text)
    assert (theme.logo_text, theme.density, theme.show_why) == ("DP", "standard", False)
    assert (theme.heading_font, theme.body_font) == ("Charter, serif", "Arial, sans-serif")
    assert (theme.light.link, theme.light.accent, theme.light.text) == ("#0b6e4f", "#004422", LIGHT.text)
    assert theme.dark.sheet == "#000000"


@pytest.mark.parametrize(
    ("text", "place", "problem"),
    [
        ('[theme.light]\n\naccent = "red; } body {"', "line 3, theme.light.accent", "expected a colour"),
        ('[theme]\ndark = { link = "#12" }', "line 2, theme.dark.link", "expected a colour"),
        ('[theme]\nbody_font = "x; color: red"', "line 2, theme.body_font", "expected up to 8 names"),
        ('[theme]\ndensity = "dense"', "line 2, theme.density", "'lead', 'standard' or 'compact'"),
        ('[theme]\nlogo_text = "a\\nb"', "line 2, theme.logo_text", "one line"),
        ('[theme.light]\nacent = "#123456"', "line 2, theme.light.acent", "did you mean 'accent'?"),
        ('[theme]\nfolder = "nowhere"', "line 2, theme.folder", "there is no folder"),
        ('[theme]\nshow_why = "no"', "line 2, theme.show_why", "boolean"),
        ("[topics]\nlearn_from_past = 0", "line 2, topics.learn_from_past", "boolean"),
        ("[issue]\nsize_budget = 1000", "line 2, issue.size_budget", "greater than or equal to 30000"),
    ],
)
def test_a_mistake_names_file_line_and_key(tmp_path: Path, text: str, place: str, problem: str) -> None:
    message = refusal(tmp_path, text).message
    assert f"newsletter.toml, {place}: " in message
    assert problem in message


def test_words_that_could_not_be_read_are_refused_with_a_colour_that_can(tmp_path: Path) -> None:
    error = refusal(tmp_path, '[theme.light]\naccent = "#ff6600"')
    assert (
        "line 2, theme.light.accent: accent #ff6600 on sheet #ffffff has a contrast of 2.9 to 1"
        in error.message
    )
    assert error.hint is not None
    mended = error.hint.partition('accent = "')[2][:7]
    assert theme_from(tmp_path, f'[theme.light]\naccent = "{mended}"').light.accent == mended


def test_a_ground_that_swallows_the_words_is_named_itself(tmp_path: Path) -> None:
    assert "theme.dark.panel: heading" in refusal(tmp_path, '[theme.dark]\npanel = "#ffffff"').message


def test_a_folder_is_beside_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    assert theme_from(tmp_path, '[theme]\nfolder = "mine"').folder == tmp_path / "mine"


def test_the_budget_keeps_room_for_the_newsletters_own_links_and_address(tmp_path: Path) -> None:
    path = tmp_path / "newsletter.toml"
    path.write_text(
        f'[newsletter]\nbase_url = "https://example.org/{"x" * 200}"\npostal_address = "{"&" * 300}"\n'
        "[issue]\nsize_budget = 50000\n",
        "utf-8",
    )
    budget = App.open(path).budget()
    assert (budget.html_bytes, budget.address_bytes) == (50_000, 1_500)
    assert budget.link_bytes > 220 + 100
