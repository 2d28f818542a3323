"""`{date}` in paths, patterns and addresses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsletter.errors import SourceError

if TYPE_CHECKING:
    from datetime import date

_DATE = re.compile(r"\{date(?::([^{}]{1,40}))?\}")


def is_dated(text: str) -> bool:
    """Tell whether a text is another one each day."""
    return _DATE.search(text) is not None


def dated(text: str, day: date | None) -> str:
    """Put the day in the place of `{date}` (2025-11-07) or, in another form, of `{date:%Y/%m}`.

    Raises `SourceError` if it is needed and not given.
    """
    if day is None and is_dated(text):
        raise SourceError(
            f"{text!r} is another one each day, and no day is given", hint="give one with --date"
        )
    return _DATE.sub(lambda found: format(day, found[1] or "%Y-%m-%d"), text) if day else text
