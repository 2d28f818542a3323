"""Files that nobody ever sees half written."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_at_once(path: Path, body: bytes) -> None:
    """Write beside and rename. Raises `OSError`."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(body)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
