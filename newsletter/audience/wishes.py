"""A person wants something else from now on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from newsletter.audience.people import Assumed, Reader
from newsletter.audience.records import Record, Rejection
from newsletter.audience.standing import find_person
from newsletter.errors import UsageError
from newsletter.mailing.addresses import masked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from newsletter.model import SectionSlug
    from newsletter.store.subscribers import SubscriberStore
    from newsletter.subscriber import Subscriber


def change_wishes(
    store: SubscriberStore, address: str, wanted: Mapping[str, str], sections: Sequence[SectionSlug]
) -> Subscriber:
    """Change what `wanted` names, as the columns of an import do, and nothing else; `sections` are those
    there are. An empty text means all sections, or the newsletter's language. What is frozen already stays.

    Raises `UsageError` for a wish that cannot be met, and for a person who is not here.
    """
    person = find_person(store, address)
    if wanted.get("timezone") == "":
        raise UsageError("the time zone is missing", hint="expected a name such as Europe/Berlin")
    reader = Reader(Assumed(sections=tuple(sections), consent_source=person.consent.source))
    read = reader.read(Record(1, {"address": person.address, **wanted}))
    if isinstance(read, Rejection):
        raise UsageError(read.problem, hint=f"expected {read.expected}")
    changed = replace(person, **{name: getattr(read, name) for name in wanted})
    if not store.change_wishes(changed):
        raise UsageError(f"{masked(address)} is here no more")
    return changed
