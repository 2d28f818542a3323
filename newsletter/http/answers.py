"""What a server answered, and what is wrong with it, in words for a person."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from newsletter.errors import SourceError
from newsletter.http.urls import without_secrets
from newsletter.parsing.detection import page_title
from newsletter.parsing.refusals import refusal_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_HINTS = {
    400: "the service does not understand what is asked of it: look at the options of the source",
    401: "the service wants a key, or another one",
    403: "it may want a key, a contact (contact under [fetching]), or no programs at all",
    404: "look whether the address is right",
    410: "what was there is gone for good",
    429: "ask less often, or with a key of your own",
}
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HTML = re.compile(rb"(\xef\xbb\xbf)?\s*(<!doctype\s+html|<html)", re.IGNORECASE)
_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,80}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A whole answer; the names of `headers` are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def is_success(self) -> bool:
        """Whether what was asked for was done."""
        return self.status in range(200, 300)

    @property
    def media_type(self) -> str | None:
        """What the server calls it, in lower case and without parameters."""
        found = _MEDIA_TYPE.match(self.headers.get("content-type", "").strip().lower())
        return found[0] if found else None

    @property
    def is_html(self) -> bool:
        """Whether it is a page for people, whatever it is called."""
        return bool(_HTML.match(self.body))


def complaint(shown: str, answer: Answer, secrets: Iterable[str]) -> SourceError:
    """Say what an answer other than a success means."""
    return SourceError(f"{shown}: {told(answer, secrets)}", hint=_HINTS.get(answer.status))


def told(answer: Answer, secrets: Iterable[str]) -> str:
    """Give the status and what the service says about it: "400 Bad Request: unknown category"."""
    words = _words_of(answer, secrets)
    return f"{named(answer.status)}{f': {words}' if words else ''}"


def unexpected_page(shown: str, answer: Answer, accept: str, secrets: Iterable[str]) -> SourceError | None:
    """Say so if a page for people came where data was asked for; None if all is well."""
    if not answer.is_html or "html" in accept or "*" in accept or not accept:
        return None
    wanted = "JSON" if "json" in accept else "XML" if "xml" in accept else accept[:40]
    words = _words_of(answer, secrets)
    return SourceError(
        f"{shown}: expected {wanted}, found an HTML page{f': {words}' if words else ''}",
        hint="the service may be down, or want people to log in; open the address in a browser",
    )


def is_redirect(status: int, headers: Mapping[str, str]) -> bool:
    """Tell whether an answer only says where to ask instead."""
    return status in _REDIRECTS and "location" in headers


def named(status: int) -> str:
    """Write a status as a person knows it: "404 Not Found"."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"status {status}"


def _words_of(answer: Answer, secrets: Iterable[str]) -> str:
    """Give what an error says about itself, without what it repeats of our secrets."""
    return without_secrets(refusal_in(answer.body) or page_title(answer.body) or "", secrets)
