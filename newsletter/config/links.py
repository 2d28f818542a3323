"""`[links]`: keys from outside for the links in mails; without one, a key is kept in the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, SecretStr

from newsletter.config.plugin import PluginOptions
from newsletter.config.secrets import options_with_secrets
from newsletter.mailing.tokens import MIN_KEY_BYTES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsletter.config.load import Config

TABLE = ("links",)


def _one_key(secret: SecretStr) -> SecretStr:
    if len(_keys(secret)) != 1:
        raise ValueError("expected one key, without blanks; older ones go to old_keys")
    return _long_keys(secret)


def _long_keys(secret: SecretStr) -> SecretStr:
    if any(len(key) < MIN_KEY_BYTES for key in _keys(secret)):
        raise ValueError(f"expected {MIN_KEY_BYTES} characters or more, chosen at random")
    return secret


class LinksOptions(PluginOptions):
    """What `[links]` may hold; `old_keys` are parted by blanks or line ends."""

    key: Annotated[SecretStr, AfterValidator(_one_key)] | None = None
    old_keys: Annotated[SecretStr, AfterValidator(_long_keys)] | None = None


def link_keys(config: Config, environ: Mapping[str, str] | None = None) -> tuple[bytes, ...]:
    """Give the keys from outside, the one that signs first; none if none is given. Raises `ConfigError`."""
    options: LinksOptions = options_with_secrets(config, LinksOptions, TABLE, environ)
    if options.key is None and options.old_keys is not None:
        raise config.error("old_keys without a key", *TABLE, hint="set NEWSLETTER_LINKS_KEY as well")
    return (*_keys(options.key), *_keys(options.old_keys))


def _keys(secret: SecretStr | None) -> tuple[bytes, ...]:
    return tuple(key.encode("utf-8") for key in secret.get_secret_value().split()) if secret else ()
