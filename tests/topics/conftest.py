"""Builders for papers that differ in their words only, and for sections."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from newsletter.model import Paper, PaperKey, Section, SectionSlug


def make_text_paper(title: str, abstract: str | None = None) -> Paper:
    return Paper(key=PaperKey(title), ids={}, title=title, title_raw=title, abstract=abstract)


def make_section(title: str, *keywords: str, **changes: object) -> Section:
    values: dict[str, object] = {"slug": SectionSlug(title.casefold()), "title": title, "keywords": keywords}
    return Section(**(values | changes))  # type: ignore[arg-type]


@pytest.fixture
def text_paper() -> Callable[..., Paper]:
    return make_text_paper


@pytest.fixture
def section() -> Callable[..., Section]:
    return make_section
