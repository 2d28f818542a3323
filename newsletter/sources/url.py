"""A document from an address: a feed, a page, a file on the web."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, Field

from newsletter.config.plugin import PluginOptions
from newsletter.errors import SourceError
from newsletter.http.urls import read_url
from newsletter.sources.dated import dated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.model import Document
    from newsletter.ports import Fetcher

_ANY_DAY = date(2000, 1, 1)


def _url(text: str) -> str:
    url = text if "://" in text else f"https://{text}"
    try:
        read_url(dated(url, _ANY_DAY))
    except SourceError as error:
        raise ValueError(error.message) from None
    return url


class UrlSource:
    """Gets one document; its kind is found out from what came."""

    class Options(PluginOptions):
        """A table of this kind; `{date}` in the address is the day. `max_age_hours`: so long what was got
        before serves without asking again."""

        url: Annotated[str, AfterValidator(_url)]
        accept: Annotated[str, Field(pattern=r"^[!-~ ]{1,200}$")] | None = None
        pause_seconds: Annotated[float, Field(strict=True, ge=0, le=600)] = 1.0
        max_age_hours: Annotated[float, Field(strict=True, ge=0, le=8_784)] = 0

    def __init__(self, options: Options, fetcher: Fetcher) -> None:
        self._options = options
        self._fetcher = fetcher

    def fetch(self, day: date | None, /) -> Iterator[Document]:
        """Yield the one document. Raises `SourceError`."""
        options = self._options
        document = self._fetcher.get(
            dated(options.url, day),
            headers={"Accept": options.accept} if options.accept else None,
            pause_seconds=options.pause_seconds,
            max_age=timedelta(hours=options.max_age_hours),
        )
        yield replace(document, day=day)
