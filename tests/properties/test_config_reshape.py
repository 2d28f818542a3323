"""However a file is laid out, its sections get exactly the shape that was meant, and no comment is lost."""

from __future__ import annotations

import tomllib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from newsletter.config.reshape import remove_keyword, remove_section, rename, reorder, set_value

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
BETWEEN = st.lists(
    st.sampled_from(["", "", "# a comment", '# [[sections]] title = "no"', "#", "[issue]", "[backends.eml]"]),
    max_size=5,
    unique_by=lambda line: line if line.startswith("[") else object(),
)
NAMES = ["a", "b", "c", "d"]


@st.composite
def files(draw: st.DrawFn) -> str:
    """Four sections, with comments and other tables between them."""
    lines: list[str] = []
    tables: set[str] = set()
    for name in NAMES:
        for line in draw(BETWEEN):
            if not (line.startswith("[") and line in tables):
                lines.append(line)
                tables.add(line)
        words = draw(st.sampled_from([f'["{name}", "x"]', f'[  # why {name}\n  "x", "{name}",\n]']))
        lines += ["[[sections]]", f'title = "{name.upper()}"', f"keywords = {words}  # words of {name}"]
        if draw(st.booleans()):
            lines.append("max_papers = 3")
    lines += draw(st.lists(st.sampled_from(["", "# the end"]), max_size=3))
    text = "\n".join(lines)
    return text.replace("\n", "\r\n") if draw(st.booleans()) else text


def read(text: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads(text)["sections"]
    return found


def rest(text: str) -> dict[str, Any]:
    return {key: value for key, value in tomllib.loads(text).items() if key != "sections"}


def comments(text: str) -> list[str]:
    return sorted(line[line.index("#") :].rstrip() for line in text.splitlines() if "#" in line)


@given(text=files(), order=st.permutations(NAMES))
def test_an_order_is_what_was_asked_for(text: str, order: list[str]) -> None:
    new = reorder(text, order)
    assert [table["title"].lower() for table in read(new)] == order
    assert {t["title"]: t for t in read(new)} == {t["title"]: t for t in read(text)}
    assert rest(new) == rest(text)
    assert comments(new) == comments(text)


@given(text=files(), name=st.sampled_from(NAMES))
def test_only_the_section_that_goes_is_gone(text: str, name: str) -> None:
    new = remove_section(text, name)
    assert read(new) == [table for table in read(text) if table["title"] != name.upper()]
    assert rest(new) == rest(text)
    assert "# words of " not in new or f"# words of {name}" not in new
    assert set(comments(text)) - set(comments(new)) <= {
        f"# words of {name}", f"# why {name}", "# a comment", "#", '# [[sections]] title = "no"',
    }  # fmt: skip


@given(text=files(), name=st.sampled_from(NAMES), title=TEXTS, most=st.integers(1, 500))
def test_values_are_read_back(text: str, name: str, title: str, most: int) -> None:
    new = set_value(rename(text, name, title), name, "max_papers", most)
    changed = read(new)[NAMES.index(name)]
    assert (changed["title"], changed["slug"], changed["max_papers"]) == (title, name, most)
    assert comments(new) == comments(text) or title.count("#") + title.count("\n")


@given(text=files(), name=st.sampled_from(NAMES))
def test_a_keyword_goes_alone(text: str, name: str) -> None:
    new = remove_keyword(text, name, "x")
    expected = read(text)
    expected[NAMES.index(name)]["keywords"] = [name]
    assert read(new) == expected
    assert comments(new) == comments(text)
