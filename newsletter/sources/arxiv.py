"""arXiv: what a day announces, by its daily feeds, its listing pages or its search."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from newsletter.config.plugin import PluginOptions
from newsletter.errors import SourceError, StaleSource
from newsletter.parsing.arxiv_feed import ArxivFeed
from newsletter.parsing.arxiv_page import ArxivPage
from newsletter.parsing.arxiv_search import ArxivSearch
from newsletter.sources.arxiv_agreement import agree
from newsletter.sources.arxiv_categories import better_spelling
from newsletter.sources.arxiv_query import search_query
from newsletter.sources.calendars import arxiv_silence
from newsletter.sources.pages import follow, readable
from newsletter.sources.settings import BaseUrl, Days, MaxPapers, Words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.model import Document, Parsed
    from newsletter.ports import Fetcher
    from newsletter.sources.pages import Page

_PAUSE_SECONDS = 3.0  # what arXiv asks for (https://info.arxiv.org/help/api/tou.html)
_PAGE_SIZE = 500
_ALL_OF_A_LISTING = "2000"


def _category(name: str) -> str:
    meant = better_spelling(name)
    if meant is not None:
        raise ValueError(
            f"arXiv has no category {name!r:.40}" + (f"; did you mean {meant!r}?" if meant else "")
        )
    return name


_Category = Annotated[str, AfterValidator(_category)]


class ArxivOptions(PluginOptions):
    """`[sources.arxiv]`.

    `via = "feed"` takes the daily feeds and makes sure that they moved; "list" takes the listing pages;
    "search" asks the search, where `query` chooses among them (`au:`, `ti:`, `abs:` ... or plain words).
    The index of the search is some hours behind, therefore the last two announcements are asked for.
    """

    via: Literal["feed", "search", "list"] = "feed"
    categories: Annotated[tuple[_Category, ...], Field(max_length=50)] = ()
    query: Words | None = None
    days: Days = 2
    max_papers: MaxPapers = 2_000
    feed_url: BaseUrl = "https://rss.arxiv.org"
    list_url: BaseUrl = "https://arxiv.org"
    search_url: BaseUrl = "https://export.arxiv.org"

    @model_validator(mode="after")
    def _it_is_said_what_to_fetch(self) -> ArxivOptions:
        if not self.categories and not (self.query and self.via == "search"):
            raise ValueError('expected categories = ["cs.LG", ...]')
        if self.query and self.via != "search":
            raise ValueError('a query needs via = "search"')
        if self.via != "search" and any("*" in name for name in self.categories):
            raise ValueError('cs.* needs via = "search"; a feed of all of them is "cs"')
        return self


class ArxivSource:
    """Fetches the papers of one day's announcement."""

    Options = ArxivOptions

    def __init__(self, options: ArxivOptions, fetcher: Fetcher) -> None:
        self._options = options
        self._fetcher = fetcher

    def silence(self, day: date, /) -> str | None:
        """Say on which days arXiv announces nothing, or perhaps nothing of what is searched for."""
        told = arxiv_silence(day)
        return told or ("a search by a query finds nothing on some days" if self._options.query else None)

    def fetch(self, day: date | None, /) -> Iterator[Document]:
        """Yield what was announced under the date of `day`.

        Feeds and listings have only the newest announcement: for an earlier day the search is asked. Raises
        `StaleSource` where the day has not come there yet.
        """
        match self._options.via:
            case "search":
                yield from self._search(day)
            case "list":
                yield from self._listings(day)
            case "feed":
                yield from self._feed(day)

    def _search(self, day: date | None) -> Iterator[Document]:
        options = self._options
        query = search_query(options.categories, options.query, day, options.days)
        params = {
            "search_query": query,
            "sortBy": "submittedDate",
            "sortOrder": "descending",
            "max_results": str(min(_PAGE_SIZE, options.max_papers)),
        }

        def ask(start: str | None) -> Document:
            return self._get(f"{options.search_url}/api/query", {**params, "start": start or "0"})

        for document, _ in follow(ask, ArxivSearch(), max_papers=options.max_papers):
            yield document

    def _feed(self, day: date | None) -> Iterator[Document]:
        """Yield the feed, or the listing pages where it still has what was announced before: it is dated with
        the day on which it is served, whatever is in it."""
        address = f"{self._options.feed_url}/atom/{'+'.join(self._options.categories)}"
        document, feed = readable(partial(self._get, address), ArxivFeed())
        shown = feed.day or day
        if day is None or shown is None:
            yield document
        elif shown > day:
            yield from self._search(day)
        elif shown == day and not feed.papers and arxiv_silence(day):
            yield document
        elif shown == day:
            first = self._first_listing()
            if first is None or self._confirms(first, feed, day):
                yield document
            else:
                yield from self._listings(day, first)
        elif not arxiv_silence(day):
            yield from self._listings(day)

    def _first_listing(self) -> Page | None:
        try:
            return self._listing(self._options.categories[0])
        except SourceError:
            return None  # a feed that cannot be compared is better than none

    def _confirms(self, first: Page, feed: Parsed, day: date) -> bool:
        """Whether the listing of the first category has what the feed has, as far as it can tell."""
        listing = first[1]
        shown = listing.day or day
        # in the evening of New York the listing is of the next day already
        return shown > day or (shown == day and agree(feed, listing, self._options.categories[0]))

    def _listings(self, day: date | None, first: Page | None = None) -> Iterator[Document]:
        """Yield the listing page of each category, of which the first may be there; one that fails costs no
        other one."""
        failed: SourceError | None = None
        for number, category in enumerate(self._options.categories):
            try:
                document, listing = first if first and not number else self._listing(category)
            except SourceError as error:
                failed = failed or error
                continue
            shown = listing.day or day
            if day is None or shown is None or shown == day:
                yield document
            elif shown > day:
                yield from self._search(day)
                return
            elif not arxiv_silence(day):
                failed = failed or _stale(document, shown, day)
        if failed:
            raise failed

    def _listing(self, category: str) -> Page:
        address = f"{self._options.list_url}/list/{category}/new"
        params = {"skip": "0", "show": _ALL_OF_A_LISTING}
        return readable(partial(self._get, address, params), ArxivPage())

    def _get(self, address: str, params: dict[str, str] | None = None) -> Document:
        return self._fetcher.get(address, params=params, pause_seconds=_PAUSE_SECONDS)


def _stale(document: Document, shown: date, day: date) -> StaleSource:
    return StaleSource(
        f"{document.origin}: still shows what was announced for {shown}, not for {day}",
        hint="arXiv announces in the evening of New York (20:00); a later run will find it",
    )
