"""Sections get another shape; what a person wrote around them stays."""

from __future__ import annotations

import contextlib
import tomllib
from collections.abc import Callable
from typing import Any

import pytest

from newsletter.config import starter_text
from newsletter.config.edit import add_excluded, with_own_sections
from newsletter.config.load import default_sections
from newsletter.config.reshape import (
    remove_keyword,
    remove_section,
    rename,
    reorder,
    set_value,
)
from newsletter.errors import ConfigError

FILE = """\
# my digest
[newsletter]
name = "Mine"   # a name

# what moves
[[sections]]
title = "Robots"            # first
keywords = [
  "robot", "arm",           # hardware
  "locomotion",
]

# what speaks
[[sections]]
title = "Speech"
keywords = ["speech"]
max_papers = 3   # enough

# how it leaves
[sending]
backend = "eml"

# what is left
[[sections]]
title = "Whales"
keywords = ["whale"]
"""


def tables(text: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads(text)["sections"]
    return found


def comments(text: str) -> list[str]:
    return sorted(line[line.index("#") :] for line in text.splitlines() if "#" in line)


def test_a_keyword_goes_and_the_comment_beside_it_stays() -> None:
    new = remove_keyword(FILE, "robots", "locomotion")
    assert tables(new)[0]["keywords"] == ["robot", "arm"]
    assert comments(new) == comments(FILE)


def test_the_last_keyword_stays() -> None:
    with pytest.raises(ConfigError, match="the last keyword of whales"):
        remove_keyword(FILE, "whales", "whale")


def test_a_term_is_excluded() -> None:
    assert tables(add_excluded(FILE, "speech", ["sign language"]))[1]["exclude"] == ["sign language"]


def test_a_section_is_renamed_and_readers_who_chose_it_keep_it() -> None:
    new = rename(FILE, "robots", "Things that move")
    assert tables(new)[0]["title"] == "Things that move"
    assert tables(new)[0]["slug"] == "robots"
    assert 'title = "Things that move"            # first' in new
    assert comments(new) == comments(FILE)


def test_a_value_is_set_changed_and_taken_away() -> None:
    new = set_value(FILE, "robots", "min_score", 0.25)
    assert 'title = "Robots"            # first\nmin_score = 0.25\n' in new
    assert "max_papers = 5   # enough" in set_value(FILE, "speech", "max_papers", 5)
    assert "max_papers" not in set_value(FILE, "speech", "max_papers", None)
    assert set_value(FILE, "speech", "min_score", None) == FILE


def test_a_section_goes_with_its_comment_alone() -> None:
    new = remove_section(FILE, "speech")
    assert [table["title"] for table in tables(new)] == ["Robots", "Whales"]
    assert new == FILE[: FILE.index("# what speaks")] + FILE[FILE.index("# how it leaves") :]


def test_the_only_section_stays() -> None:
    with pytest.raises(ConfigError, match="the only section"):
        remove_section('[[sections]]\ntitle = "A"\nkeywords = ["a"]\n', "a")


def test_sections_take_their_comments_to_their_new_places() -> None:
    new = reorder(FILE, ["whales", "robots", "speech"])
    assert [table["title"] for table in tables(new)] == ["Whales", "Robots", "Speech"]
    assert '# what is left\n[[sections]]\ntitle = "Whales"' in new
    assert '# what moves\n[[sections]]\ntitle = "Robots"' in new
    assert '# how it leaves\n[sending]\nbackend = "eml"\n\n# what speaks\n' in new
    assert comments(new) == comments(FILE)
    assert reorder(new, ["robots", "speech", "whales"]) == FILE


def test_an_order_names_every_section_once() -> None:
    for order in (["robots"], ["robots", "robots", "speech"], ["robots", "speech", "dolphins"]):
        with pytest.raises(ConfigError):
            reorder(FILE, order)


def test_a_file_without_sections_gets_the_built_in_ones() -> None:
    assert len(tables(with_own_sections("# mine\n"))) == len(default_sections())
    assert with_own_sections(FILE) == FILE


CHANGES: list[Callable[[str], str]] = [
    lambda text: remove_keyword(text, "robotics-rl", "robot"),
    lambda text: rename(text, "robotics-rl", "Robots"),
    lambda text: set_value(text, "robotics-rl", "max_papers", 4),
    lambda text: remove_section(text, "robotics-rl"),
    lambda text: reorder(text, [section.slug for section in reversed(default_sections())]),
]


@pytest.mark.parametrize("change", CHANGES)
def test_the_starter_file_can_be_reshaped_whatever_its_line_ends(change: Callable[[str], str]) -> None:
    text = starter_text()
    new = change(text)
    assert new != text
    assert change("\ufeff" + text.replace("\n", "\r\n")) == "\ufeff" + new.replace("\n", "\r\n")


MORE = '[[sections]]\ntitle = "B"\nkeywords = ["b"]\n'
ODD = [
    'sections = [{title = "A", keywords = ["a", "x"]}, {title = "B", keywords = ["b"]}]\n',
    f'[[sections]]\nkeywords = ["a", "x"]\ntitle = """\nA"""\n{MORE}',
    f'[[sections]]\ntitle = "A"\ndescription = """\n[[sections]]\n"""\nkeywords = ["a", "x"]\n{MORE}',
    f'[[ "sections" ]]\ntitle = "A"\nkeywords = ["a", "x"]\n{MORE}',
]
ODD_CHANGES: list[Callable[[str], str]] = [
    lambda text: reorder(text, ["b", "a"]),
    lambda text: remove_section(text, "b"),
    lambda text: set_value(text, "a", "max_papers", 2),
    lambda text: remove_keyword(text, "a", "x"),
    lambda text: rename(text, "a", "C"),
]


@pytest.mark.parametrize("text", ODD)
@pytest.mark.parametrize("change", ODD_CHANGES)
def test_odd_files_are_reshaped_rightly_or_refused_whole(text: str, change: Callable[[str], str]) -> None:
    with contextlib.suppress(ConfigError):
        assert tomllib.loads(change(text)) != tomllib.loads(text)
