"""Events of the usual relays, as they come by webhook, export or API: which message, and what became of it.

Whatever kind of event names a message, the relay had taken it over. Services differ only in where they write
the Message-ID, whom it is for and what they call what happened, so they are a table.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# "waiting": taken over, and not yet handed on; "returned": taken over, and given up or thrown away.
Fate = Literal["delivered", "waiting", "returned"]

_MAX_NESTED = 3
_MAX_RECIPIENTS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A message as a relay saw it. `message_id` has angle brackets; recipients may not be named."""

    message_id: str
    fate: Fate
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Where a relay's events say what. A path ends in a text, or in a list of texts; `[name]` picks from
    names and values, as headers are written. What stands at `detail` comes behind the kind."""

    name: str
    kinds: tuple[str, ...]
    ids: tuple[str, ...]
    recipients: tuple[str, ...]
    fates: Mapping[str, Fate]
    detail: str = ""


def _fates(delivered: str, waiting: str, returned: str) -> dict[str, Fate]:
    words: dict[Fate, str] = {"delivered": delivered, "waiting": waiting, "returned": returned}
    return {word: fate for fate, names in words.items() for word in names.split()}


SERVICES = (
    Service(
        name="Amazon SES",
        kinds=("eventType", "notificationType"),
        # mail.messageId is of SES itself; ours is that of the message as it came in
        ids=("mail.headers.[message-id]", "mail.commonHeaders.messageId"),
        recipients=("mail.destination",),
        fates=_fates(
            "Delivery Open Click Complaint Subscription",
            "Send DeliveryDelay",
            "Bounce Reject RenderingFailure",
        ),
    ),
    Service(
        name="Mailgun",
        kinds=("event",),
        ids=("message.headers.message-id",),
        recipients=("recipient",),
        fates=_fates(
            "delivered opened clicked complained unsubscribed",
            "accepted stored failed:temporary",
            "failed failed:permanent rejected",
        ),
        detail="severity",
    ),
    Service(
        name="SendGrid",
        kinds=("event",),
        ids=("smtp-id",),
        recipients=("email",),
        fates=_fates(
            "delivered open click spamreport unsubscribe group_unsubscribe group_resubscribe",
            "processed deferred",
            "bounce dropped",
        ),
    ),
    Service(
        name="Brevo",
        kinds=("event",),
        ids=("message-id", "messageId"),
        recipients=("email",),
        fates=_fates(
            "delivered opened unique_opened uniqueOpened click clicks proxy_open unique_proxy_open "
            "loadedByProxy spam complaint unsubscribed",
            "request requests sent deferred",
            "soft_bounce softBounces hard_bounce hardBounces blocked invalid invalid_email error",
        ),
    ),
    Service(
        name="Resend",
        kinds=("type",),
        ids=("data.message_id", "data.headers.[message-id]"),
        recipients=("data.to",),
        fates=_fates(
            "email.delivered email.opened email.clicked email.complained",
            "email.sent email.delivery_delayed",
            "email.bounced email.failed email.suppressed",
        ),
    ),
)


def sightings(event: Any, depth: int = 0) -> Iterator[Sighting]:
    """Find what an event, or a list or an envelope of some, tells; nothing for what no service writes."""
    if depth > _MAX_NESTED:
        return
    if isinstance(event, list):
        for one in event:
            yield from sightings(one, depth + 1)
        return
    if not isinstance(event, dict):
        return
    found = next(filter(None, (_read(service, event) for service in SERVICES)), None)
    if found:
        yield found
        return
    for inner in _enclosed(event):
        yield from sightings(inner, depth + 1)


def _enclosed(envelope: dict[str, Any]) -> Iterator[Any]:
    """Open what events travel in: EventBridge, SNS (as a text), Mailgun's webhook, pages of an API."""
    for name in ("detail", "event-data", "items", "events"):
        if isinstance(envelope.get(name), dict | list):
            yield envelope[name]
    message = envelope.get("Message")
    if isinstance(message, str) and message.lstrip().startswith("{"):
        try:
            yield json.loads(message)
        except (ValueError, RecursionError):
            return


def _read(service: Service, event: dict[str, Any]) -> Sighting | None:
    kind, detail = _first(service.kinds, event).replace(" ", ""), _first((service.detail,), event)
    fate = service.fates.get(f"{kind}:{detail}" if service.detail and detail else kind)
    message_id = _first(service.ids, event)
    if fate is None or not message_id:
        return None
    named = [text for path in service.recipients for text in _at(path, event)]
    return Sighting(message_id=bracketed(message_id), fate=fate, recipients=tuple(named[:_MAX_RECIPIENTS]))


def bracketed(message_id: str) -> str:
    """Write a Message-ID as its header does; some services leave the brackets out."""
    return f"<{message_id.strip().strip('<>')}>"


def _first(paths: tuple[str, ...], event: dict[str, Any]) -> str:
    return next((text for path in paths for text in _at(path, event) if text.strip()), "")


def _at(path: str, value: Any) -> list[str]:
    """Give the texts at the end of a path."""
    for step in path.split("."):
        value = _named(step[1:-1], value) if step.startswith("[") else _field(step, value)
    texts = value if isinstance(value, list) else [value]
    return [text for text in texts if isinstance(text, str)]


def _field(name: str, value: Any) -> Any:
    return value.get(name) if isinstance(value, dict) else None


def _named(name: str, headers: Any) -> Any:
    """Pick the value of a header from a list such as [{"name": "Message-ID", "value": "..."}]."""
    for header in headers if isinstance(headers, list) else []:
        written = _field("name", header)
        if isinstance(written, str) and written.lower() == name:
            return _field("value", header)
    return None
