"""What a command reads byte by byte: a file, or standard input for `-`."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

from newsletter.errors import SourceError
from newsletter.sources.saved import STANDARD_INPUT, standard_input

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator


@contextmanager
def opened(file: str) -> Iterator[io.BufferedReader]:
    """Give its bytes; standard input stays open afterwards. Raises `SourceError`."""
    if file == STANDARD_INPUT:
        yield cast("io.BufferedReader", standard_input())  # what Python opens at its start is buffered
        return
    try:
        stream = Path(file).open("rb")  # noqa: SIM115 - errors while it is used are not ours to name
    except OSError as error:
        raise SourceError(f"{file}: cannot be read ({error.strerror})") from error
    with stream:
        yield stream
