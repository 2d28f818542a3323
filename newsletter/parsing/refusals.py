"""What a service says when it gives an error in place of papers, often with the status of a success."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from newsletter.parsing.decoding import decode
from newsletter.parsing.text import clean, clip

_MAX_BYTES = 20_000
_MAX_CHARS = 200
_NAMES = ("error", "errors", "message", "messages", "detail", "details", "reason", "fault", "title", "status")
_TELLING = frozenset(("error", "errors", "message", "messages", "detail", "fault"))
_MAX_DEPTH = 4


def refusal_in(body: bytes) -> str | None:
    """Give the words of an error message in JSON; None for anything else."""
    if len(body) > _MAX_BYTES or body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] != b"{":
        return None
    try:
        data = json.loads(decode(body))
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict) or not _TELLING & set(data):
        return None
    told = dict.fromkeys(clean(text) for text in _words(data, _MAX_DEPTH))
    return clip("; ".join(text for text in told if text), _MAX_CHARS) or None


def _words(value: Any, depth: int) -> Iterator[str]:
    """Yield the texts under the names that errors have."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list) and depth:
        for item in value[:3]:
            yield from _words(item, depth - 1)
    elif isinstance(value, dict) and depth:
        for name in _NAMES:
            yield from _words(value.get(name), depth - 1)
