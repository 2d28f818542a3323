"""Putting a schedule where it works, and taking away what we put there: nothing else is touched."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.errors import StoreError, UsageError
from newsletter.store.files import write_at_once

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_SECONDS = 60
_WANTED = "timers.target.wants"  # where systemd links what `enable` was said for


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a file or a crontab holds, and what it will hold; None: it is not there."""

    place: str
    before: str | None
    after: str | None

    @property
    def is_needed(self) -> bool:
        """Whether anything would be different."""
        return self.before != self.after


class Crontab:
    """The crontab of whoever calls, by the program `crontab`."""

    place = "crontab"

    def read(self) -> str:
        """Give all of it; "" if there is none. Raises `StoreError` if that cannot be told for sure."""
        done = _run(["crontab", "-l"], hint="install cron, or use `newsletter schedule systemd|foreground`")
        if done.returncode == 0:
            return _text(done.stdout)
        said = _text(done.stderr).strip()
        if "no crontab" in said.lower() or not said:  # BusyBox says nothing
            return ""
        raise StoreError(f"crontab -l: {said[:200]}", hint="nothing was changed")

    def write(self, text: str) -> None:
        """Replace it; cron checks it first. Raises `StoreError` where it is not taken, and is as it was."""
        body = text.encode("utf-8", "surrogateescape")
        done = _run(["crontab", "-"], body, hint="nothing was changed")
        if done.returncode:
            raise StoreError(f"crontab: {_text(done.stderr).strip()[:300]}", hint="nothing was changed")
        if self.read().splitlines()[-len(text.splitlines()) :] != text.splitlines():
            raise StoreError("crontab took the lines, but does not list them", hint="look with `crontab -l`")

    def knows_zones(self) -> bool:
        """Whether its cron reads CRON_TZ."""
        if shutil.which("crontab") is None:
            return False
        done = _run(["crontab", "-V"], hint="")
        return "cronie" in _text(done.stdout + done.stderr)


def file_changes(folder: Path, files: Mapping[str, str | None], mark: str) -> list[Change]:
    """Compare files with what they shall hold (None: nothing). Raises `UsageError` for one that is not ours:
    ours begin with a line that says so."""
    changes = []
    for name, after in files.items():
        path = folder / name
        before = _read(path)
        if before is not None and not before.startswith(mark):
            raise UsageError(
                f"{path}: is not what `newsletter schedule` wrote for this configuration",
                hint="move it away, or print the schedule without --install and put it in by hand",
            )
        changes.append(Change(place=str(path), before=before, after=after))
    return changes


def carry_out(changes: Sequence[Change], folder: Path) -> None:
    """Write and remove files. Raises `StoreError`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for change in changes:
            path = folder / change.place
            if change.after is None:
                path.unlink(missing_ok=True)
            elif change.is_needed:
                write_at_once(path, change.after.encode("utf-8"))
    except OSError as error:
        raise StoreError(f"{error.filename or folder}: cannot be written ({error.strerror})") from error


def take_away_timer(timer: str, changes: Sequence[Change], folder: Path) -> StoreError | None:
    """Stop a timer and remove its files, with systemd's own link to it; the files go in any case. Gives the
    error to raise once that is told, where it could not be stopped. Raises `StoreError` for the files."""
    if not any(change.before for change in changes):
        return None
    failure = None
    try:
        systemctl("disable", "--now", timer)
    except StoreError as error:
        failure = error
    carry_out(changes, folder)
    _unlink_if_link(folder / _WANTED / timer)
    if failure is None:
        systemctl("daemon-reload")
        return None
    return StoreError(
        f"the files are removed, but {timer} could not be stopped: {failure.message}",
        hint=f"if it is at work: `systemctl --user stop {timer}`, where a systemd of your own runs (after "
        "`ssh`, not `su`)",
    )


def _unlink_if_link(path: Path) -> None:
    try:
        if path.is_symlink():
            path.unlink()
    except OSError as error:
        raise StoreError(f"{path}: cannot be removed ({error.strerror})") from error


def systemctl(*arguments: str) -> None:
    """Tell the person's systemd. Raises `StoreError` with what it said."""
    done = _run(
        ["systemctl", "--user", *arguments], hint="use `newsletter schedule crontab` or `foreground` instead"
    )
    if done.returncode:
        said = _text(done.stderr).strip()[:300]
        raise StoreError(
            f"systemctl --user {' '.join(arguments)}: {said}",
            hint="the files are in their place; run it again where a systemd of your own runs "
            "(after `ssh`, not `su`)",
        )


def _read(path: Path) -> str | None:
    try:
        return path.read_text("utf-8", "surrogateescape")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreError(f"{path}: cannot be read ({error.strerror})") from error


def _run(words: Sequence[str], body: bytes | None = None, *, hint: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(  # noqa: S603 - programs of the system, whose names are ours
            words,
            input=body,
            stdin=subprocess.DEVNULL if body is None else None,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except FileNotFoundError as error:
        raise StoreError(f"there is no program {words[0]} here", hint=hint) from error
    except (OSError, subprocess.SubprocessError) as error:
        raise StoreError(f"{words[0]} cannot be run ({type(error).__name__})", hint=hint) from error


def _text(output: bytes) -> str:
    return output.decode("utf-8", "surrogateescape")
