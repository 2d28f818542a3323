"""The few places of an edition that differ from reader to reader, and their values."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, get_args
from urllib.parse import urlsplit

from newsletter.errors import RenderError
from newsletter.model import Edition, Slot, sentinel

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_NONCE = re.compile(r"[0-9a-f]{16,}")
_LINK_SCHEMES = ("http", "https", "mailto")
_NOT_IN_A_LINK = re.compile(r"[\s\x00-\x1f\x7f-\x9f<>\"]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")

# What stands behind the base URL of a link: the name of a page and a signed token.
LINK_TAIL_BYTES = 300


def escaped_bytes(value: str) -> int:
    """Give the bytes that `value` takes in the HTML when it fills a slot."""
    return len(html.escape(value, quote=True).encode("utf-8"))


def fill(edition: Edition, values: Mapping[Slot, str]) -> tuple[str, str]:
    """Give the HTML and the text of `edition` with every slot filled, in one pass.

    Values are text: escaped in the HTML (safe inside a quoted attribute as well), plain in the text. A value
    that looks like a slot stays as it is. Raises `RenderError` for a slot without a value, an unknown slot,
    and a link that is not http, https or mailto.
    """
    if not _NONCE.fullmatch(edition.nonce):
        raise RenderError("the edition's nonce is not 16 or more hex digits, so its slots could be forged")
    for slot, value in values.items():
        _check(slot, value)
    plain = {sentinel(edition.nonce, slot): value for slot, value in values.items()}
    escaped = {mark: html.escape(value, quote=True) for mark, value in plain.items()}
    known = {sentinel(edition.nonce, slot): slot for slot in get_args(Slot)}
    # Letters up to the first "end"; without one, a stage of rendering broke the sentinel.
    pattern = re.compile(f"slot{edition.nonce}(?:[a-z]*?end)?")
    return (
        pattern.sub(_filler(escaped, known), edition.html),
        pattern.sub(_filler(plain, known), edition.text),
    )


def _filler(values: Mapping[str, str], known: Mapping[str, Slot]) -> Callable[[re.Match[str]], str]:
    def value_of(match: re.Match[str]) -> str:
        mark = match[0]
        if mark not in known:
            raise RenderError(f"unknown slot {mark!r} in the edition; there are {', '.join(known.values())}")
        if mark not in values:
            raise RenderError(f"the slot {known[mark]} has no value")
        return values[mark]

    return value_of


def _check(slot: Slot, value: str) -> None:
    if _CONTROLS.search(value):
        raise RenderError(f"the value of the slot {slot} holds control characters")
    if slot.endswith("_url") and not _is_link(value):
        raise RenderError(f"the slot {slot} needs a link (http, https or mailto), found {value[:60]!r}")


def _is_link(value: str) -> bool:
    if _NOT_IN_A_LINK.search(value):
        return False
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in _LINK_SCHEMES and bool(parts.netloc or parts.scheme == "mailto")
