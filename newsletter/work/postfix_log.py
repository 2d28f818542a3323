"""A Postfix mail log: which of our messages it queued, and what became of them.

The cleanup daemon names a message's id as soon as its header came, even if the rest never did; only a line of
the queue manager or of a delivery says that Postfix took it over. Texts of strangers stand in these lines
(replies of servers, in parentheses), so each is read from its start and no further than it is ours.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsletter.work.relay_events import Fate, Sighting

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

# "Nov  7 06:00:01 mx postfix/smtp[7]: ", or with an ISO 8601 time; other instances are "postfix-out/..."
_LINE = re.compile(
    r"(?:[A-Z][a-z]{2} [ \d]\d [\d:]{8}|\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)) "
    r"\S{1,255} postfix[\w-]{0,40}/(?P<daemon>[\w/]{1,40})\[\d+\]: (?P<queue>[0-9A-Za-z]{5,20}): (?P<said>.*)"
)
_MESSAGE_ID = re.compile(r"(?:resent-)?message-id=(<[^<>\s]{1,500}>)$")
_ACTIVE = re.compile(r"from=<[^<>]*>, size=\d+, nrcpt=\d+ \(queue active\)")
_EXPIRED = re.compile(r"from=<[^<>]*>, status=(?:force-)?expired\b")
_DELIVERY = re.compile(
    r"to=<(?P<to>[^<>]*)>, (?:orig_to=<(?P<orig>[^<>]*)>, )?relay=[^,]*, (?:conn_use=\d+, )?delay=[\d.]+, "
    r"(?:delays=[\d./]+, )?(?:dsn=[\d.]+, )?status=(?P<status>sent|deferred|bounced|expired)\b"
)
_FATES: dict[str, Fate] = {
    "sent": "delivered",
    "deferred": "waiting",
    "bounced": "returned",
    "expired": "returned",
}


def sightings(lines: Iterable[str], wanted: Collection[str]) -> Iterator[Sighting]:
    """Find the messages with a `wanted` id; memory grows with these alone, however long the log is."""
    queued: dict[str, str] = {}
    for line in lines:
        match = _LINE.match(line)
        if match is None:
            continue
        queue, said = match["queue"], match["said"]
        if match["daemon"].endswith("cleanup"):
            _remember(queued, queue, said, wanted)
        elif queue in queued:
            if said == "removed":
                del queued[queue]
            elif found := _sighting(queued[queue], said):
                yield found


def _remember(queued: dict[str, str], queue: str, said: str, wanted: Collection[str]) -> None:
    """Note which message a queue id stands for from now on: these names are used again."""
    if named := _MESSAGE_ID.match(said):
        queued.pop(queue, None)
        if named[1] in wanted:
            queued[queue] = named[1]


def _sighting(message_id: str, said: str) -> Sighting | None:
    if _ACTIVE.match(said):
        return Sighting(message_id=message_id, fate="waiting")
    if _EXPIRED.match(said):
        return Sighting(message_id=message_id, fate="returned")
    if match := _DELIVERY.match(said):
        named = tuple(address for address in (match["to"], match["orig"]) if address)
        return Sighting(message_id=message_id, fate=_FATES[match["status"]], recipients=named)
    return None
