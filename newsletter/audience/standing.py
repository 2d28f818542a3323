"""One person comes, pauses, leaves or is forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.errors import UsageError
from newsletter.mailing.addresses import address_key, masked, parse_address
from newsletter.subscriber import Erased, Subscriber, SubscriberId

if TYPE_CHECKING:
    from datetime import datetime

    from newsletter.mailing.tokens import LinkTokens
    from newsletter.store.subscribers import Answer, SubscriberStore
    from newsletter.subscriber import Newcomer, Status

OPERATOR = "the operator"


def add_person(
    store: SubscriberStore, person: Newcomer, *, at: datetime, reason: str = OPERATOR, consents_anew: bool
) -> Subscriber:
    """Store a person. Raises `UsageError` for one who is here, or who left and has not consented anew."""
    key = address_key(person.address)
    answer = store.add(person, key, at=at, reason=reason, consents_anew=consents_anew)
    if answer.done and isinstance(answer.found, Subscriber):
        return answer.found
    if isinstance(answer.found, Subscriber) and answer.found.status in ("pending", "active", "paused"):
        raise UsageError(f"{masked(person.address)} is a subscriber already ({answer.found.status})")
    raise UsageError(
        f"{masked(person.address)} {_how_they_left(answer)}",
        hint="if they themselves agreed again to be mailed, say so with --consents-anew",
    )


def person_of_token(store: SubscriberStore, tokens: LinkTokens, token: str) -> Subscriber:
    """Look up whom a link to unsubscribe was made for. Raises `UsageError` if none of ours was, and if the
    person is not here any more."""
    number = tokens.read("unsubscribe", token)
    if number is None:
        raise UsageError(
            "this is no address, and no token of a link of ours either",
            hint="a token is what follows `unsubscribe` in the subject of a request: 28 characters or more",
        )
    person = store.numbered(SubscriberId(number))
    if person is None:
        raise UsageError("the person with this token is here no more, so nobody is mailed by it")
    return person


def find_person(store: SubscriberStore, address: str) -> Subscriber:
    """Look a person up by any spelling of the address. Raises `UsageError` if they are not here."""
    address = parse_address(address)
    found = store.find(address_key(address))
    if isinstance(found, Subscriber):
        return found
    raise _not_here(address, found)


def change_standing(
    store: SubscriberStore, address: str, status: Status, *, at: datetime, reason: str = OPERATOR
) -> Answer:
    """Take one step; to be there already is no error, only not `done`.

    Raises `UsageError` where the step does not follow from where the person stands, or they are not here.
    """
    address = parse_address(address)
    answer = store.change_status(address_key(address), status, at=at, reason=reason)
    if not isinstance(answer.found, Subscriber):
        raise _not_here(address, answer.found)
    if not answer.done and answer.found.status != status:
        raise UsageError(
            f"{masked(address)} is {answer.found.status}, and cannot become {status}",
            hint="who left comes back by their own consent: `newsletter subscribers add --consents-anew`",
        )
    return answer


def erase_person(store: SubscriberStore, address: str, *, at: datetime) -> bool:
    """Forget a person but for a fingerprint; False if they had been before."""
    return store.erase(address_key(parse_address(address)), at=at).done


def _how_they_left(answer: Answer) -> str:
    if isinstance(answer.found, Erased):
        return f"asked to be forgotten, on {answer.found.on}"
    return f"left before ({answer.found.status})" if answer.found else "could not be added"


def _not_here(address: str, found: Erased | None) -> UsageError:
    if found:
        return UsageError(f"{masked(address)} was erased on {found.on}; nothing else is known")
    return UsageError(
        f"{masked(address)} is no subscriber", hint="`newsletter subscribers list` shows who is"
    )
