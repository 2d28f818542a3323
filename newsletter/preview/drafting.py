"""The sections as a person is changing them: nothing is written until they save, and each step can be undone.

A draft is the text of `newsletter.toml` that was read, and changes on top. So a change that somebody makes in
the file meanwhile is noticed, and the changes can be put on top of theirs instead.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.config import Config, default_sections, starter_text
from newsletter.config.edit import with_own_sections
from newsletter.config.load import read_config
from newsletter.config.schema import Schema
from newsletter.config.writing import create_config, remove_config, write_config
from newsletter.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_MARK = "\ufeff"
_MOST_CHANGES = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One step: what is `said` of it, and how it changes the text of a file."""

    said: str
    apply: Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A draft at one moment. `saved` is what the draft began from. `is_contested`: the file says something
    else by now; `lost` are changes that could not be put on top of it."""

    saved: Config
    draft: Config
    done: tuple[str, ...] = ()
    undone: tuple[str, ...] = ()
    is_contested: bool = False
    can_undo_save: bool = False
    has_file: bool = True
    lost: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Saved:
    """The last save: what the file was before (None: there was none) and after it."""

    before: str | None
    after: str
    changes: tuple[Change, ...]


class SectionDraft:
    """Changes of one file's sections; threads may share it.

    `last_good` is the text to begin from while the file has a mistake.
    """

    def __init__(self, path: Path, last_good: str = "") -> None:
        self.path = path
        self._lock = threading.RLock()
        self._done: list[Change] = []
        self._undone: list[Change] = []
        self._lost: tuple[str, ...] = ()
        self._last_save: _Saved | None = None
        try:
            self._base = self._on_disk()
            self._config(self._base)
        except ConfigError:
            self._base = last_good or None
        self._texts = [self._first()]

    def standing(self) -> Standing:
        """Give the draft as it is; one without changes follows the file."""
        with self._lock:
            is_other = self._is_other()
            if is_other and not self._done:
                is_other = not self._follow()
            return Standing(
                saved=self._config(self._base),
                draft=self._config(self._texts[-1] if self._done else self._base),
                done=tuple(change.said for change in self._done),
                undone=tuple(change.said for change in reversed(self._undone)),
                is_contested=is_other and bool(self._done),
                can_undo_save=bool(self._last_save and self._last_save.after == self._base and not is_other),
                has_file=self._base is not None,
                lost=self._lost,
            )

    def change(self, change: Change, proven: Callable[[Config], object]) -> None:
        """Take a step, if the text that comes of it is a right configuration and `proven` accepts it.

        Raises a `NewsletterError` otherwise, and then nothing was changed.
        """
        with self._lock:
            self.standing()
            if len(self._done) >= _MOST_CHANGES:
                raise UsageError(f"there are {_MOST_CHANGES} changes that are not saved", hint="save them")
            text = change.apply(with_own_sections(self._texts[-1]))
            if text == self._texts[-1]:
                return
            proven(self._config(text))
            self._done.append(change)
            self._texts.append(text)
            self._undone.clear()
            self._lost = ()

    def undo(self) -> None:
        """Take the last step back."""
        with self._lock:
            if self._done:
                self._undone.append(self._done.pop())
                self._texts.pop()

    def redo(self) -> None:
        """Take the step again that was taken back last."""
        with self._lock:
            if self._undone:
                change = self._undone.pop()
                self._texts.append(change.apply(with_own_sections(self._texts[-1])))
                self._done.append(change)

    def discard(self) -> None:
        """Forget all changes: what the file says counts."""
        with self._lock:
            self._done.clear()
            self._undone.clear()
            self._lost = ()
            self._texts = self._texts[:1]
            self._follow()

    def save(self) -> None:
        """Write the file. Raises `ChangedMeanwhile` if it says something else than the draft began from."""
        with self._lock:
            if not self._done:
                return
            text = self._texts[-1]
            if self._base is None:
                create_config(self.path, text)
            else:
                write_config(self.path, old=self._base, new=text)
            self._last_save = _Saved(before=self._base, after=text, changes=tuple(self._done))
            self._begin(text, [])

    def undo_save(self) -> None:
        """Give the file back what it said before the last save; its changes are unsaved again."""
        with self._lock:
            last = self._last_save
            if last is None or last.after != self._base:
                raise UsageError("there is no save to undo", hint="only the last one can be undone, and once")
            if last.before is None:
                remove_config(self.path, last.after)
            else:
                write_config(self.path, old=last.after, new=last.before)
            self._last_save = None
            self._begin(last.before, [*last.changes, *self._done])

    def keep(self) -> None:
        """Put the changes on top of what the file says by now; those that do not fit it any more are lost."""
        with self._lock:
            theirs = self._on_disk()
            self._config(theirs)
            self._begin(theirs, list(self._done))

    def _begin(self, base: str | None, changes: Sequence[Change]) -> None:
        self._base = base
        self._texts = [self._first()]
        self._done, lost = [], []
        for change in changes:
            try:
                text = change.apply(with_own_sections(self._texts[-1]))
                self._config(text)
            except ConfigError:
                lost.append(change.said)
            else:
                self._done.append(change)
                self._texts.append(text)
        self._undone.clear()
        self._lost = tuple(lost)

    def _follow(self) -> bool:
        """Begin from what the file says now, if that is right."""
        try:
            theirs = self._on_disk()
            self._config(theirs)
        except ConfigError:
            return False
        self._begin(theirs, [])
        return True

    def _first(self) -> str:
        return starter_text() if self._base is None else self._base

    def _is_other(self) -> bool:
        try:
            return self._on_disk() != self._base
        except ConfigError:
            return True

    def _on_disk(self) -> str | None:
        """Read the file as it is; None where there is none."""
        try:
            return self.path.read_bytes().decode("utf-8")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"{self.path}: cannot be read") from error

    def _config(self, text: str | None) -> Config:
        return (
            Config(schema=Schema(), sections=default_sections()) if text is None else _read(text, self.path)
        )


@lru_cache(maxsize=64)
def _read(text: str, path: Path) -> Config:
    """Check a text once: at each step several that were seen before are asked about."""
    return read_config(text.removeprefix(_MARK), path)
