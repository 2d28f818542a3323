"""Copy the default theme for a person to change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.errors import StoreError, UsageError
from newsletter.rendering.theme import default_templates

if TYPE_CHECKING:
    from pathlib import Path


def export_theme(folder: Path, *, overwrite: bool = False) -> tuple[Path, ...]:
    """Write every file of the default theme into `folder` and return the paths written.

    Raises `UsageError`, before anything is written, if a file of that name is there, unless `overwrite`.
    """
    sources = sorted(path for path in (default_templates() / "email").iterdir() if path.is_file())
    taken = [source.name for source in sources if (folder / source.name).exists()]
    if taken and not overwrite:
        raise UsageError(
            f"{folder} has {', '.join(taken[:3])}{' and more' if len(taken) > 3 else ''} already",  # noqa: PLR2004 - enough to recognise the folder
            hint="choose another folder, or lose what was changed there: --force",
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for source in sources:
            (folder / source.name).write_bytes(source.read_bytes())
    except OSError as error:
        raise StoreError(f"{error.filename or folder}: cannot be written ({error.strerror})") from error
    return tuple(folder / source.name for source in sources)
