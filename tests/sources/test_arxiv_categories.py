"""The categories of arXiv."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from newsletter.sources.arxiv_categories import better_spelling


@pytest.mark.parametrize(
    "name", ["cs.LG", "cs", "cs.*", "hep-th", "astro-ph.HE", "cond-mat.str-el", "q-bio.NC"]
)
def test_a_category_an_archive_and_all_of_an_archive_are_known(name: str) -> None:
    assert better_spelling(name) is None


def test_there_are_as_many_as_arxiv_has() -> None:
    from newsletter.sources import arxiv_categories  # noqa: PLC0415 - a white-box count

    single = {name for name in arxiv_categories._KNOWN if "." in name and not name.endswith("*")}
    assert len(single) + len(arxiv_categories._SINGLE) == 155


@pytest.mark.parametrize(
    ("wrong", "meant"), [("CS.lg", "cs.LG"), ("stat.m", "stat.ML"), ("hepth", "hep-th"), ("zoology", "")]
)
def test_the_one_that_is_meant_is_named(wrong: str, meant: str) -> None:
    assert better_spelling(wrong) == meant


def test_categories_of_real_papers_are_known(test_data: Path) -> None:
    for path in (test_data / "samples").rglob("*.xml"):
        for name in re.findall(r'<(?:atom:)?category term="([a-z-]+\.[A-Za-z-]+)"', path.read_text("utf-8")):
            assert better_spelling(name) is None, name
