"""What is called: this very installation, on one configuration."""

from __future__ import annotations

import hashlib
import sys
from dataclasses import dataclass
from pathlib import Path

from newsletter.errors import ConfigError

_FINGERPRINT_DIGITS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCommand:
    """A call of `newsletter run`. Paths are absolute; `config` lies in the folder where it is called."""

    python: Path
    config: Path

    @property
    def folder(self) -> Path:
        """Where it is called: issues and database are beside the configuration."""
        return self.config.parent

    @property
    def words(self) -> tuple[str, ...]:
        """The program and its arguments. With -P nothing in the folder can be taken for a module."""
        return (str(self.python), "-P", "-m", "newsletter", "run", "--yes", "--config", str(self.config))

    @property
    def name(self) -> str:
        """A name of its own for what is installed for this configuration."""
        digest = hashlib.sha256(str(self.config).encode("utf-8", "surrogateescape")).hexdigest()
        return f"newsletter-{digest[:_FINGERPRINT_DIGITS]}"


def command_for(config: Path | None, python: str = sys.executable) -> RunCommand:
    """Call the daily run of a configuration. Raises `ConfigError` without one, or for a path that no
    scheduler could be given."""
    if config is None:
        raise ConfigError(
            "there is no newsletter.toml here, so there is nothing to be run every day",
            hint="`newsletter init` writes one",
        )
    command = RunCommand(python=Path(python).absolute(), config=config.absolute())
    for path in (command.python, command.config):
        if not str(path).isprintable() or str(path) != str(path).strip() or str(path).endswith("\\"):
            raise ConfigError(
                f"{str(path)!r} cannot be written into a schedule",
                hint="rename what has a line break, another control character, or a blank or \\ at its end",
            )
    return command
