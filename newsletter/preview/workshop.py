"""The issue that is worked on: drawn again when a file changes, with the last good picture kept."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.config import FILE_NAME
from newsletter.errors import NewsletterError
from newsletter.preview.picture import Scene
from newsletter.preview.trouble import Trouble, troubles_of
from newsletter.preview.watching import follow, stamp
from newsletter.rendering.theme import Theme

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsletter.app import App
    from newsletter.preview.subjects import Drawn, Subject

_LOOK_SECONDS = 0.2


class Workshop:
    """Keeps the scene that all browsers see; threads may share it.

    `open_app` reads the configuration anew, and `config_path` is where it is or would be. Raises the
    `NewsletterError` that keeps a first picture from being drawn.
    """

    def __init__(
        self, subject: Subject, open_app: Callable[[], App], config_path: Path | None = None
    ) -> None:
        self.subject = subject
        self.config_path = config_path or Path(FILE_NAME)
        self._open_app = open_app
        self._drawing = threading.RLock()
        self._changed = threading.Condition()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        before = stamp((self.config_path, *subject.files))
        self._scene = self._first()
        # What changed while it was drawn is seen by the watch; where the theme is, nobody knew before.
        self._seen = {**stamp(self.files()), **before}

    @property
    def scene(self) -> Scene:
        return self._scene

    def files(self) -> tuple[Path, ...]:
        """All that decides how the issue looks. A folder stands for what is in it."""
        return (self.config_path, *self.subject.files, *self._theme_folders())

    def start(self) -> None:
        """Begin to watch the files."""
        thread = threading.Thread(
            target=follow, args=(self.files, self.redraw, self._stop, self._seen), name="watch", daemon=True
        )
        thread.start()
        self._thread = thread  # only now: whoever closes at this moment joins what has begun

    def close(self) -> None:
        """End the watch, and let everybody go who waits."""
        self._stop.set()
        with self._changed:
            self._changed.notify_all()
        if self._thread:
            self._thread.join(timeout=5)

    def redraw(self) -> None:
        """Draw with the files as they are now; a mistake in them is a part of the scene."""
        with self._drawing:
            try:
                drawn = self.subject.draw(self._open_app())
            except NewsletterError as error:
                self._show(replace(self._scene, troubles=troubles_of(error, self._readable())))
            except Exception as error:  # noqa: BLE001 - the boundary of its thread: the watch must go on
                self._show(replace(self._scene, troubles=(_bug(error),)))
            else:
                self._show(Scene(serial=0, picture=drawn.picture, other=drawn.other))

    def turn_to(self, subject: Subject) -> None:
        """Show something else from now on."""
        with self._drawing:
            self.subject = subject
            self.redraw()

    def turn(self) -> None:
        """Show the issue in its other form, where there is one."""
        with self._drawing:
            scene = self._scene
            if scene.other:
                self._show(replace(scene, picture=scene.other, other=scene.picture))

    def wait(self, serial: int, *, seconds: float, has_left: Callable[[], bool] = lambda: False) -> Scene:
        """Give the scene once it is another than `serial`, or as it is after `seconds`."""
        until = time.monotonic() + seconds
        with self._changed:
            while self._scene.serial == serial and time.monotonic() < until:
                if self._stop.is_set() or has_left():
                    break
                self._changed.wait(_LOOK_SECONDS)
        return self._scene

    def _show(self, scene: Scene) -> None:
        with self._changed:
            self._scene = replace(scene, serial=self._scene.serial + 1)
            self._changed.notify_all()

    def _first(self) -> Scene:
        try:
            drawn: Drawn | None = self.subject.draw(self._open_app())
            troubles: tuple[Trouble, ...] = ()
        except NewsletterError as error:
            drawn = self.subject.draw_without_configuration()
            if drawn is None:
                raise
            troubles = troubles_of(error, (self.config_path, *self.subject.files))
        assert drawn is not None  # noqa: S101 - mypy cannot see that `draw` gives one
        return Scene(serial=1, picture=drawn.picture, other=drawn.other, troubles=troubles)

    def _theme_folders(self) -> tuple[Path, ...]:
        """Say where the last good theme is, even if its folder has gone since."""
        config = self._scene.picture.app.config
        named = config.schema.theme.folder
        return (*([config.folder / named] if named is not None else []), *Theme().folders)

    def _readable(self) -> tuple[Path, ...]:
        """The files whose lines may be shown, those of the theme first."""
        inside = (
            path for folder in self._theme_folders() for path in sorted(folder.rglob("*")) if path.is_file()
        )
        return (self.config_path, *inside)


def _bug(error: Exception) -> Trouble:
    return Trouble(
        message=f"this is a bug in newsletter: {type(error).__name__}: {error}",
        hint="mend what you changed last, and report it",
    )
