"""Notes at the end of an edition."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from newsletter.model import Issue
from newsletter.rendering import render

MISSING = {
    "en": "Missing this time, as nothing could be fetched:",
    "de": "Diesmal fehlt, weil nichts abgerufen werden konnte:",
    "ar": "غائب هذه المرة لتعذّر الجلب:",
}


@pytest.mark.parametrize("language", list(MISSING))
def test_sources_that_failed_are_named_as_readers_know_them(
    issue: Callable[..., Issue], language: str
) -> None:
    edition = render(issue(language=language, unreached=("arxiv", "my journal")))
    for text in (edition.html, " ".join(edition.text.split())):
        assert MISSING[language] in text
        assert "arXiv" in text
        assert "my journal" in text


def test_nothing_is_said_where_all_answered(issue: Callable[..., Issue]) -> None:
    assert MISSING["en"] not in render(issue()).text


def test_a_name_is_no_markup(issue: Callable[..., Issue]) -> None:
    edition = render(replace(issue(), unreached=('<img src="x">\x1b[31m',)))
    assert "<img" not in edition.html
    assert "\x1b" not in edition.text
