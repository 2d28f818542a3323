"""OpenAlex, by its interface for works (https://developers.openalex.org)."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Annotated

from pydantic import ConfigDict, Field, model_validator

from newsletter.config.plugin import PluginOptions
from newsletter.parsing.openalex import OpenAlex
from newsletter.sources.pages import follow
from newsletter.sources.secrecy import unsaid
from newsletter.sources.settings import JSON, BaseUrl, Days, Key, MaxPapers, Words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.model import Document
    from newsletter.ports import Fetcher

_PAGE_SIZE = 100  # the most that is given at once
_FIELDS = (
    *("id", "ids", "doi", "title", "display_name", "publication_date", "publication_year", "is_retracted"),
    *("abstract_inverted_index", "authorships", "primary_location", "best_oa_location", "locations"),
    *("open_access", "primary_topic", "topics", "keywords"),
)


class OpenAlexSource:
    """Fetches the works that a search finds among those published in the last days.

    Works come in some days after they were published, therefore a week is asked for. Without a key the
    service answers a few questions a day only; keys cost nothing.
    """

    class Options(PluginOptions):
        """`[sources.openalex]`; `filter` as OpenAlex writes it: `primary_topic.id:T10320`."""

        model_config = ConfigDict(hide_input_in_errors=True)

        query: Words | None = None
        filter: Annotated[Words, Field(pattern=r"^[^\s]+:.+$")] | None = None
        api_key: Key | None = None
        days: Days = 7
        max_papers: MaxPapers = 200
        base_url: BaseUrl = "https://api.openalex.org"

        @model_validator(mode="after")
        def _something_is_looked_for(self) -> OpenAlexSource.Options:
            if not (self.query or self.filter):
                raise ValueError("expected a query or a filter: all works of a week are half a million")
            return self

    def __init__(self, options: Options, fetcher: Fetcher) -> None:
        self._options = options
        self._fetcher = fetcher

    def fetch(self, day: date | None, /) -> Iterator[Document]:
        """Yield the pages, the newest works first where a day is given. Raises `SourceError`."""
        ask = partial(self._ask, day)
        with unsaid(self._options.api_key):
            for document, _ in follow(ask, OpenAlex(), max_papers=self._options.max_papers):
                yield document

    def _ask(self, day: date | None, cursor: str | None) -> Document:
        options = self._options
        filters = [options.filter] if options.filter else []
        if day:
            filters += [f"from_publication_date:{day - timedelta(days=options.days - 1)}"]
            filters += [f"to_publication_date:{day}"]
        params = {"search": options.query or "", "filter": ",".join(filters), "cursor": cursor or "*"}
        params |= {"sort": "publication_date:desc"} if day else {}
        params |= {"per_page": str(min(_PAGE_SIZE, options.max_papers)), "select": ",".join(_FIELDS)}
        params = {name: value for name, value in params.items() if value}
        if options.api_key:
            params["api_key"] = options.api_key.get_secret_value()  # it takes no header
        return self._fetcher.get(f"{options.base_url}/works", params=params, headers=JSON)
