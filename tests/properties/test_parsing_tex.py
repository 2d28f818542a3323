"""No text is lost when TeX is read."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.parsing.scripts import runs
from newsletter.parsing.tex import plain
from newsletter.parsing.tex_symbols import DRESSING, LETTERS, MATH_ACCENTS, SILENT, SYMBOLS
from tests.growth import grows_with_length

GROUPED = DRESSING | {
    "sqrt",
    "frac",
    "tfrac",
    "dfrac",
    "footnote",
    "mathbb",
    "textsuperscript",
    "textsubscript",
}
MACRO = re.compile(
    r"\\([A-Za-z]+)\*?(\{| ?(?=[A-Za-z](?![A-Za-z])|\\[A-Za-z]))?|(https?://[^\s{}<>\"\\]+)\{\3\}"
)
ACCENT = re.compile(
    rf"\\(?:[Hcvukrdb]|{'|'.join(MATH_ACCENTS)})"
    r"(?= ?\{ ?\\?[A-Za-z] ?\}| ?\{\\[A-Za-z]+ ?\}"
    r"|\{\\(?:bm|mathbf|mathcal|mathrm)[ {][A-Za-z]\}?\}| [A-Za-z])"
)
# What these say is no text: the number of a character, a colour.
NO_TEXT = re.compile(r"\\unicode\{x[0-9A-Fa-f]+\}|\\textcolor\{[^{}]*\}(?=\{)")
LINK = re.compile(r"\\href\{([^{}]*)\}\{((?:[^{}]|\{[^{}]*\})*)\}")

PIECES = st.sampled_from(
    [*"\\{}^_$~`'\"-%& \nab1é.*", r"\emph{", r"\frac{", "}{", r"\v", r"\href{", "http://x"]
)
TEX = st.lists(PIECES, max_size=40).map("".join)


def spelled_out(raw: str) -> str:
    """What must be left of a text: macros we know give their symbol or vanish, all else stays in order."""
    raw = LINK.sub(lambda link: link[1] if link[1] == link[2] else f"{link[2]} {link[1]}", raw)
    return letters(MACRO.sub(_spelled, ACCENT.sub("", NO_TEXT.sub("", raw))))


def _spelled(found: re.Match[str]) -> str:
    name, brace, address = found.groups()
    if address:
        return str(address)
    if name in SILENT or (name in GROUPED and brace is not None):
        return ""
    if name == "pmod" and brace:
        return "mod"
    return str(LETTERS.get(name) or SYMBOLS.get(name) or name)


def letters(text: str) -> str:
    """The letters and digits of ASCII, those beneath accents and in scripts too."""
    return "".join(char for char in unicodedata.normalize("NFKD", text) if char.isascii() and char.isalnum())


def is_within(part: str, whole: str) -> bool:
    rest = iter(whole)
    return all(char in rest for char in part)


def hard_texts(test_data: Path) -> list[str]:
    """Titles, abstracts and names of papers chosen for what is hard in them."""
    records = map(json.loads, (test_data / "corpora/arxiv/hard.jsonl").read_text("utf-8").splitlines())
    texts = [text for paper in records for text in (paper["title"], paper["summary"], *paper["authors"])]
    assert len(texts) > 4_000
    return texts


def test_letters_and_digits_of_real_abstracts_stay_in_order(test_data: Path) -> None:
    for text in hard_texts(test_data):
        if text.count("{") == text.count("}"):
            assert letters(plain(text)) == spelled_out(text)
        else:  # a macro whose brace never closes stays as it was written
            assert is_within(spelled_out(text), letters(plain(text)))


def test_a_text_without_tex_is_not_changed(test_data: Path) -> None:
    bare = [text for text in hard_texts(test_data) if not re.search(r"[\\{}$^~]|--|``", text)]
    assert len(bare) > 50
    assert [plain(text) for text in bare] == bare


@given(TEX)
def test_any_text_is_read_without_losing_a_letter(raw: str) -> None:
    without_macros = re.sub(r"\\[A-Za-z]+\*?|http://x\S*", "", raw)
    assert is_within(letters(without_macros), letters(plain(raw)))


@given(TEX)
def test_scripts_are_read_back_without_losing_a_letter(raw: str) -> None:
    text = plain(raw)
    found = runs(text)
    assert all(run.text for run in found)
    assert letters("".join(run.text for run in found)) == letters(text)


def test_reading_what_was_read_changes_nothing(test_data: Path) -> None:
    """But for a few texts that hold TeX which is not understood the first time."""
    once = [plain(text) for text in hard_texts(test_data)]
    assert sum(plain(text) != text for text in once) <= len(once) // 200


def test_no_formula_keeps_its_dollars(test_data: Path) -> None:
    formulas = [
        formula for text in hard_texts(test_data) for formula in re.findall(r"\$[^$ ]{1,200}\$", plain(text))
    ]
    assert formulas == []


@pytest.mark.parametrize(
    "unit",
    ["{", "}", "\\", "$", "$a", "^{", "_", "`", "'", "-", "~", r"\emph{", r"\frac{", r"\sqrt{}", r"\href{",
     "{}{", "http://", "www.", "\\'", r"\v ", "$" + "a" * 300, "x^{y_{"],
)  # fmt: skip
@pytest.mark.parametrize("tail", ["", "}"])
def test_the_time_grows_with_the_length(unit: str, tail: str) -> None:
    """Ten times the length may take ten times as long; a quadratic step takes a hundred times."""
    short, long = (unit * count + tail * count for count in (500, 5_000))
    assert grows_with_length(plain, short, long)
