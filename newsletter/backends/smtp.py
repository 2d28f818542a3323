"""The `smtp` backend: mail to people through a mail server."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from newsletter.backends.smtp_options import SmtpOptions
from newsletter.backends.smtp_probe import probe
from newsletter.backends.smtp_session import SmtpSession

if TYPE_CHECKING:
    from newsletter.model import Limits, OutgoingMail
    from newsletter.outcome import Probe


class SmtpBackend:
    """Hands messages to the configured mail server."""

    Options = SmtpOptions

    def __init__(self, options: SmtpOptions) -> None:
        self._options = options

    @property
    def reaches_people(self) -> bool:
        """It does, whatever the host is: a server on this machine may pass mail on."""
        return True

    @property
    def limits(self) -> Limits | None:
        """What is written in the table, else what is known of the service."""
        return self._options.limits

    @property
    def account(self) -> str:
        """The host and a hash of the login: with some services the user name is a secret."""
        login = hashlib.sha256((self._options.username or "").encode()).hexdigest()[:16]
        return f"smtp:{self._options.host.lower()}:{login}"

    @property
    def connections(self) -> int:
        """How many sessions the server is expected to bear at once."""
        return self._options.connections

    @property
    def idempotency_header(self) -> str | None:
        """The header by which the service knows a repeated message."""
        return self._options.idempotency_header or None

    def open(self) -> SmtpSession:
        """Connect, encrypt and log in within `connect_seconds`. Raises `MailError`."""
        return SmtpSession(self._options)

    def probe(self, mail: OutgoingMail, /) -> Probe:
        """Connect as a session does, and ask about a mail up to RCPT; nothing is sent. Raises `MailError`."""
        return probe(self._options, mail)
