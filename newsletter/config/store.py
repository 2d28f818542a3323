"""`[store]`: where subscribers and deliveries are kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr

from newsletter.config.load import check_options
from newsletter.config.plugin import PluginOptions
from newsletter.config.secrets import options_with_secrets, refuse_written_secrets

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsletter.config.load import Config

_TABLE = ("store",)
_FILE = "sqlite:///"
_DEFAULT_URL = f"{_FILE}newsletter.db"


def _database_url(text: str) -> str:
    try:
        parts = urlsplit(text)
        password = parts.password
    except ValueError:
        raise ValueError(f'expected "{_DEFAULT_URL}" or "postgresql://user@host/database"') from None
    if password is not None:
        raise ValueError(
            "a password does not belong into the file; set NEWSLETTER_STORE_PASSWORD, or write password_file "
            "or password_command"
        )
    is_file = text.startswith(_FILE) and len(text) > len(_FILE) and not parts.query and ":memory:" not in text
    is_server = parts.scheme == "postgresql" and len(parts.path) > 1
    if not (is_file or is_server):
        raise ValueError(f'expected "{_DEFAULT_URL}" or "postgresql://user@host/database"')
    return text


class StoreOptions(PluginOptions):
    """What `[store]` may hold."""

    url: Annotated[str, AfterValidator(_database_url)] = _DEFAULT_URL
    password: SecretStr | None = None
    suppression_key: Annotated[SecretStr, Field(min_length=16)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StorePlace:
    """Where the database is, in plain values; a relative file starts beside the configuration."""

    url: str
    password: str | None = field(repr=False)
    suppression_key: str | None = field(repr=False)

    @property
    def file(self) -> Path | None:
        """The file of an embedded database, which may not be there yet."""
        return Path(self.url.removeprefix(_FILE)) if self.url.startswith(_FILE) else None


def store_place(config: Config, environ: Mapping[str, str] | None = None) -> StorePlace:
    """Read `[store]` with its secrets. Raises `ConfigError`."""
    options: StoreOptions = options_with_secrets(config, StoreOptions, _TABLE, environ)
    url = options.url
    if url.startswith(_FILE):
        url = f"{_FILE}{config.folder / Path(url.removeprefix(_FILE))}"
    return StorePlace(
        url=url,
        password=options.password.get_secret_value() if options.password else None,
        suppression_key=options.suppression_key.get_secret_value() if options.suppression_key else None,
    )


def refuse_secrets_in_store(config: Config) -> None:
    """Raise `ConfigError` for a secret that stands in the file itself, also within the URL."""
    refuse_written_secrets(config, StoreOptions, _TABLE)
    if "url" in config.schema.store:
        check_options(config, StoreOptions, _TABLE, {"url": config.schema.store["url"]})
