"""Files that are worked on: told when one of them changes, by whatever editor, on whatever file system."""

from __future__ import annotations

import os
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from watchfiles import watch

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable, Iterator

# Where the system tells of no change (network drives, some containers), looking at the files does.
_LOOK_MILLISECONDS = 700
# An editor writes a file in several steps; it is looked at when it was left alone for so long.
_SETTLE_MILLISECONDS = 20
_MAX_SETTLE_MILLISECONDS = 200
_MAX_FILES = 2_000

# How each file looks: when it was changed, its size, its number on the file system.
Stamp = Mapping[str, tuple[int, int, int]]


def follow(
    files: Callable[[], Iterable[Path]], changed: Callable[[], None], stop: threading.Event, seen: Stamp
) -> None:
    """Call `changed` whenever one of `files` is another than it was `seen`, until `stop` is set.

    Folders among them stand for all that is in them. Which files there are is asked anew after each change.
    Watching only wakes; what counts is how the files look, so that no change between two looks is lost.
    """
    while not stop.is_set():
        folders = folders_of(files())
        try:
            for _ in _wakened(folders, stop):
                now = stamp(files())
                if now != seen:
                    seen = now
                    changed()
                if folders_of(files()) != folders:
                    break
        except FileNotFoundError:  # a folder went away while it was being watched
            stop.wait(_LOOK_MILLISECONDS / 1000)


def _wakened(folders: tuple[Path, ...], stop: threading.Event) -> Iterator[object]:
    return watch(
        *folders,
        watch_filter=None,
        debounce=_MAX_SETTLE_MILLISECONDS,
        step=_SETTLE_MILLISECONDS,
        rust_timeout=_LOOK_MILLISECONDS,
        yield_on_timeout=True,
        stop_event=stop,
        raise_interrupt=False,
        recursive=False,
    )


def folders_of(files: Iterable[Path]) -> tuple[Path, ...]:
    """Give the folders in which these files are. A file itself is not watched: an editor that replaces it
    would leave the old one watched."""
    folders = (
        folder for file in files for folder in ([file, *_below(file)] if file.is_dir() else [file.parent])
    )
    return tuple(sorted({folder.absolute() for folder in folders if folder.is_dir()}))


def stamp(files: Iterable[Path]) -> Stamp:
    """Say how files look, without reading them."""
    found = {}
    for file in _all(files):
        try:
            status = file.stat()
        except OSError:
            found[str(file)] = (0, 0, 0)
        else:
            found[str(file)] = (status.st_mtime_ns, status.st_size, status.st_ino)
    return found


def _all(files: Iterable[Path]) -> Iterator[Path]:
    for file in files:
        if file.is_dir():
            inside = (Path(folder, name) for folder, _, names in os.walk(file) for name in names)
            yield from islice(inside, _MAX_FILES)
        else:
            yield file


def _below(folder: Path) -> list[Path]:
    inside = (Path(place, name) for place, names, _ in os.walk(folder) for name in names)
    return list(islice(inside, _MAX_FILES))
