"""Passwords: from the environment, a file or a command, never from `newsletter.toml` itself."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel, SecretStr

from newsletter.config.load import Config, check_options

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

_COMMAND_SECONDS = 30
_WAYS = ("env", "file", "command")
_NAMED = {"env": "variable", "file": "file"}


def options_with_secrets(
    config: Config,
    options: type[BaseModel],
    table: tuple[str, ...],
    environ: Mapping[str, str] | None = None,
    *,
    besides: Collection[str] = (),
) -> Any:
    """Check a table such as ("backends", "smtp") or ("store",), and fill its secrets in.

    For a secret field `password` the table may say `password_env` (name of a variable), `password_file` or
    `password_command`; without these the variable `NEWSLETTER_SMTP_PASSWORD` is used if it is set. Keys
    `besides` these options are for somebody else. Raises `ConfigError`, also for a secret written into the
    file.
    """
    environ = os.environ if environ is None else environ
    raw = {key: value for key, value in _written(config, table).items() if key not in besides}
    refuse_written_secrets(config, options, table)
    for name in _secret_fields(options):
        value = _resolve(config, table, name, raw, environ)
        if value is not None:
            raw[name] = SecretStr(value)
    return check_options(config, options, table, _beside(config.folder, options, raw))


def refuse_written_secrets(config: Config, options: type[BaseModel], table: tuple[str, ...]) -> None:
    """Raise `ConfigError` for a secret that stands in the file itself."""
    for name in _secret_fields(options):
        if name in _written(config, table):
            raise config.error(
                "a secret does not belong into the file",
                *table,
                name,
                hint=f"set the variable {_variable(table, name)}, or write {name}_file or {name}_command",
            )


def told_secret(
    config: Config,
    table: Sequence[str | int],
    name: str,
    given: Mapping[str, object],
    environ: Mapping[str, str] | None = None,
) -> str:
    """Fetch the secret `name` of a table in the one way that is `given`: "env", "file" or "command".

    Raises `ConfigError` for a secret that is not there, or that others may read.
    """
    if len(given) > 1:
        raise config.error(f"{' and '.join(f'{name}_{how}' for how in given)} exclude each other", *table)
    [(how, value)] = given.items()
    key = f"{name}_{how}"
    if not isinstance(value, str) or not value:
        raise config.error("expected a text", *table, key)
    if how != "command" and not value.isprintable():
        # it would be shown as what cannot be found, and may be the secret itself
        raise config.error(f"expected the name of a {_NAMED[how]}, found several lines", *table, key)
    match how:
        case "env":
            return _from_environment(config, table, key, value, os.environ if environ is None else environ)
        case "file":
            return _from_file(config, table, key, value)
        case _:
            return _from_command(config, table, key, value)


def _written(config: Config, table: tuple[str, ...]) -> dict[str, Any]:
    raw: dict[str, Any] = getattr(config.schema, table[0])
    for name in table[1:]:
        raw = raw.get(name, {})
    return dict(raw)


def _beside(folder: Path, options: type[BaseModel], raw: dict[str, Any]) -> dict[str, Any]:
    """Let relative paths start where the configuration is, wherever the command was started; those that are
    not written down, too."""
    fields = options.model_fields.items()
    usual = {name: str(field.default) for name, field in fields if isinstance(field.default, Path)}
    return {
        name: str(folder / value) if isinstance(value, str) and _is_path(options, name) else value
        for name, value in (usual | raw).items()
    }


def _is_path(options: type[BaseModel], name: str) -> bool:
    return name in options.model_fields and _mentions(options.model_fields[name].annotation, Path)


def _secret_fields(options: type[BaseModel]) -> list[str]:
    return [name for name, field in options.model_fields.items() if _mentions(field.annotation, SecretStr)]


def _mentions(annotation: object, kind: type) -> bool:
    """Look through Optional and Annotated."""
    return annotation is kind or any(_mentions(part, kind) for part in get_args(annotation))


def _variable(table: tuple[str, ...], name: str) -> str:
    return f"NEWSLETTER_{table[-1]}_{name}".upper().replace("-", "_")


def _resolve(
    config: Config, table: tuple[str, ...], name: str, raw: dict[str, Any], environ: Mapping[str, str]
) -> str | None:
    given = {how: raw.pop(f"{name}_{how}") for how in _WAYS if f"{name}_{how}" in raw}
    return told_secret(config, table, name, given, environ) if given else environ.get(_variable(table, name))


def _from_environment(
    config: Config, table: Sequence[str | int], key: str, variable: str, environ: Mapping[str, str]
) -> str:
    if variable not in environ:
        raise config.error(f"the environment variable {variable} is not set", *table, key)
    return environ[variable]


def _from_file(config: Config, table: Sequence[str | int], key: str, name: str) -> str:
    path = config.folder / name
    try:
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise config.error(
                f"others may read {path}", *table, key, hint=f"make it yours alone: chmod 600 {path}"
            )
        return path.read_text("utf-8").rstrip("\r\n")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8, or not a path"
        raise config.error(f"{path} cannot be read ({reason})", *table, key) from error


def _from_command(config: Config, table: Sequence[str | int], key: str, command: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - the owner of the configuration chose this program
            shlex.split(command), capture_output=True, check=True, timeout=_COMMAND_SECONDS, text=True
        )
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise config.error(
            f"the command failed ({type(error).__name__})",
            *table,
            key,
            hint="it must print the secret on its standard output and end with exit code 0",
        ) from error
    return done.stdout.rstrip("\r\n")
