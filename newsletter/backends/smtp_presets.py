"""What is known about the usual mail services: where they are and how much they take.

A service may change its figures without notice, and raises them for an account on request: whatever is
written in [backends.smtp] outranks them. For "unconfirmed" figures, careful ones, no page of the service was
found.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from newsletter.outcome import Limits

PresetName = Literal[
    "gmail",
    "workspace",
    "ses",
    "postmark",
    "mailgun",
    "sendgrid",
    "brevo",
    "resend",
    "fastmail",
    "postfix",
]
Security = Literal["tls", "starttls", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """The settings of one service. `host` holds "{region}" where one must be chosen; `regions` are other
    hosts by region, where one may be; `spf_include` names the service's senders in an SPF record."""

    host: str
    security: Security = "starttls"
    port: int = 587
    username: str | None = None
    connections: int = 4
    max_messages_per_connection: int = 100
    limits: Limits = field(default_factory=Limits)
    idempotency_header: str | None = None
    spf_include: str | None = None
    regions: Mapping[str, str] = field(default_factory=dict)

    def settings(self, region: str | None, *, is_host_known: bool = False) -> dict[str, object]:
        """Give them as options. Raises `ValueError` when a region is missing or unknown."""
        if "{region}" in self.host and region is None and not is_host_known:
            raise ValueError(
                f'a region is missing ({self.host}); expected region = "eu-central-1" or another'
            )
        if region and self.regions and region not in self.regions:
            expected = " or ".join(f'"{known}"' for known in self.regions)
            raise ValueError(f'no region is called "{region}"; expected {expected}')
        host = self.regions.get(region or "", self.host)
        found: dict[str, object] = {
            "host": host.format(region=region),
            "security": self.security,
            "port": self.port,
            "username": self.username,
            "connections": self.connections,
            "max_messages_per_connection": self.max_messages_per_connection,
            "per_second": self.limits.per_second,
            "per_minute": self.limits.per_minute,
            "per_hour": self.limits.per_hour,
            "per_day": self.limits.per_day,
            "idempotency_header": self.idempotency_header,
        }
        return {name: value for name, value in found.items() if value is not None}


# Names for SPF: checkemaildelivery.com/blog/spf-record-guide, wirewiki.com (seen 2026-11); that of Brevo and
# that of Resend (which sends by Amazon's servers) are unconfirmed.
PRESETS: Mapping[str, Preset] = {
    # 500 a day: facts of several pages (2023 to 2026), Google's own says so for trial accounts; per rolling
    # 24 hours: support.google.com/a/answer/166852 (seen 2026-11). Connections unconfirmed.
    "gmail": Preset(
        host="smtp.gmail.com", connections=2, spf_include="_spf.google.com", limits=Limits(per_day=500)
    ),
    # 2,000 a day, rolling: support.google.com/a/answer/166852 (seen 2026-11). Connections unconfirmed.
    "workspace": Preset(
        host="smtp.gmail.com", connections=2, spf_include="_spf.google.com", limits=Limits(per_day=2_000)
    ),
    # docs.aws.amazon.com/ses/latest/dg/quotas.html (seen 2026-11): 1 a second and 200 a day in the sandbox,
    # else "varies"; 14 a second and 50,000 a day is what AWS named before, unconfirmed today.
    "ses": Preset(
        host="email-smtp.{region}.amazonaws.com",
        connections=10,
        limits=Limits(per_second=14, per_day=50_000),
        spf_include="amazonses.com",
    ),
    # postmarkapp.com/developer/user-guide/send-email-with-smtp (seen 2026-11) for ports and logins;
    # newsletters need a broadcast stream, whose host is unconfirmed, as are connections. No limit published.
    "postmark": Preset(host="smtp-broadcasts.postmarkapp.com", spf_include="spf.mtasv.net"),
    # smtptester.org/guides/mailgun-smtp-test (seen 2026-11) for hosts and ports; limits belong to the plan
    # and are undocumented (captaindns.com, 2026-01). Connections unconfirmed.
    "mailgun": Preset(
        host="smtp.mailgun.org",
        spf_include="mailgun.org",
        regions={"us": "smtp.mailgun.org", "eu": "smtp.eu.mailgun.org"},
    ),
    # twilio.com/docs/sendgrid/for-developers/sending-email/integrating-with-the-smtp-api (seen 2026-11):
    # 5,000 messages a connection, 10,000 connections from a server, the user name is the word "apikey".
    "sendgrid": Preset(
        host="smtp.sendgrid.net",
        username="apikey",
        connections=10,
        max_messages_per_connection=5_000,
        spf_include="sendgrid.net",
    ),
    # developers.brevo.com/docs/smtp-integration (seen 2026-11). The free plan takes 300 a day (captaindns.com
    # 2026-01): write per_day = 300. A key for repeated messages is known to its HTTP API only.
    "brevo": Preset(host="smtp-relay.brevo.com", spf_include="spf.brevo.com"),
    # resend.com/docs/send-with-smtp (seen 2026-11): user name "resend", and the header, which counts for 24
    # hours. 2 a second is the limit its HTTP API had; whether it counts over SMTP is unconfirmed.
    "resend": Preset(
        host="smtp.resend.com",
        security="tls",
        port=465,
        username="resend",
        connections=2,
        limits=Limits(per_second=2),
        idempotency_header="Resend-Idempotency-Key",
        spf_include="amazonses.com",
    ),
    # fastmail.com/help/account/limits.html names limits by plan; 4,000 a day (the smallest) is unconfirmed.
    "fastmail": Preset(
        host="smtp.fastmail.com",
        security="tls",
        port=465,
        connections=2,
        limits=Limits(per_day=4_000),
        spf_include="spf.messagingengine.com",
    ),
    # A Postfix of one's own: postconf(5) limits a client to 50 connections, and no messages per connection
    # (smtpd_client_connection_count_limit).
    "postfix": Preset(
        host="localhost", security="none", port=25, connections=10, max_messages_per_connection=1_000
    ),
}
