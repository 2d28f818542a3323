"""What is known of a paper that several sources speak of."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest

from newsletter.model import Paper, PaperKey, Summary
from newsletter.parsing.identity import identify
from newsletter.parsing.merging import merged
from newsletter.parsing.same_paper import marks_of, one_each
from newsletter.parsing.sightings import Sighting, said_again

DAY = date(2025, 11, 7)
NOON = datetime(2025, 11, 7, 12, tzinfo=UTC)


def seen(source: str, title: str = "Attention", *, hours: int = 0, **facts: object) -> Sighting:
    identity = identify(title, arxiv="2511.00001")
    values: dict[str, object] = {"key": identity.key, "ids": identity.ids, "title_raw": title} | facts
    paper = Paper(title=title, source=source, **values)  # type: ignore[arg-type]
    at = NOON + timedelta(hours=hours)
    return Sighting(paper=paper, source=source, first_at=at, at=at, day=DAY)


def with_ids(title: str, *authors: str, **ids: str) -> Paper:
    return Paper(key=PaperKey(title), ids=ids, title=title, title_raw=title, authors=authors or None)


def test_each_fact_is_from_the_best_source_that_gives_it() -> None:
    sightings = (
        seen("csv", "ATTENTION", abstract="A table's.", journal_ref="Nature", authors=("A. Lee",)),
        seen("hf", abstract="A copy.", code_url="https://github.com/hf/code", keywords=("whales",), hours=2),
        seen(
            "arxiv", abstract="The abstract.", code_url="https://github.com/a/b", keywords=("x",), version=1
        ),
        seen("arxiv", "Attention, again", version=2, hours=1),
        seen("openalex", authors=("Ann Lee",), summary=Summary(text="Short.", origin="source")),
    )
    found = {repr(merged(order)) for order in permutations(sightings)}
    assert len(found) == 1
    one = merged(sightings)
    assert (one.title, one.title_raw, one.version) == ("Attention, again", "Attention, again", 2)
    assert (one.abstract, one.abstract_raw) == ("The abstract.", None)
    assert (one.authors, one.journal_ref, one.source) == (("Ann Lee",), "Nature", "arxiv")
    assert (one.code_url, one.keywords) == ("https://github.com/hf/code", ("whales",))
    assert one.summary == Summary(text="Short.", origin="source")
    assert one.ids["title"] == identify("Attention, again").ids["title"]


def test_days_are_the_first_announcement_and_the_last_update() -> None:
    early, late = date(2025, 11, 1), date(2025, 11, 5)
    one = merged(
        [
            seen("arxiv", announced=late, updated=early),
            seen("hf", announced=early, updated=late, published=early),
        ]
    )
    assert (one.announced, one.updated, one.published) == (early, late, early)


@pytest.mark.parametrize(
    ("told", "flags"),
    [
        ([("arxiv", ("withdrawn",)), ("arxiv", ())], ("withdrawn",)),
        ([("hf", ()), ("crossref", ("retracted",))], ("retracted",)),
        ([("arxiv", ("cross",)), ("hf", ())], ("cross",)),
        ([("arxiv", ("cross",)), ("arxiv", ())], ()),
        ([("bibtex", ("dated 2014",)), ("csv", ())], ("dated 2014",)),
    ],
)
def test_flags_say_what_lasts(told: list[tuple[str, tuple[str, ...]]], flags: tuple[str, ...]) -> None:
    sightings = [seen(source, hours=at, flags=given) for at, (source, given) in enumerate(told)]
    assert merged(sightings).flags == flags


def test_a_day_that_is_known_makes_a_year_alone_worthless() -> None:
    one = merged([seen("bibtex", flags=("dated 2014",)), seen("hf", published=DAY)])
    assert (one.published, one.flags) == (DAY, ())


def test_what_was_said_before_is_dropped_only_if_all_of_it_is_said_again() -> None:
    first, richer = seen("hf", upvotes=1), seen("hf", upvotes=5, abstract="Good.", hours=1)
    again = said_again(first, richer)
    assert again is not None
    assert (again.paper, again.first_at, again.at) == (richer.paper, NOON, richer.at)
    assert said_again(richer, seen("hf", upvotes=6, hours=2)) is None
    assert said_again(seen("hf", flags=("withdrawn",)), seen("hf", hours=1)) is None


@pytest.mark.parametrize(
    ("first", "second", "are_one"),
    [
        (with_ids("A", doi="10.48550/arXiv.2511.1"), with_ids("B", doi="10.48550/ARXIV.2511.1"), True),
        (with_ids("A", arxiv="2511.00001v2"), with_ids("B", hf="2511.00001"), True),
        (
            with_ids("A", doi="10.1101/2025.01.02.123456v2"),
            with_ids("B", doi="10.1101/2025.01.02.123456"),
            True,
        ),
        (with_ids("A", doi="https://doi.org/10.1000/X"), with_ids("B", doi="10.1000/x"), True),
        (with_ids("A", "Ann Lee"), with_ids("a!", "Lee, A."), True),
        (with_ids("A", "Ann Lee"), with_ids("A", "Bo Chen"), False),
        (with_ids("A", arxiv="2511.00001"), with_ids("A", doi="10.1000/x"), True),
        (with_ids("A", doi="10.1000/y"), with_ids("A", doi="10.1000/x"), False),
        (with_ids("A", s2="1"), with_ids("B", openalex="1"), False),
    ],
)
def test_ids_in_any_spelling_and_titles_tell_papers_apart(first: Paper, second: Paper, are_one: bool) -> None:
    parts = one_each([marks_of(first), marks_of(second)])
    assert (len(parts) == 1) == are_one


def test_a_third_record_joins_what_a_title_had_kept_apart_only_by_its_ids() -> None:
    papers = [
        with_ids("A", arxiv="2511.00001"),
        with_ids("B", doi="10.1000/x"),
        with_ids("C", arxiv="2511.00001", doi="10.1000/x"),
        with_ids("B", doi="10.1000/y"),
    ]
    for order in permutations(range(4)):
        parts = one_each([marks_of(papers[place]) for place in order])
        assert sorted(sorted(order[place] for place in part) for part in parts) == [[0, 1, 2], [3]]
