"""From the `[dkim]` table to what signs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.config.secrets import told_secret
from newsletter.errors import UsageError
from newsletter.mailing.dkim import Signer
from newsletter.mailing.dkim_keys import read_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsletter.config.load import Config
    from newsletter.config.schema import DkimKeyTable
    from newsletter.mailing.dkim_keys import SigningKey


def signer_of(config: Config, environ: Mapping[str, str] | None = None) -> Signer | None:
    """Give what signs messages, or None where nothing is configured.

    Raises `ConfigError` for a key that cannot be used, or that others may read.
    """
    table = config.schema.dkim
    if table is None:
        return None
    keys = [_key(config, number, key, environ) for number, key in enumerate(table.keys)]
    return Signer(table.domain, keys, unsigned=table.unsigned)


def _key(config: Config, number: int, table: DkimKeyTable, environ: Mapping[str, str] | None) -> SigningKey:
    path = ("dkim", "keys", number)
    pem = told_secret(config, path, "key", table.given, environ)
    try:
        return read_key(pem, table.selector)
    except UsageError as error:
        [way] = table.given
        raise config.error(error.message, *path, f"key_{way}", hint=error.hint) from error
