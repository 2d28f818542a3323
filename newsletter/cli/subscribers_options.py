"""Options that say what a subscriber wants, and what is assumed where a row says nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from newsletter.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsletter.app import App
    from newsletter.audience.people import Assumed

CADENCES = ("daily", "weekdays", "weekly")
STATUSES = ("pending", "active", "paused", "unsubscribed", "bounced", "complained")

_WISHES = (
    click.option(
        "--cadence", type=click.Choice(CADENCES), default="daily", show_default=True, help="How often."
    ),
    click.option(
        "--timezone", default="UTC", show_default=True, metavar="NAME", help="Such as Europe/Berlin."
    ),
    click.option(
        "--hour", type=click.IntRange(0, 23), default=7, show_default=True, help="From when on, in that zone."
    ),
    click.option("--language", metavar="TAG", help="Of the edition; else the newsletter's."),
    click.option(
        "--consent-at",
        type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z"]),
        metavar="TIME",
        help="When they agreed, in UTC unless it says otherwise.",
    ),
)


def wishes(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that `assumed` reads."""
    for option in reversed(_WISHES):
        command = option(command)
    return command


def assumed(
    app: App, *, consent_source: str, consent_at: datetime | None, now: datetime, **wanted: Any
) -> Assumed:
    """Make of the options what is assumed of each person. Raises `UsageError`."""
    from newsletter.audience.people import Assumed, checked

    values = Assumed(
        sections=tuple(section.slug for section in app.config.sections),
        consent_source=consent_source.strip(),
        consent_at=_in_utc(consent_at) if consent_at else None,
        **wanted,
    )
    wrong = checked(values, now=now)
    if wrong:
        raise UsageError(wrong.problem, hint=f"expected {wrong.expected}")
    return values


def _in_utc(at: datetime) -> datetime:
    try:
        return at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC)
    except OverflowError as error:
        raise UsageError(f"{at.isoformat()} is not a time in UTC", hint="--consent-at 2025-11-07") from error
