"""Semantic Scholar, by its interface for searches (https://api.semanticscholar.org)."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import ConfigDict, Field

from newsletter.config.plugin import PluginOptions
from newsletter.parsing.semantic_scholar import SemanticScholar
from newsletter.sources.pages import follow, named
from newsletter.sources.secrecy import unsaid
from newsletter.sources.settings import JSON, BaseUrl, Days, Key, MaxPapers, Words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.model import Document, Parsed
    from newsletter.ports import Fetcher

_PAUSE_SECONDS = 1.1  # a key permits one question in a second
_PAGE_SIZE = 100
_REACH = 1_000  # of the search by relevance
_FIELDS = (
    *("externalIds", "url", "title", "abstract", "venue", "year", "publicationDate", "authors"),
    *("openAccessPdf", "s2FieldsOfStudy", "journal"),
)
_Field = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z -]{1,60}$")]


class SemanticScholarSource:
    """Fetches the papers that a search finds among those published in the last days.

    Papers come in some days after they were published, therefore a week is asked for. Without a key all
    the world shares few answers, and is often told to wait.
    """

    class Options(PluginOptions):
        """`[sources.semanticscholar]`.

        `via = "bulk"` takes a query with + | - " " ( ) and gives the newest first, a thousand at once;
        "search" takes plain words, gives the best first and their own one-line summaries, a thousand in all.
        """

        model_config = ConfigDict(hide_input_in_errors=True)

        query: Words
        via: Literal["bulk", "search"] = "bulk"
        fields_of_study: tuple[_Field, ...] = ()
        api_key: Key | None = None
        days: Days = 7
        max_papers: MaxPapers = 200
        base_url: BaseUrl = "https://api.semanticscholar.org"

    def __init__(self, options: Options, fetcher: Fetcher) -> None:
        self._options = options
        self._fetcher = fetcher

    def fetch(self, day: date | None, /) -> Iterator[Document]:
        """Yield the pages of the answer. Raises `SourceError`."""
        is_bulk = self._options.via == "bulk"
        ask = partial(self._ask_bulk if is_bulk else self._ask_best, self._params(day))
        following = named if is_bulk else _within_reach
        most = self._options.max_papers
        with unsaid(self._options.api_key):
            for document, _ in follow(ask, SemanticScholar(), max_papers=most, following=following):
                yield document

    def _params(self, day: date | None) -> dict[str, str]:
        options = self._options
        params = {"query": options.query}
        if day:
            params["publicationDateOrYear"] = f"{day - timedelta(days=options.days - 1)}:{day}"
        if options.fields_of_study:
            params["fieldsOfStudy"] = ",".join(options.fields_of_study)
        return params

    def _ask_bulk(self, params: dict[str, str], token: str | None) -> Document:
        more = {"token": token} if token else {}
        order = {"sort": "publicationDate:desc", "fields": ",".join(_FIELDS)}
        return self._get("/graph/v1/paper/search/bulk", {**params, **order, **more})

    def _ask_best(self, params: dict[str, str], offset: str | None) -> Document:
        size = min(_PAGE_SIZE, self._options.max_papers)
        page = {"fields": ",".join((*_FIELDS, "tldr")), "limit": str(size), "offset": offset or "0"}
        return self._get("/graph/v1/paper/search", {**params, **page})

    def _get(self, path: str, params: dict[str, str]) -> Document:
        key = self._options.api_key
        headers = {**JSON, "x-api-key": key.get_secret_value()} if key else JSON
        address = f"{self._options.base_url}{path}"
        return self._fetcher.get(address, params=params, headers=headers, pause_seconds=_PAUSE_SECONDS)


def _within_reach(parsed: Parsed, offset: str | None) -> str | None:
    token = named(parsed, offset)
    return token if token and int(token) + _PAGE_SIZE <= _REACH else None
