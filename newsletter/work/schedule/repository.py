"""What a workflow has to know of the repository that holds a configuration."""

from __future__ import annotations

import os
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.config.secret_names import secret_names
from newsletter.errors import ConfigError
from newsletter.store.engines import embedded_file
from newsletter.store.issue_folder import ISSUES
from newsletter.work.schedule.github import Repository
from newsletter.work.schedule.origin import install_command

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsletter.config import Config

_PACKAGE = "newsletter"


def find_root(folder: Path) -> Path | None:
    """Find the folder of the repository."""
    return next((place for place in (folder, *folder.parents) if (place / ".git").exists()), None)


def repository_of(config: Config, root: Path, environ: Mapping[str, str]) -> Repository:
    """Describe it. Raises `ConfigError` for a database outside the repository, and where it is not known how
    GitHub could install us."""
    from newsletter.config.store import store_place  # noqa: PLC0415 - only who schedules asks

    folder = config.folder.absolute()
    file = embedded_file(store_place(config).url)
    extra = "" if file else "[postgres]"
    return Repository(
        folder=_within(folder, root),
        config=(config.path or Path("newsletter.toml")).name,
        install=install_command(root, extra, metadata.distribution(_PACKAGE).read_text("direct_url.json")),
        secrets=secret_names(config, environ),
        state=_state(file.absolute(), folder, root) if file else (),
    )


def _state(file: Path, folder: Path, root: Path) -> tuple[str, ...]:
    """Name the files that have to outlive a run: the database with what lies beside it, and the issues."""
    if not file.is_relative_to(root):
        raise ConfigError(
            f"{file} is outside of the repository, where GitHub keeps nothing",
            hint="let the database be beside the configuration, or use PostgreSQL ([store] url)",
        )
    return (f"{_within(file, root)}*", _within(folder / ISSUES, root))


def _within(path: Path, root: Path) -> str:
    found = Path(os.path.relpath(path, root)).as_posix()
    return "" if found == "." else found
