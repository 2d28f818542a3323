"""`[sources.NAME]`: which sources papers come from. What else a table holds is for its kind to check."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from newsletter.config.load import check_options
from newsletter.config.plugin import PluginOptions
from newsletter.config.schema import Switch
from newsletter.config.secrets import options_with_secrets

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel

    from newsletter.config.load import Config

TABLE = "sources"
WITHOUT_TABLES = "hf"  # what is used by who configures nothing
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,49}")
_SWITCHES = frozenset({"kind", "enabled"})


class _Switches(PluginOptions):
    kind: Annotated[str, Field(min_length=1)] | None = None
    enabled: Switch = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTable:
    """A table: a name of a person's choice, and the plug-in that it is for."""

    name: str
    kind: str
    is_enabled: bool = True

    @property
    def key(self) -> tuple[str, ...]:
        """Where the configuration names the plug-in."""
        return TABLE, self.name, "kind"


def source_tables(config: Config) -> tuple[SourceTable, ...]:
    """List the tables in their order; one for Hugging Face if there is none. Raises `ConfigError`."""
    if not config.schema.sources:
        return (SourceTable(name=WITHOUT_TABLES, kind=WITHOUT_TABLES),)
    return tuple(_table(config, name, raw) for name, raw in config.schema.sources.items())


def source_options(
    config: Config, options: type[BaseModel], name: str, environ: Mapping[str, str] | None = None
) -> Any:
    """Check a table against the options of its kind, and fill its secrets in. Raises `ConfigError`."""
    return options_with_secrets(config, options, (TABLE, name), environ, besides=_SWITCHES)


def _table(config: Config, name: str, raw: Mapping[str, Any]) -> SourceTable:
    if not _NAME.fullmatch(name):
        raise config.error(
            f"{name!r:.60} is no name for a source; expected letters, digits, - and _, at most 50",
            TABLE,
            name,
        )
    given = {key: raw[key] for key in sorted(_SWITCHES & raw.keys())}
    switches: _Switches = check_options(config, _Switches, (TABLE, name), given)
    return SourceTable(name=name, kind=switches.kind or name, is_enabled=switches.enabled)
