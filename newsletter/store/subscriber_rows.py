"""A subscriber as a row, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newsletter.subscriber import Consent, Newcomer, Subscriber

if TYPE_CHECKING:
    from sqlalchemy import Row

    from newsletter.subscriber import AddressKey

COLUMNS = (
    "address",
    "address_key",
    "name",
    "status",
    "sections",
    "cadence",
    "timezone",
    "hour",
    "language",
    "consent_source",
    "consent_at",
)

# What a person may change about themselves without coming or leaving by it.
WISHES = ("name", "sections", "cadence", "timezone", "hour", "language")


def as_row(person: Newcomer, key: AddressKey) -> dict[str, Any]:
    """Give the columns of `COLUMNS`."""
    return {
        "address": person.address,
        "address_key": key,
        "name": person.name,
        "status": person.status,
        "sections": person.sections,
        "cadence": person.cadence,
        "timezone": person.timezone,
        "hour": person.hour,
        "language": person.language,
        "consent_source": person.consent.source,
        "consent_at": person.consent.at,
    }


def as_subscriber(row: Row[Any]) -> Subscriber:
    """Read a row of the table `subscribers`."""
    return Subscriber(
        id=row.id,
        address=row.address,
        name=row.name,
        status=row.status,
        sections=row.sections,
        cadence=row.cadence,
        timezone=row.timezone,
        hour=row.hour,
        language=row.language,
        consent=Consent(source=row.consent_source, at=row.consent_at),
    )
