"""What the logs and events of relays tell about messages of ours."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.errors import SourceError
from newsletter.work.relay_events import SERVICES, Sighting
from newsletter.work.relay_logs import RelayLog

OURS = "<0123456789abcdef@example.org>"
OTHER = "<somebody-elses@example.net>"


def seen(log: str | bytes, *wanted: str) -> list[Sighting]:
    body = log.encode() if isinstance(log, str) else log
    return list(RelayLog(io.BytesIO(body), "log").sightings(frozenset(wanted or (OURS,))))


def postfix(*said: str, daemon: str = "smtp", queue: str = "4XyZ1k2sQ3z9") -> str:
    return "".join(f"Nov  7 06:00:01 mx postfix/{daemon}[124]: {queue}: {line}\n" for line in said)


def named(message_id: str = OURS, queue: str = "4XyZ1k2sQ3z9") -> str:
    return postfix(f"message-id={message_id}", daemon="cleanup", queue=queue)


def delivered(status: str, to: str = "ann@example.com") -> str:
    return postfix(
        f"to=<{to}>, relay=mx.example.com[192.0.2.1]:25, delay=1.2, delays=0.1/0/0.5/0.6, dsn=2.0.0, "
        f"status={status} (250 2.0.0 Ok: queued)"
    )


# --- Postfix ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "fate"), [("sent", "delivered"), ("deferred", "waiting"), ("bounced", "returned")]
)
def test_a_delivery_line_tells_what_became_of_the_message(status: str, fate: str) -> None:
    [sighting] = seen(named() + delivered(status))
    assert (sighting.message_id, sighting.fate, sighting.recipients) == (OURS, fate, ("ann@example.com",))


def test_iso_times_instances_and_aliases_are_understood() -> None:
    log = (
        f"2025-11-07T06:00:01.123456+01:00 mx postfix-out/cleanup[7]: 4F2A1B3C4D: message-id={OURS}\n"
        "2025-11-07T06:00:02.123456+01:00 mx postfix-out/local[8]: 4F2A1B3C4D: to=<root@mx.example.com>, "
        "orig_to=<ann@example.com>, relay=local, delay=0.1, delays=0/0/0/0.1, dsn=2.0.0, status=sent (box)\n"
    )
    [sighting] = seen(log)
    assert sighting.recipients == ("root@mx.example.com", "ann@example.com")


def test_a_message_id_alone_is_no_proof_that_the_message_was_taken() -> None:
    assert seen(named()) == []


def test_a_queued_message_was_taken() -> None:
    active = postfix("from=<d@example.org>, size=9000, nrcpt=1 (queue active)", daemon="qmgr")
    assert [sighting.fate for sighting in seen(named() + active)] == ["waiting"]


def test_an_expired_message_was_returned() -> None:
    expired = postfix("from=<d@example.org>, status=expired, returned to sender", daemon="qmgr")
    assert [sighting.fate for sighting in seen(named() + expired)] == ["returned"]


def test_a_queue_id_used_again_stands_for_the_new_message() -> None:
    again = postfix("removed", daemon="qmgr") + delivered("sent")
    assert seen(named() + again) == []
    assert seen(named() + named(OTHER) + delivered("sent")) == []


@pytest.mark.parametrize(
    "line",
    [
        f"Nov  7 06:00:01 mx sshd[1]: postfix/cleanup[1]: 4XyZ1k2sQ3z9: message-id={OURS}\n"
        + delivered("sent"),
        named() + "Nov  7 06:00:01 mx app[1]: 4XyZ1k2sQ3z9: to=<ann@example.com>, status=sent (250)\n",
        named()
        + postfix("host mx.example.com said: 451 to=<ann@example.com>, status=sent (in reply to RCPT)"),
        named() + postfix(f"message-id={OTHER} status=sent", daemon="smtp"),
        named() + delivered("deliverable"),
    ],
    ids=["another program", "another program's delivery", "a server's words", "no delivery", "a probe"],
)
def test_what_strangers_put_into_a_log_counts_for_nothing(line: str) -> None:
    assert seen(line) == []


# --- events of relays ------------------------------------------------------------------------------------

BARE = OURS.strip("<>")
EVENTS: dict[str, tuple[dict[str, Any], str]] = {
    "ses": (
        {
            "eventType": "Delivery",
            "mail": {
                "messageId": "0102-ses",
                "destination": ["ann@example.com"],
                "headers": [{"name": "Subject", "value": "x"}, {"name": "Message-ID", "value": OURS}],
                "commonHeaders": {"messageId": OURS},
            },
        },
        "delivered",
    ),
    "ses notification": (
        {
            "notificationType": "Bounce",
            "mail": {
                "messageId": "0102-ses",
                "destination": ["ann@example.com"],
                "commonHeaders": {"messageId": OURS},
            },
        },
        "returned",
    ),
    "mailgun": (
        {"event": "failed", "recipient": "ann@example.com", "message": {"headers": {"message-id": BARE}}},
        "returned",
    ),
    "mailgun later": (
        {
            "event": "failed",
            "severity": "temporary",
            "recipient": "ann@example.com",
            "message": {"headers": {"message-id": BARE}},
        },
        "waiting",
    ),
    "sendgrid": ({"event": "processed", "smtp-id": OURS, "email": "ann@example.com"}, "waiting"),
    "brevo": ({"event": "delivered", "message-id": OURS, "email": "ann@example.com"}, "delivered"),
    "brevo export": ({"event": "softBounces", "messageId": OURS, "email": "ann@example.com"}, "returned"),
    "resend": (
        {"type": "email.delivered", "data": {"message_id": OURS, "to": ["ann@example.com"]}},
        "delivered",
    ),
}


@pytest.mark.parametrize("name", EVENTS)
@pytest.mark.parametrize(
    "written",
    [
        lambda event: json.dumps(event) + "\n" + json.dumps(event) + "\n",
        lambda event: json.dumps([event, event]),
        lambda event: json.dumps([event, event], indent=2),
        lambda event: "\ufeff" + json.dumps({"items": [event, event]}, indent=2),
    ],
    ids=["lines", "a list", "an indented list", "a page"],
)
def test_events_of_each_service_are_read(name: str, written: Callable[[Any], str]) -> None:
    event, fate = EVENTS[name]
    expected = Sighting(message_id=OURS, fate=fate, recipients=("ann@example.com",))  # type: ignore[arg-type]
    assert seen(written(event)) == [expected, expected]


def test_events_in_envelopes_are_read() -> None:
    ses, _ = EVENTS["ses"]
    mailgun, _ = EVENTS["mailgun"]
    enveloped = [
        {"Type": "Notification", "Message": json.dumps(ses)},
        {"detail-type": "Email Delivered", "detail": ses},
        {"signature": {"token": "x"}, "event-data": mailgun},
    ]
    assert [sighting.fate for sighting in seen(json.dumps(enveloped))] == [
        "delivered",
        "delivered",
        "returned",
    ]


def test_events_about_others_and_of_unknown_kinds_tell_nothing() -> None:
    about_other = {"event": "delivered", "smtp-id": OTHER, "email": "ann@example.com"}
    unknown = {"event": "levitated", "smtp-id": OURS, "email": "ann@example.com"}
    assert seen(json.dumps([about_other, unknown, None, 7, "text", {}])) == []


def test_a_line_that_is_no_json_is_counted_and_passed_over() -> None:
    event, _ = EVENTS["sendgrid"]
    log = RelayLog(io.BytesIO(f"{json.dumps(event)}\n{{broken\n{json.dumps(event)}\n".encode()), "log")
    assert len(list(log.sightings({OURS}))) == 2
    assert log.strange == 1


def test_a_long_list_on_one_line_is_read() -> None:
    event, _ = EVENTS["sendgrid"]
    about_others = {"event": "delivered", "smtp-id": OTHER, "padding": "x" * 1_000}
    assert len(seen(json.dumps([about_others] * 1_200 + [event]))) == 1


def test_a_piece_of_a_line_that_is_too_long_is_no_line() -> None:
    """A program that logs what strangers say must not be made to write the next line for them."""
    forged = "x" * (1_000_000 - 1) + delivered("sent")
    assert seen(named() + forged) == []
    assert len(seen("x" * 1_000_000 + named() + named() + delivered("sent"))) == 1


@pytest.mark.parametrize(
    "body", ["", "\n\n", "[" * 100_000, '{"a": '], ids=["empty", "blank", "deep", "torn"]
)
def test_what_is_no_log_is_refused_with_its_name(body: str) -> None:
    with pytest.raises(SourceError, match="log"):
        seen(body)


def test_no_two_services_take_an_event_for_different_fates() -> None:
    """Three of them call the kind "event" and the recipient "email": the id's place tells them apart."""
    for name, (event, fate) in EVENTS.items():
        told = {s.fate for s in seen(json.dumps(event))}
        assert told == {fate}, name
    assert len({(service.kinds, service.ids) for service in SERVICES}) == len(SERVICES)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "event",
                        "type",
                        "data",
                        "mail",
                        "headers",
                        "name",
                        "value",
                        "smtp-id",
                        "Message",
                        "items",
                    ]
                ),
                inner,
            )
        ),
    )
)
def test_no_json_of_strangers_makes_it_fail(value: Any) -> None:
    seen(json.dumps([value]))


@given(st.binary(max_size=300))
def test_no_bytes_of_strangers_make_it_fail_otherwise_than_by_saying_so(body: bytes) -> None:
    with contextlib.suppress(SourceError):
        assert seen(body) == []
