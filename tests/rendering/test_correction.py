"""A correction is told from what it corrects by its subject."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from newsletter.model import Issue
from newsletter.rendering import corrected, direction, render
from newsletter.rendering.subject import MAX_SUBJECT_CHARS


@pytest.mark.parametrize(
    ("language", "word"),
    [("en", "Correction: "), ("de", "Korrektur: "), ("de-AT", "Korrektur: "), ("ar", "تصحيح: ")],
)
def test_the_subject_says_it_in_the_language_of_the_issue(
    issue: Callable[..., Issue], language: str, word: str
) -> None:
    edition = render(issue(language=language, title="DP"))
    assert corrected(edition).subject.startswith(word + edition.subject[:20])
    assert replace(corrected(edition), subject="") == replace(edition, subject="")


@pytest.mark.parametrize("language", ["en", "de", "ar"])
@pytest.mark.parametrize(
    "subject", ["x" * 77, "word " * 15, "Daily: \u2068" + "\u0648\u0631\u0642\u0629 " * 20 + "\u2069"]
)
def test_it_is_no_longer_than_a_line_and_leaves_no_text_turned(
    issue: Callable[..., Issue], language: str, subject: str
) -> None:
    made = corrected(replace(render(issue(language=language)), subject=subject)).subject
    assert len(made) <= MAX_SUBJECT_CHARS + 1
    assert made.count(direction.FSI) == made.count(direction.PDI)
