"""Words that decided are marked where they stand."""

from __future__ import annotations

import pytest

from newsletter.preview.highlighting import highlighted


@pytest.mark.parametrize(
    ("text", "phrases", "marked"),
    [
        ("A Robot and robots, robotics", ("robot",), ["Robot", "robots"]),
        ("Vision-language models see", ("vision-language model", "language"), ["Vision-language models"]),
        ("Nothing here", ("there",), []),
        ("<b>robot</b>", ("robot",), ["robot"]),
        ("", ("robot",), []),
        ("robot", (), []),
        ("robot robot", ("robot robot", "robot"), ["robot robot"]),
    ],
)
def test_phrases_are_marked_and_no_character_is_lost(
    text: str, phrases: tuple[str, ...], marked: list[str]
) -> None:
    pieces = highlighted(text, phrases)
    assert "".join(piece.text for piece in pieces) == text
    assert [piece.text for piece in pieces if piece.is_marked] == marked
