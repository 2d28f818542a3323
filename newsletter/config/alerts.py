"""`[alerts]`: who is told when the daily run goes wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, SecretStr

from newsletter.config.plugin import PluginOptions
from newsletter.config.schema import MailboxText
from newsletter.config.secrets import options_with_secrets

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsletter.config.load import Config
    from newsletter.model import Mailbox

_TABLE = ("alerts",)


def _https(secret: SecretStr) -> SecretStr:
    if not secret.get_secret_value().startswith(("https://", "http://")):
        raise ValueError("expected an address that begins with https://")
    return secret


class AlertsOptions(PluginOptions):
    """What `[alerts]` may hold; the address of a webhook lets anybody post there, so it is a secret."""

    mail: MailboxText | None = None
    webhook: Annotated[SecretStr, AfterValidator(_https)] | None = None

    model_config = PluginOptions.model_config | {"arbitrary_types_allowed": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertPlaces:
    """Where the operator is told, in plain values."""

    mail: Mailbox | None
    webhook: str | None = field(repr=False)


def alert_places(config: Config, environ: Mapping[str, str] | None = None) -> AlertPlaces:
    """Read `[alerts]` with its secret. Raises `ConfigError`."""
    options: AlertsOptions = options_with_secrets(config, AlertsOptions, _TABLE, environ)
    webhook = options.webhook.get_secret_value() if options.webhook else None
    return AlertPlaces(mail=options.mail, webhook=webhook)
