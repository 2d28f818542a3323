"""The `[backends.smtp]` table."""

from __future__ import annotations

import ipaddress
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, FilePath, SecretStr, model_validator

from newsletter.config.plugin import PluginOptions

Security = Literal["tls", "starttls", "none"]
TransportName = Literal["auto", "chunking", "pipelining", "plain"]
Seconds = Annotated[float, Field(gt=0, le=3600)]

_DEFAULT_PORTS: dict[Security, int] = {"tls": 465, "starttls": 587, "none": 25}


class SmtpOptions(PluginOptions):
    """Where the mail server is and how to speak to it.

    `starttls` is required, not tried. Every limit in seconds is by the clock on the wall: `connect_seconds`
    for everything up to a usable session, `command_seconds` for a command with its reply, `data_seconds`
    for the content of a message and again for the server's last word on it (RFC 5321 advises ten minutes).
    """

    # a refused table is shown in errors, and the password is part of it
    model_config = ConfigDict(hide_input_in_errors=True)

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
    transport: TransportName = "auto"
    pipeline_depth: Annotated[int, Field(ge=1, le=32)] = 4

    @property
    def resolved_port(self) -> int:
        """The port given, else the usual one for this security."""
        return self.port or _DEFAULT_PORTS[self.security]

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
