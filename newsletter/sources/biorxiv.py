"""bioRxiv and medRxiv, by their interface (https://api.biorxiv.org)."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Annotated, Literal
from urllib.parse import quote

from pydantic import Field

from newsletter.config.plugin import PluginOptions
from newsletter.parsing.biorxiv import Biorxiv
from newsletter.sources.pages import follow
from newsletter.sources.settings import JSON, BaseUrl, Days, MaxPapers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.model import Document
    from newsletter.ports import Fetcher

_Category = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z ,&_-]{1,60}$")]


class BiorxivSource:
    """Fetches what was posted on the last days: new preprints, and new versions of older ones.

    A preprint may be there only on the day after, therefore two days are asked for. They come by pages of
    100; `max_papers` is for each category.
    """

    class Options(PluginOptions):
        """`[sources.biorxiv]`; `categories` in their words, such as "cell biology", none for all."""

        server: Literal["biorxiv", "medrxiv"] = "biorxiv"
        categories: tuple[_Category, ...] = ()
        days: Days = 2
        max_papers: MaxPapers = 2_000
        base_url: BaseUrl = "https://api.biorxiv.org"

    def __init__(self, options: Options, fetcher: Fetcher) -> None:
        self._options = options
        self._fetcher = fetcher

    def fetch(self, day: date | None, /) -> Iterator[Document]:
        """Yield the pages of all categories. Raises `SourceError`."""
        for category in self._options.categories or (None,):
            ask = partial(self._ask, day, category)
            for document, _ in follow(ask, Biorxiv(), max_papers=self._options.max_papers):
                yield document

    def _ask(self, day: date | None, category: str | None, cursor: str | None) -> Document:
        options = self._options
        interval = f"{options.days}d"
        if day:
            interval = f"{day - timedelta(days=options.days - 1)}/{day}"
        address = f"{options.base_url}/details/{options.server}/{interval}/{quote(cursor or '0', safe='')}"
        # as they write it themselves: cell_biology
        params = {"category": category.strip().lower().replace(" ", "_")} if category else None
        return self._fetcher.get(address, params=params, headers=JSON)
