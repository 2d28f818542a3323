"""Years for the dates of a page that shows some without one."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

from newsletter.model import Problem
from newsletter.parsing.dates import ShownDate, exact, latest_until, year_of_page

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsletter.model import Document
    from newsletter.parsing.page_lines import Facts

_WAYS_OUT = "a year somewhere on the page, or a day given with --date"


class PageDates:
    """Resolves the dates of one page.

    The page's own day comes first: what it shows, no later than the day a person gave or the day it was
    fetched; without either, in the year after the newest year it names. Papers come up to that day.
    `day` is the day of the document, `years_given` counts the paper dates that got their year here.
    """

    def __init__(self, document: Document, shown: ShownDate | None, years: Iterable[int]) -> None:
        known = document.day or (document.fetched_at.date() if document.fetched_at else None)
        year = year_of_page(years)
        self.problems: list[Problem] = []
        self.years_given: Counter[int] = Counter()
        self._limit = _own_day(shown, known, year) or known
        self._year = self._limit.year if self._limit else year
        self.day = document.day or self._limit
        if year and self._limit and self._limit.year == year - 1:
            self.problems.append(
                Problem(
                    message=f"the page names the year {year - 1}, which it would not in {self._limit.year}",
                    expected=f"a day of {year} or later, given with --date",
                    found=str(self._limit),
                )
            )
        if self.day is None:
            self._without_day(shown)

    def published(self, facts: Facts) -> date | None:
        """Give a paper's date; None, with a problem, if there is no such day or no hint at its year."""
        shown = facts.shown
        if shown is None or (shown.year is None and self._year is None):
            return None
        found = (
            self._inferred(facts, shown) if shown.year is None else self._explicit(facts, shown, shown.year)
        )
        if found is None:
            self._report("a date that no calendar has", facts, "a day of that month", shown)
        return found

    def _explicit(self, facts: Facts, shown: ShownDate, year: int) -> date | None:
        found = exact(shown, year)
        if found and self._limit and found > self._limit:
            self._report("a paper dated after its page", facts, f"a day up to {self._limit}", shown)
        return found

    def _inferred(self, facts: Facts, shown: ShownDate) -> date | None:
        year = self._year or 0
        found = latest_until(shown, self._limit or date(year, 12, 31))
        if found:
            self.years_given[found.year] += 1
            if found.year != year:
                self._report(
                    f"a date without a year that is not of {year}; taken as {found}",
                    facts,
                    f"a year, or a day up to {self._limit}" if self._limit else "a year",
                    shown,
                )
        return found

    def _without_day(self, shown: ShownDate | None) -> None:
        if shown is not None and shown.year is None and self._year is None:
            message = "the page shows no year, so its dates cannot be given one"
        elif self._year is None:
            message = "the page shows neither its day nor a year"
        else:
            message = "the page does not show its own day"
        expected = (
            _WAYS_OUT if self._year is None else 'a line such as "Nov 7" on top, or a day given with --date'
        )
        self.problems.append(Problem(message=message, expected=expected))

    def _report(self, message: str, facts: Facts, expected: str, shown: ShownDate) -> None:
        self.problems.append(Problem(message=message, line=facts.last, expected=expected, found=str(shown)))


def _own_day(shown: ShownDate | None, known: date | None, year: int | None) -> date | None:
    if shown is None:
        return None
    if shown.year is not None:
        return exact(shown, shown.year)
    limit = known or (date(year, 12, 31) if year else None)
    return latest_until(shown, limit) if limit else None
