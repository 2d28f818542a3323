"""From a host name to a session that may send: connect, greet, encrypt, log in."""

from __future__ import annotations

import ipaddress
import ssl
from base64 import b64encode
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from newsletter.backends.smtp_options import is_loopback
from newsletter.backends.smtp_wire import Deadline, Wire, WireError
from newsletter.errors import MailError
from newsletter.mailing.headers import header_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsletter.backends.smtp_options import SmtpOptions
    from newsletter.backends.smtp_replies import Reply

_READY = 220
_TELL_ME_MORE = 334
_LOGGED_IN = 235


@dataclass(frozen=True, kw_only=True)
class Features:
    """What the server said about itself after EHLO, last heard over the encrypted connection.

    It has no slots, because `max_size` is asked for each mail and read once.
    """

    keywords: Mapping[str, str]

    @cached_property
    def max_size(self) -> int | None:
        """The largest message it takes; None if it names no limit."""
        size = self.keywords.get("SIZE")
        if not size:
            return None
        return int(size) if size.isdecimal() and len(size) < 20 and int(size) else None  # noqa: PLR2004 - RFC 1870: 20 digits

    @property
    def logins(self) -> frozenset[str]:
        """Ways to log in that it offers."""
        return frozenset(self.keywords.get("AUTH", "").upper().split())

    def offers(self, keyword: str) -> bool:
        """Tell whether it knows an extension."""
        return keyword in self.keywords


def set_up(options: SmtpOptions) -> tuple[Wire, Features]:
    """Open a session within `connect_seconds`. Raises `MailError`, without a word of the credentials."""
    where = f"{options.host}:{options.resolved_port}"
    deadline = Deadline(options.connect_seconds)
    try:
        wire = Wire.connect(options.host, options.resolved_port, deadline)
        try:
            return wire, _SetUp(options, wire, deadline).run()
        except BaseException:
            wire.close()
            raise
    except WireError as error:
        raise MailError(
            f"the mail server {where} cannot be used: {error.message}",
            hint="check host, port and security in the [backends.smtp] table",
        ) from error


class _SetUp:
    """The dialogue before the first mail."""

    def __init__(self, options: SmtpOptions, wire: Wire, deadline: Deadline) -> None:
        self._options = options
        self._wire = wire
        self._deadline = deadline

    def run(self) -> Features:
        security = self._options.security
        if security == "tls":
            self._encrypt()
        self._require(self._wire.read_reply(self._deadline), _READY, "greets us with")
        features = self._greet()
        if security == "starttls":
            features = self._upgrade(features)
        if self._options.username:
            self._log_in(features)
        return features

    def _greet(self) -> Features:
        reply = self._ask(f"EHLO {self._options.helo or _literal(self._wire.own_address)}")
        if not reply.is_positive:
            raise self._refusal("answers EHLO with", reply)
        words = (header_text(line).partition(" ") for line in reply.lines[1:])
        return Features(keywords={keyword.upper(): rest for keyword, _, rest in words if keyword})

    def _upgrade(self, features: Features) -> Features:
        """Encrypt, or give up: a server (or someone before it) that hides STARTTLS hears nothing more."""
        if not features.offers("STARTTLS"):
            raise MailError(
                f"the mail server {self._options.host} offers no STARTTLS, so nothing would be encrypted",
                hint='try security = "tls" with port 465; if it was offered before, somebody may listen in',
            )
        self._require(self._ask("STARTTLS"), _READY, "answers STARTTLS with")
        self._encrypt()
        return self._greet()

    def _encrypt(self) -> None:
        host = self._options.host
        try:
            self._wire.start_tls(self._tls_context(), host, self._deadline)
        except ssl.SSLCertVerificationError as error:
            raise MailError(
                f"the certificate of the mail server {host} is not valid: {error.verify_message.rstrip('.')}",
                hint="use the host name in the certificate; ca_file names an authority of your own",
            ) from error
        except ssl.SSLError as error:
            raise MailError(
                f"TLS with the mail server {host} failed ({header_text(error.reason or 'no reason given')})",
                hint='port 465 wants security = "tls", port 587 "starttls"',
            ) from error

    def _tls_context(self) -> ssl.SSLContext:
        try:
            context = ssl.create_default_context(cafile=self._options.ca_file)
        except (OSError, ssl.SSLError) as error:
            raise MailError(f"ca_file {self._options.ca_file} holds no certificates") from error
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context

    def _log_in(self, features: Features) -> None:
        if self._options.security == "none" and not _is_loopback_address(self._wire.peer_address):
            raise MailError(
                f"{self._options.host} is not this machine: the password would be seen on the way"
            )
        if "PLAIN" in features.logins:
            reply = self._ask_secret(f"\0{self._username}\0{self._password}", command="AUTH PLAIN ")
        elif "LOGIN" in features.logins:
            self._require(self._ask("AUTH LOGIN"), _TELL_ME_MORE, "answers AUTH with")
            self._require(self._ask_secret(self._username), _TELL_ME_MORE, "answers AUTH with")
            reply = self._ask_secret(self._password)
        else:
            offered = ", ".join(sorted(features.logins))[:100] or "none"
            raise MailError(
                f"the mail server {self._options.host} offers no login that we know (PLAIN, LOGIN): {offered}"
            )
        if reply.code != _LOGGED_IN:
            raise self._refusal("refuses the login:", reply, hint="check username and password")

    @property
    def _username(self) -> str:
        return self._options.username or ""

    @property
    def _password(self) -> str:
        secret = self._options.password
        return secret.get_secret_value() if secret else ""

    def _ask(self, command: str) -> Reply:
        self._wire.require_silence()
        self._wire.write(f"{command}\r\n".encode(), self._deadline)
        return self._wire.read_reply(self._deadline)

    def _ask_secret(self, secret: str, *, command: str = "") -> Reply:
        return self._ask(command + b64encode(secret.encode("utf-8")).decode("ascii"))

    def _require(self, reply: Reply, code: int, what: str) -> None:
        if reply.code != code:
            raise self._refusal(what, reply)

    def _refusal(self, what: str, reply: Reply, *, hint: str | None = None) -> MailError:
        return MailError(
            f"the mail server {self._options.host} {what} {self._without_secrets(reply)}", hint=hint
        )

    def _without_secrets(self, reply: Reply) -> str:
        """Show a reply, unless the server sends back what it must not: then only its code."""
        if not self._options.username:
            return reply.text
        plain = (self._password, f"\0{self._username}\0{self._password}")
        encoded = (b64encode(text.encode("utf-8")).decode("ascii") for text in plain)
        raw = "".join(reply.lines)
        return str(reply.code) if any(text in raw for text in (*plain, *encoded)) else reply.text


def _literal(address: str) -> str:
    """Introduce ourselves by address: asking for our own name may take long and is often wrong."""
    tag = "IPv6:" if ":" in address else ""
    return f"[{tag}{address.partition('%')[0]}]"


def _is_loopback_address(address: str) -> bool:
    plain = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(plain, "ipv4_mapped", None)
    return is_loopback(str(mapped or plain))
