"""Changing newsletter.toml for a person."""

from __future__ import annotations

import contextlib
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from newsletter.config import default_sections, load_config, starter_text
from newsletter.config.edit import (
    add_example,
    add_keywords,
    add_sections,
    array_toml,
    section_toml,
)
from newsletter.config.reshape import remove_example
from newsletter.errors import ConfigError
from newsletter.model import Section, SectionSlug

Change = Callable[[str], str]

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
examples = ["2401.00001", "A title"]   # chosen by hand

# how it leaves
[sending]
backend = "eml"
"""

WHALES = Section(
    slug=SectionSlug("whales"), title="Whales", keywords=("whale", 'a "song"'), description="Large animals"
)


def tables(text: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = tomllib.loads(text)["sections"]
    return found


def added_lines(old: str, new: str) -> list[str]:
    """Make sure that every old line is still there, in order; give the new ones."""
    rest = iter(old.splitlines())
    waiting = next(rest, None)
    added = []
    for line in new.splitlines():
        if line == waiting:
            waiting = next(rest, None)
        else:
            added.append(line)
    assert waiting is None
    return added


def test_a_section_comes_behind_the_last_and_before_the_comment_of_the_next_table() -> None:
    new = add_sections(FILE, [WHALES])
    assert [table["title"] for table in tables(new)] == ["Robots", "Speech", "Whales"]
    assert [line for line in added_lines(FILE, new) if line] == section_toml(WHALES).splitlines()
    assert '"a \\"song\\""]\n\n# how it leaves\n[sending]\n' in new


def test_a_section_at_the_end_of_a_file_stands_alone() -> None:
    old = '[[sections]]\ntitle = "A"\nkeywords = ["a"]'
    assert add_sections(old, [WHALES]) == f"{old}\n\n{section_toml(WHALES)}"


def test_a_file_without_sections_keeps_the_built_in_ones() -> None:
    new = add_sections('[newsletter]\nname = "Mine"\n', [WHALES])
    assert [table["title"] for table in tables(new)] == [s.title for s in default_sections()] + ["Whales"]


def test_keywords_join_the_others_and_comments_stay() -> None:
    new = add_keywords(FILE, "robots", ["gripper", "arm", "gripper"])
    assert tables(new)[0]["keywords"] == ["robot", "arm", "locomotion", "gripper"]
    assert added_lines(FILE, new) == ['  "gripper",']


def test_adding_what_is_there_changes_nothing() -> None:
    assert add_keywords(FILE, "speech", ["speech"]) == FILE
    assert remove_example(FILE, "speech", "2401.99999") == FILE
    assert add_sections(FILE, []) == FILE


def test_the_first_example_of_a_section_stands_below_its_title() -> None:
    new = add_example(FILE, "robots", "2401.00002")
    assert added_lines(FILE, new) == ['examples = ["2401.00002"]']
    assert tables(new)[0]["examples"] == ["2401.00002"]


def test_an_example_is_added_and_taken_away_again() -> None:
    new = add_example(FILE, "speech", "B")
    assert tables(new)[1]["examples"] == ["2401.00001", "A title", "B"]
    assert remove_example(new, "speech", "B") == FILE


@pytest.mark.parametrize(
    "change", [lambda t: add_sections(t, [WHALES]), lambda t: add_example(t, "speech", "B")]
)
def test_line_ends_and_byte_order_mark_stay(change: Change) -> None:
    old = "\ufeff" + FILE.replace("\n", "\r\n")
    new = change(old)
    assert new == "\ufeff" + change(FILE).replace("\n", "\r\n")


def test_an_unknown_section_is_an_error_that_names_the_known() -> None:
    with pytest.raises(ConfigError, match=r"no section 'whales'.*it has robots, speech"):
        add_keywords(FILE, "whales", ["x"])


ODD_FILES = [
    'sections = [{title = "A", keywords = ["a"]}, {title = "B", keywords = ["b"]}]\n',
    '[[sections]]\nkeywords = ["a"]\ntitle = """\nA"""\n',
    '[[sections]]\ntitle = "A"\ndescription = """\n[[sections]]\n# no\n"""\nkeywords = ["a"]\n',
]


@pytest.mark.parametrize("text", ODD_FILES)
@pytest.mark.parametrize("change", [lambda t: add_sections(t, [WHALES]), lambda t: add_example(t, "a", "x")])
def test_odd_files_are_edited_rightly_or_refused_whole(text: str, change: Change) -> None:
    with contextlib.suppress(ConfigError):
        assert tomllib.loads(change(text)) != tomllib.loads(text)


def test_what_is_written_for_a_section_is_read_back_the_same(tmp_path: Path) -> None:
    whole = Section(
        slug=SectionSlug("own-slug"),
        title='Quotes " and \\ back\u00e9',
        keywords=tuple(f"keyword number {i}" for i in range(30)),
        exclude=("x",),
        examples=("2401.00001",),
        categories=("cs.CV",),
        authors=("Ada",),
        max_papers=3,
        min_score=0.0,
    )
    path = tmp_path / "newsletter.toml"
    text = section_toml(whole, comment="two\nlines")
    path.write_text(text, "utf-8")
    assert load_config(path).sections == (whole,)
    assert text.startswith("# two\n# lines\n[[sections]]\n")
    assert max(map(len, text.splitlines())) <= 110


def test_an_array_is_one_line_where_it_fits() -> None:
    assert array_toml("keywords", ["a", "b"]) == 'keywords = ["a", "b"]\n'


def test_the_starter_file_can_be_edited() -> None:
    text = starter_text()
    new = add_keywords(add_sections(text, [WHALES]), "robotics-rl", ["gripper"])
    assert tables(new)[-1]["title"] == "Whales"
    assert [line for line in new.splitlines() if line.endswith('"gripper",')]
    assert sum(a != b for a, b in zip(text.splitlines(), new.splitlines(), strict=False)) == 1
