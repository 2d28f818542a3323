"""The command that takes pictures of the seed issue."""

from __future__ import annotations

import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = Path(__file__).parents[1] / "screenshots.py"


def size_of(picture: Path) -> tuple[int, int]:
    """Read width and height out of a PNG."""
    header = picture.read_bytes()[:24]
    assert header.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", header[16:24])
    return width, height


def test_a_picture_is_as_wide_as_its_view(tmp_path: Path) -> None:
    if shutil.which("chromium") is None and shutil.which("chromium-browser") is None:
        pytest.skip("no chromium on this machine (Debian package: chromium)")
    done = subprocess.run(
        [sys.executable, str(COMMAND), str(tmp_path / "pictures"), "--only", "dark-375"],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    written = {path.name: size_of(path) for path in (tmp_path / "pictures").iterdir()}
    assert written == {"dark-375.png": (375, 1500), "dark-375-foot.png": (375, 500)}
    assert done.stdout.split() == [str(tmp_path / "pictures" / "dark-375.png")]
