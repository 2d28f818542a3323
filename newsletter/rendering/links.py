"""Addresses that may stand in an edition."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus, urlsplit

from newsletter.parsing.text import clean

if TYPE_CHECKING:
    from newsletter.model import Paper

_MAX_CHARS = 2_000
_MAX_QUERY_CHARS = 200
# What RFC 3986 lets an address hold; the rest is percent-encoded. No quotes, no braces: neither markup nor a
# mail system's placeholders can hide in a link.
_ALLOWED = "%:/?#[]@!$&()*+,;=-._~"
_ALLOWED_IN_A_DOI = "/:;().,-_"
_HOST = re.compile(r"[a-z0-9.-]+|\[[0-9a-f:.]+\]")
_NOT_IN_AN_ADDRESS = re.compile(r"[\s\x00-\x1f\x7f-\x9f<>\"\\]")

_SEARCHES = {
    "hf": "https://huggingface.co/papers?q={}",
    "arxiv": "https://arxiv.org/search/?searchtype=title&query={}",
}
_SEARCH_ANYWHERE = "https://scholar.google.com/scholar?q={}"


def title_link(paper: Paper) -> str:
    """Give the paper's own page, else the one that its id leads to, else a search for its title."""
    return own_page(paper) or search_link(paper)


def own_page(paper: Paper) -> str | None:
    """Give the paper's own page, or the one that its id leads to; None where nothing tells one."""
    return safe_url(paper.url) or _page_of_id(paper)


def _page_of_id(paper: Paper) -> str | None:
    """Give the page on arXiv, or what the DOI's resolver leads to (https://www.doi.org/the-identifier/)."""
    if number := paper.ids.get("arxiv"):
        return safe_url(f"https://arxiv.org/abs/{number}")
    doi = paper.ids.get("doi")
    return safe_url(f"https://doi.org/{quote(doi, safe=_ALLOWED_IN_A_DOI)}") if doi else None


def search_link(paper: Paper) -> str:
    """Give a search for the title where the source lets one search, else on Google Scholar."""
    title = clean(paper.title)
    if len(title) > _MAX_QUERY_CHARS:
        title = title[:_MAX_QUERY_CHARS].rsplit(" ", 1)[0]
    return _SEARCHES.get(paper.source or "", _SEARCH_ANYWHERE).format(quote_plus(title))


def safe_url(text: str | None) -> str | None:
    """Give an http(s) address in ASCII, or None for anything else.

    Refused as well: a name or password before the host (it makes one site look like another), hosts that are
    not plain ASCII, controls, blanks and quotes.
    """
    if not text or len(text) > _MAX_CHARS or _NOT_IN_AN_ADDRESS.search(text):
        return None
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname, parts.port
        is_fine = parts.scheme in ("http", "https") and "@" not in parts.netloc
        encoded = quote(text, safe=_ALLOWED)
    except ValueError:  # a broken port or IPv6 host; half a surrogate pair
        return None
    host = f"[{host}]" if host and ":" in host else host
    is_fine = is_fine and len(encoded) <= _MAX_CHARS
    return encoded if is_fine and host and _HOST.fullmatch(host) else None


def host_of(url: str) -> str:
    """Name the site of an address for people: "github.com"."""
    return (urlsplit(url).hostname or "").removeprefix("www.")
