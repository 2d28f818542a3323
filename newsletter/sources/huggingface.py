"""Hugging Face Daily Papers: the JSON of a day, else the page that shows it."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from newsletter.config.plugin import PluginOptions
from newsletter.errors import SourceError, StaleSource
from newsletter.parsing.huggingface_html import HuggingFaceHtml
from newsletter.parsing.huggingface_json import HuggingFaceJson
from newsletter.sources.calendars import day_before, weekend_silence
from newsletter.sources.pages import follow, readable
from newsletter.sources.settings import JSON, BaseUrl, Days, MaxPapers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from newsletter.model import Document, Parsed
    from newsletter.ports import Fetcher
    from newsletter.sources.pages import Page

_PAGE_SIZE = 100


class HuggingFaceSource:
    """Fetches the papers that were submitted to the daily lists of the last days (UTC), newest list first.

    A list fills up until its evening: who is served in the morning would never see what came later, unless
    the list before is asked for as well. On Mondays that is the one of Friday.
    """

    class Options(PluginOptions):
        """`[sources.hf]`; `days` counts lists, `max_papers` is for each."""

        days: Days = 2
        max_papers: MaxPapers = 500
        base_url: BaseUrl = "https://huggingface.co"

    def __init__(self, options: Options, fetcher: Fetcher) -> None:
        self._options = options
        self._fetcher = fetcher

    def silence(self, day: date, /) -> str | None:
        """Nobody submits on weekends, and the list of a Monday may be empty until its evening."""
        if _weekend(day - timedelta(days=1)) and not _weekend(day):
            return "Hugging Face may have nothing on Mondays before its list is filled"
        return _weekend(day)

    def fetch(self, day: date | None, /) -> Iterator[Document]:
        """Yield the pages of the lists. Raises `StaleSource` where one shows the papers of another day."""
        stale: StaleSource | None = None
        for listed in self._days(day):
            try:
                documents = self._documents(listed)
            except StaleSource as error:
                stale = stale or error
            else:
                yield from documents
        if stale:
            raise stale

    def _days(self, day: date | None) -> Iterator[date | None]:
        """Give the day, and those before it that have a list."""
        yield day
        for _ in range(1, self._options.days):
            if day is not None:
                day = day_before(day, _weekend)
                yield day

    def _documents(self, day: date | None) -> list[Document]:
        try:
            pages = list(self._follow(day))
        except SourceError as error:
            pages = [self._page(day, error)]
        if day and not _shows(day, pages):
            if _weekend(day):
                return []
            found = max(paper.announced for _, parsed in pages for paper in parsed.papers if paper.announced)
            raise StaleSource(
                f"{pages[0][0].origin}: shows the papers of {found}, not of {day}",
                hint="a later run will find them, where they come at all",
            )
        return [document for document, _ in pages]

    def _follow(self, day: date | None) -> Iterator[Page]:
        ask, max_papers = partial(self._ask, day), self._options.max_papers
        return follow(ask, HuggingFaceJson(), max_papers=max_papers, following=_next_number)

    def _ask(self, day: date | None, number: str | None) -> Document:
        params = {"limit": str(_PAGE_SIZE)}
        if day:
            params["date"] = day.isoformat()
        if number:
            params["p"] = number
        return self._fetcher.get(f"{self._options.base_url}/api/daily_papers", params=params, headers=JSON)

    def _page(self, day: date | None, error: SourceError) -> Page:
        """Get the page for readers, which holds the same papers, where the interface failed."""
        address = f"{self._options.base_url}/papers{f'/date/{day}' if day else ''}"
        try:
            return readable(partial(self._fetcher.get, address), HuggingFaceHtml())
        except SourceError as second:
            raise SourceError(f"{error.message}; and {second.message}", hint=error.hint) from second


def _weekend(day: date) -> str | None:
    return weekend_silence(day, "Hugging Face")


def _next_number(parsed: Parsed, number: str | None) -> str | None:
    """Ask for more behind a full page only: the interface does not tell how many papers there are."""
    is_full = len(parsed.papers) + len(parsed.problems) >= _PAGE_SIZE
    return str(int(number or 0) + 1) if is_full else None


def _shows(day: date, pages: Sequence[Page]) -> bool:
    """Whether one of the papers was submitted to the list on that day, or none says when it was."""
    days = {paper.announced for _, parsed in pages for paper in parsed.papers if paper.announced}
    return not days or day in days
