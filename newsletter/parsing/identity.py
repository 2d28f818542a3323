"""Which paper a record is about."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from newsletter.model import PaperKey

if TYPE_CHECKING:
    from collections.abc import Mapping

# The schemes in the order in which they are trusted to name one paper.
_TRUST = ("arxiv", "doi", "hf", "title")
_ARXIV = re.compile(
    r"(?:https?://(?:[a-z]+\.)?arxiv\.org/(?:abs|pdf|html)/|https?://huggingface\.co/papers/|"
    r"(?:https?://(?:dx\.)?doi\.org/)?10\.48550/arxiv\.|oai:arxiv\.org:|arxiv:\s*)?"
    r"(?:(?P<id>\d{2}(?:0[1-9]|1[0-2])\.\d{4,5})|(?P<archive>[a-z-]+)(?:\.[a-z]{2})?/(?P<number>\d{7}))"
    r"(?:v(?P<version>\d{1,3}))?(?:\.pdf)?/?(?:[?#]\S*)?",
    re.IGNORECASE | re.ASCII,
)
_ARXIV_NAMED = re.compile(
    r"arxiv(?:\.org)?(?:\W{0,3}(?:abs|pdf|html|preprint|e-?print|id|no|number)\b)?[\s:./#-]{0,3}"
    r"(\d{4}\.\d{4,5}(?:v\d{1,3})?|[a-z-]{2,20}(?:\.[a-z]{2})?/\d{7}(?:v\d{1,3})?)(?![\d/])",
    re.IGNORECASE | re.ASCII,
)
_TELLING = re.compile(r"[^\W_]|[+#<>]|(?<=\d)\.(?=\d)")
_DOI = re.compile(
    r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?(?P<id>10\.\d{4,9}/\S+)", re.IGNORECASE | re.ASCII
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A paper's own key and the ids it is known by elsewhere."""

    key: PaperKey
    ids: Mapping[str, str] = field(hash=False)


def identify(
    title: str,
    *,
    arxiv: str | None = None,
    doi: str | None = None,
    url: str | None = None,
    hf: str | None = None,
) -> Identity:
    """Say which paper a record is about from what a source gives; what is no id is left out.

    The same input always gives the same key, over releases too.
    """
    ids = {"title": title_id(title)}
    number = next((found for text in (arxiv, url, doi) if text and (found := arxiv_id(text))), None)
    name = doi_of(doi) if doi else None
    if number:
        ids["arxiv"] = number
    if name:
        ids["doi"] = name
    if hf:
        ids["hf"] = hf
    return Identity(key=key_of(ids), ids=ids)


def arxiv_id(text: str) -> str | None:
    """Give the arXiv id, without version, that a text is: bare, prefixed, an address or a DOI of arXiv.

    Ids up to 2007 lose their subject class: `math.GT/0309136` is `math/0309136`.
    """
    found = _ARXIV.fullmatch(text.strip())
    if found is None:
        return None
    return found["id"] or f"{found['archive'].lower()}/{found['number']}"


def arxiv_version(text: str) -> int | None:
    """Give the version that such a text names: 3 for `2203.01250v3`."""
    found = _ARXIV.fullmatch(text.strip())
    return int(found["version"]) if found and found["version"] else None


def arxiv_id_in(text: str) -> str | None:
    """Give the arXiv id that a text names as such: "arXiv preprint arXiv:1908.10084v2 [cs.CL]". None where it
    names two."""
    found = {arxiv_id(match[1]) for match in _ARXIV_NAMED.finditer(text)}
    return found.pop() if len(found) == 1 else None


def doi_of(text: str) -> str | None:
    """Give the DOI that a text is, in lower case and without its resolver."""
    found = _DOI.fullmatch(text.strip())
    return found["id"].lower() if found else None


def title_id(title: str) -> str:
    """Hash a title so that case, accents, punctuation and blanks make no difference, but for the signs that
    tell names apart: C++ and C#, SAM 2.1 and SAM 21, p < 0.5 and p > 0.5."""
    decomposed = unicodedata.normalize("NFKD", title.casefold())
    letters = "".join(_TELLING.findall(decomposed))
    return _digest(letters or title)


def key_of(ids: Mapping[str, str]) -> PaperKey:
    """Make a paper's key from its most trusted id; `ids` holds at least one."""
    scheme = min(ids, key=lambda name: (_TRUST.index(name) if name in _TRUST else len(_TRUST), name))
    return PaperKey(_digest(f"{scheme}:{ids[scheme]}"))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:20]
