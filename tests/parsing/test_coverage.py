"""How much was understood, in one line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from newsletter.model import Coverage, Gap, Paper
from newsletter.parsing.coverage import coverage_of, describe


@pytest.mark.parametrize(
    ("coverage", "line"),
    [
        (Coverage(papers=0, complete=0), "0 papers"),
        (Coverage(papers=1, complete=1), "1 paper: 1 complete"),
        (
            Coverage(
                papers=75,
                complete=73,
                gaps=(Gap(missing=("date", "authors"), papers=2),),
                years_given={2025: 22},
            ),
            "75 papers: 73 complete, 2 without date and authors; 22 dates given the year 2025",
        ),
        (
            Coverage(
                papers=4,
                complete=1,
                gaps=(
                    Gap(missing=("abstract",), papers=2),
                    Gap(missing=("date", "authors", "abstract"), papers=1),
                ),
                years_given={2024: 1, 2025: 2},
            ),
            (
                "4 papers: 1 complete, 2 without abstract, 1 without date, authors and abstract; "
                "1 date given the year 2024; 2 dates given the year 2025"
            ),
        ),
        (
            Coverage(papers=2, complete=0, gaps=(Gap(missing=("date",), papers=2),)),
            "2 papers: 0 complete, 2 without date",
        ),
    ],
)
def test_coverage_reads_as_a_sentence(coverage: Coverage, line: str) -> None:
    assert describe(coverage) == line


def test_papers_that_lack_the_same_facts_share_a_gap(paper: Callable[..., Paper]) -> None:
    papers = [paper(1), paper(2, published=None), paper(3, published=None), paper(4, abstract=None)]
    coverage = coverage_of(papers)
    assert coverage.complete == 1
    assert set(coverage.gaps) == {Gap(missing=("date",), papers=2), Gap(missing=("abstract",), papers=1)}


def test_names_of_authors_count_as_authors(paper: Callable[..., Paper]) -> None:
    assert coverage_of([paper(authors=("Ada",), author_count=None)]).complete == 1


def test_an_unknown_number_of_years_is_none_given(paper: Callable[..., Paper]) -> None:
    assert coverage_of([paper(published=date(2024, 1, 1))]).years_given == {}
