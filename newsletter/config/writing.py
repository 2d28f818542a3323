"""Writing `newsletter.toml`: whole, only if it is right, and never over what somebody else changed."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from newsletter.config.load import load_config
from newsletter.errors import ConfigError, StoreError


class ChangedMeanwhile(ConfigError):  # noqa: N818 - says what is so, as a sentence does
    """The file is not what was read."""


def write_config(path: Path, *, old: str, new: str) -> None:
    """Replace the file at once, if it still holds `old`, by `new`, if that is a right configuration.

    A link stays a link and the mode of the file stays. Raises `ConfigError`, and `StoreError` where nothing
    can be written.
    """
    target = path.resolve()
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".toml")
        beside = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
                stream.write(new)
            _refuse_wrong(beside, path)
            beside.chmod(target.stat().st_mode & 0o7777)
            _refuse_to_lose_changes(path, old)
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(f"{path}: cannot be written ({error.strerror})") from error


def create_config(path: Path, text: str) -> None:
    """Write a file that is not there yet, if it is a right configuration.

    Raises `ConfigError`, and `StoreError` where nothing can be written; what somebody else has put there
    meanwhile stays.
    """
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".toml")
        beside = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
                stream.write(text)
            _refuse_wrong(beside, path)
            beside.chmod(0o644)
            os.link(beside, path)  # unlike a rename, it replaces nothing
        finally:
            beside.unlink(missing_ok=True)
    except FileExistsError as error:
        raise ChangedMeanwhile(
            f"{path}: was made by somebody else meanwhile; nothing was written", hint="look at it first"
        ) from error
    except OSError as error:
        raise StoreError(f"{path}: cannot be written ({error.strerror})") from error


def remove_config(path: Path, text: str) -> None:
    """Take a file away that still holds `text`. Raises `ConfigError`, and `StoreError` where it cannot be."""
    try:
        _refuse_to_lose_changes(path, text)
        path.unlink()
    except OSError as error:
        raise StoreError(f"{path}: cannot be taken away ({error.strerror})") from error


def read_text(path: Path) -> str:
    """Read a configuration as it is, line ends and byte-order mark included. Raises `ConfigError`."""
    load_config(path)
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read again; it was changed meanwhile") from error


def _refuse_wrong(beside: Path, path: Path) -> None:
    try:
        load_config(beside)
    except ConfigError as error:
        problem = error.message.replace(str(beside), str(path))
        raise ConfigError(
            f"with the change this would be wrong, so nothing was written: {problem}"
        ) from error


def _refuse_to_lose_changes(path: Path, old: str) -> None:
    if path.read_bytes() != old.encode("utf-8"):
        raise ChangedMeanwhile(
            f"{path}: was changed by somebody else meanwhile; nothing was written",
            hint="run the command again",
        )
