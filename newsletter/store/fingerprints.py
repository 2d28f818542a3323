"""What stands for an erased person: a keyed hash (HMAC-SHA256) of the address, enough to keep them from being
imported again and no more.

Whoever has the key and a list of addresses can tell which of them were erased. So a key from outside (an
environment variable, a file) protects a stolen database or backup; without one, a random key is made and
kept in the database, which still leaves no address in it. A changed key would silently let everybody back
in: the database knows its key by a check value, and another one is refused.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, select

from newsletter.errors import StoreError
from newsletter.store.engines import hold_settings
from newsletter.store.schema import erased, settings

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from newsletter.subscriber import AddressKey

SUPPRESSION_SETTINGS = _KEY, _CHECK = "suppression_key", "suppression_check"
_CHECKED_TEXT = b"newsletter suppression"


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """Makes fingerprints with one key."""

    key: bytes = field(repr=False)

    def of(self, key: AddressKey) -> str:
        """Give the fingerprint of an address: 64 hex digits."""
        return hmac.digest(self.key, key.encode("utf-8"), "sha256").hex()

    @property
    def check(self) -> str:
        """Tell this key from another without showing it."""
        return hmac.digest(self.key, _CHECKED_TEXT, "sha256").hex()


def fingerprints(connection: Connection, given: str | None) -> Fingerprints | None:
    """Make those that the database was begun with; None if nobody can have been erased yet.

    `given` is the key from outside, if there is one. Raises `StoreError` if it is not the right one.
    """
    known = dict(connection.execute(select(settings.c.name, settings.c.value)).all())
    if _CHECK not in known:
        return None
    if given is None and _KEY not in known:
        raise _wrong_key(connection, "the suppression key is missing")
    made = Fingerprints(bytes.fromhex(known[_KEY]) if given is None else given.encode("utf-8"))
    if hmac.compare_digest(made.check, known[_CHECK]):
        return made
    if connection.scalar(select(func.count()).select_from(erased)):
        raise _wrong_key(connection, "the suppression key has changed")
    return None


def begun_fingerprints(connection: Connection, given: str | None) -> Fingerprints:
    """The same, where writing is possible: begins them, or begins anew while nobody was erased."""
    made = fingerprints(connection, given)
    if made:
        return made
    hold_settings(connection)
    made = fingerprints(connection, given)
    if made:  # somebody else has begun them just now, and may have erased people by them
        return made
    key = secrets.token_bytes(32)
    made = Fingerprints(key if given is None else given.encode("utf-8"))
    connection.execute(delete(settings).where(settings.c.name.in_(SUPPRESSION_SETTINGS)))
    connection.execute(insert(settings).values(name=_CHECK, value=made.check))
    if given is None:
        connection.execute(insert(settings).values(name=_KEY, value=key.hex()))
    return made


def _wrong_key(connection: Connection, what: str) -> StoreError:
    count = connection.scalar(select(func.count()).select_from(erased))
    return StoreError(
        f"{what}: those erased so far ({count}) could not be recognised and might come back",
        hint="give the key they were erased under: NEWSLETTER_STORE_SUPPRESSION_KEY, or suppression_key_file "
        "in the [store] table",
    )
