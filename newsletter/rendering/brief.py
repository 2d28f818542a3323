"""The first sentences of a summary, for cards that have no room for all of it."""

from __future__ import annotations

import re

from newsletter.rendering.subject import shortened

_MAX_CHARS = 240
# One sentence may be this long before it is cut.
_MAX_SENTENCE_CHARS = 320
# Sure ends of sentences only: behind three small letters or digits, before a capital. What is missed costs a
# shorter text, what were wrongly taken for an end would cost its sense.
_SENTENCE_END = re.compile(r"(?<=[a-z0-9)%]{3}[.!?]) (?=[A-Z])|(?<=[。！？])")  # noqa: RUF001 - Chinese


def brief(summary: str) -> str:
    """Give as many whole sentences as fit into 240 characters; the first may be longer, and is cut between
    words at 320."""
    ends = [end.start() for end in _SENTENCE_END.finditer(summary)] + [len(summary)]
    fitting = [end for end in ends if end <= _MAX_CHARS]
    return summary[: fitting[-1]] if fitting else shortened(summary[: ends[0]], _MAX_SENTENCE_CHARS)
