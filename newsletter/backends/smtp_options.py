"""The `[backends.smtp]` table."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, FilePath, SecretStr, model_validator

from newsletter.backends.smtp_presets import PRESETS, PresetName, Security
from newsletter.config.plugin import PluginOptions
from newsletter.outcome import Limits

TransportName = Literal["auto", "chunking", "pipelining", "plain"]
Seconds = Annotated[float, Field(gt=0, le=3600)]

_DEFAULT_PORTS: dict[Security, int] = {"tls": 465, "starttls": 587, "none": 25}


class SmtpOptions(PluginOptions):
    """Where the mail server is and how to speak to it.

    `starttls` is required, not tried. Every limit in seconds is by the clock on the wall: `connect_seconds`
    for everything up to a usable session, `command_seconds` for a command with its reply, `data_seconds`
    for the content of a message and again for the server's last word on it (RFC 5321 advises ten minutes).

    A `preset` fills in what is not written: where a well-known service is, how many `connections` at once and
    how many messages per second, minute, hour and day it takes (0: no limit). `transport` is how mails are
    brought over: "auto" takes the fastest way that is offered, with `pipeline_depth` mails in flight at most.
    """

    # a refused table is shown in errors, and the password is part of it
    model_config = ConfigDict(hide_input_in_errors=True)

    preset: PresetName | None = None
    region: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")] | None = None
    host: Annotated[str, Field(max_length=253, pattern=r"^[\w.:-]+$")] = "localhost"
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    security: Security = "starttls"
    username: Annotated[str, Field(min_length=1, pattern=r"^[^\x00]*$")] | None = None
    password: SecretStr | None = None
    ca_file: FilePath | None = None
    helo: Annotated[str, Field(max_length=253, pattern=r"^([A-Za-z0-9.-]+|\[[0-9A-Za-z.:]+\])$")] | None = (
        None
    )
    connect_seconds: Seconds = 30
    command_seconds: Seconds = 120
    data_seconds: Seconds = 600
    max_messages_per_connection: Annotated[int, Field(ge=1)] = 100
    connections: Annotated[int, Field(ge=1, le=500)] = 4
    per_second: Annotated[int, Field(ge=0)] = 0
    per_minute: Annotated[int, Field(ge=0)] = 0
    per_hour: Annotated[int, Field(ge=0)] = 0
    per_day: Annotated[int, Field(ge=0)] = 0
    idempotency_header: Annotated[str, Field(pattern=r"^([A-Za-z][A-Za-z0-9-]{0,60})?$")] = ""
    transport: TransportName = "auto"
    pipeline_depth: Annotated[int, Field(ge=1, le=32)] = 4

    @property
    def resolved_port(self) -> int:
        """The port given, else the usual one for this security."""
        return self.port or _DEFAULT_PORTS[self.security]

    @property
    def limits(self) -> Limits | None:
        """How much may be sent in which time; None if nothing limits it."""
        limits = Limits(
            per_second=self.per_second or None,
            per_minute=self.per_minute or None,
            per_hour=self.per_hour or None,
            per_day=self.per_day or None,
        )
        return None if limits == Limits() else limits

    @model_validator(mode="before")
    @classmethod
    def _preset_fills_what_is_not_written(cls, written: Any) -> Any:
        name = written.get("preset") if isinstance(written, Mapping) else None
        preset = PRESETS.get(name) if isinstance(name, str) else None
        if preset is None:
            return written
        region = written.get("region")
        found = preset.settings(region if isinstance(region, str) else None, is_host_known="host" in written)
        if "security" in written:
            found.pop("port")  # another security has another usual port
        return {**found, **written}

    @model_validator(mode="after")
    def _credentials_are_whole_and_never_in_clear(self) -> SmtpOptions:
        if (self.username is None) != (self.password is None):
            missing = "password" if self.password is None else "username"
            way = " (NEWSLETTER_SMTP_PASSWORD, password_file or password_command)" if self.username else ""
            raise ValueError(f"a {missing} is missing{way}; expected username and password, or neither")
        if self.username and self.security == "none" and not is_loopback(self.host):
            raise ValueError('security = "none" would show the password to the network; expected "starttls"')
        if self.password and "\0" in self.password.get_secret_value():
            raise ValueError("the password holds a NUL character")
        return self


def is_loopback(host: str) -> bool:
    """Tell whether `host` names this machine; another name never counts, wherever it leads."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
