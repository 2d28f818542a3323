"""Which paper a record is about."""

from __future__ import annotations

import hashlib
import unicodedata
from typing import TYPE_CHECKING

from newsletter.model import PaperKey

if TYPE_CHECKING:
    from collections.abc import Mapping

# The schemes in the order in which they are trusted to name one paper.
_TRUST = ("arxiv", "doi", "hf", "title")


def title_id(title: str) -> str:
    """Hash a title so that case, accents, punctuation and blanks make no difference."""
    decomposed = unicodedata.normalize("NFKD", title.casefold())
    letters = "".join(char for char in decomposed if char.isalnum())
    return _digest(letters or title)


def key_of(ids: Mapping[str, str]) -> PaperKey:
    """Make a paper's key from its most trusted id; `ids` holds at least one."""
    scheme = min(ids, key=lambda name: (_TRUST.index(name) if name in _TRUST else len(_TRUST), name))
    return PaperKey(_digest(f"{scheme}:{ids[scheme]}"))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:20]
