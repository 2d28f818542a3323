"""Documents that somebody saved."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.errors import SourceError
from newsletter.model import Document
from newsletter.parsing.detection import MAX_BYTES

if TYPE_CHECKING:
    from datetime import date
    from typing import BinaryIO

STANDARD_INPUT = "-"


def read_saved(path: str, day: date | None) -> Document:
    """Read a file, or standard input for `-`: at most 10 MB, so that a wrong path costs nothing.

    The file's time says nothing about its content and is not used. Raises `SourceError`.
    """
    origin = "standard input" if path == STANDARD_INPUT else path or "the empty path"
    return Document(body=_read(path, origin), origin=origin, day=day)


def standard_input() -> BinaryIO:
    """Give the bytes of standard input. Raises `SourceError` where a program of the background has none."""
    if sys.stdin is None:
        raise SourceError("standard input is closed", hint="name a file instead of -")
    return sys.stdin.buffer


def _read(path: str, origin: str) -> bytes:
    try:
        if path == STANDARD_INPUT:
            body = standard_input().read(MAX_BYTES + 1)
        else:
            with Path(path).open("rb") as stream:
                body = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a path"
        raise SourceError(
            f"{origin}: cannot be read ({reason})",
            hint="give the path of a saved page, or - for standard input",
        ) from error
    if len(body) > MAX_BYTES:
        raise SourceError(f"{origin}: larger than {MAX_BYTES:,} bytes, which no page of papers is")
    return body
