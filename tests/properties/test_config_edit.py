"""Whatever is written into a configuration is read back as it was meant."""

from __future__ import annotations

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from newsletter.config.edit import add_example, add_keywords, add_sections
from newsletter.model import Section, SectionSlug

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
LINES = st.lists(
    st.sampled_from(
        [
            "",
            "# a comment",
            '# [[sections]] title = "no"',
            "[issue]",
            "max_papers = 3",
            "[backends.eml]",
            'folder = "x"',
        ]
    ),
    max_size=6,
)
SECTIONS = (
    '[[sections]]\ntitle = "A"\nkeywords = ["a",\n  "b"] # end\n\n[[sections]]\ntitle = "B"\nkeywords = []\n'
)


def is_toml(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


@given(items=st.lists(TEXTS, min_size=1, max_size=5), crlf=st.booleans())
def test_keywords_and_examples_are_read_back(items: list[str], crlf: bool) -> None:
    old = SECTIONS.replace("\n", "\r\n") if crlf else SECTIONS
    new = add_example(add_keywords(old, "a", items), "b", items[0])
    first, second = tomllib.loads(new)["sections"]
    assert first["keywords"] == ["a", "b", *(item for item in dict.fromkeys(items) if item not in ("a", "b"))]
    assert second == {"title": "B", "keywords": [], "examples": [items[0]]}
    assert "# end" in new


@given(title=TEXTS, keywords=st.lists(TEXTS, min_size=1, max_size=5), before=LINES, after=LINES)
def test_a_section_is_read_back_wherever_the_others_stand(
    title: str, keywords: list[str], before: list[str], after: list[str]
) -> None:
    old = "\n".join([*before, SECTIONS, *after])
    if not is_toml(old):
        return
    new = add_sections(old, [Section(slug=SectionSlug("own"), title=title, keywords=tuple(keywords))])
    expected = tomllib.loads(old)
    expected["sections"].append({"slug": "own", "title": title, "keywords": keywords})
    if expected["sections"][-1]["title"].casefold() == "own":
        del expected["sections"][-1]["slug"]
    assert tomllib.loads(new) == expected
    assert [line for line in new.split("\n") if line.startswith("#")] == [
        line for line in old.split("\n") if line.startswith("#")
    ]
