"""The `smtp` backend: mail to people through a mail server."""

from __future__ import annotations

from newsletter.backends.smtp_options import SmtpOptions
from newsletter.backends.smtp_session import SmtpSession


class SmtpBackend:
    """Hands messages to the configured mail server."""

    Options = SmtpOptions

    def __init__(self, options: SmtpOptions) -> None:
        self._options = options

    @property
    def reaches_people(self) -> bool:
        """It does, whatever the host is: a server on this machine may pass mail on."""
        return True

    def open(self) -> SmtpSession:
        """Connect, encrypt and log in within `connect_seconds`. Raises `MailError`."""
        return SmtpSession(self._options)
