"""Scripts written into plain text are read back, and only they."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.parsing.scripts import Run, Script, runs, written


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("plain", (Run(text="plain"),)),
        ("T^(2/3)", (Run(text="T"), Run(text="2/3", script="super"))),
        ("B_(ex) grows", (Run(text="B"), Run(text="ex", script="sub"), Run(text=" grows"))),
        ("x_(i)^(k)", (Run(text="x"), Run(text="i", script="sub"), Run(text="k", script="super"))),
        ("f^((k)) is", (Run(text="f"), Run(text="(k)", script="super"), Run(text=" is"))),
        ("x²", (Run(text="x²"),)),
    ],
)
def test_scripts_are_told_apart(text: str, expected: tuple[Run, ...]) -> None:
    assert runs(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "¯\\_(ツ)_/¯",
        "__(x) and ^(x) and a ^(b)",
        "https://example.org/a^(b)_(c)",
        "a_(never closed",
        "x^()",
        "x_(" + "a" * 500 + ")",
    ],
)
def test_what_is_no_script_stays(text: str) -> None:
    assert "".join(run.text for run in runs(text)) == text
    assert {run.script for run in runs(text)} == {"normal"}


CONTENT = st.text(alphabet="abZ12+-/=, \u03b1⊙", min_size=1, max_size=20).map(str.strip).filter(bool)


@given(CONTENT, st.sampled_from(["super", "sub"]))
def test_what_was_written_is_read_back(content: str, script: Script) -> None:
    text = "x" + written(content, script, behind="x")
    assert text in (found := runs(text))[0].text or found == (Run(text="x"), Run(text=content, script=script))
