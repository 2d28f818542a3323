"""The keys that sign links, made once and kept in the database, where none is given from outside.

With them is a name of the newsletter that nobody chose: it is part of every token, so that links of two
newsletters that share a key from outside do not work in each other, and none dies when a host or a list gets
another name.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from newsletter.errors import StoreError
from newsletter.store.engines import insert_unless_there
from newsletter.store.schema import settings

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from newsletter.store.database import Database

_NAME = "link_keys"
_KEY_BYTES = 32
_NAME_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkSecrets:
    """The newsletter's name in tokens, and the keys that were made here, the newest first."""

    newsletter: str
    keys: tuple[bytes, ...] = field(repr=False)


class LinkKeys:
    """Where the keys are; several programs may ask at once, and all get the same."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def known(self) -> LinkSecrets | None:
        """Look only: None if nothing was made yet."""
        with self._database.reading() as connection:
            return _read(connection)

    def ready(self, *, needs_key: bool = True) -> LinkSecrets:
        """Give what links are made with, and make what is missing; a key only if one is needed."""
        known = self.known()
        if known and (known.keys or not needs_key):
            return known
        with self._database.writing() as connection:
            known = _begun(connection)
            if needs_key and not known.keys:
                known = _with_new_key(connection, known)
            return known

    def rotate(self) -> LinkSecrets:
        """Sign with a new key from now on; what the old ones signed stays good."""
        with self._database.writing() as connection:
            return _with_new_key(connection, _begun(connection))


def keep_link_keys(now: Connection, then: Connection) -> None:
    """Let a backup that is restored (`then`) know the links that were made since; of damaged keys it has
    better ones."""
    try:
        current = _read(now)
    except StoreError:
        return
    if current is None:
        return
    older = _begun(then).keys
    keys = (*current.keys, *(key for key in older if key not in current.keys))
    _write(then, LinkSecrets(newsletter=current.newsletter, keys=keys))


def _begun(connection: Connection) -> LinkSecrets:
    """Read within a transaction that writes, so that no other one changes it meanwhile."""
    fresh = LinkSecrets(newsletter=secrets.token_hex(_NAME_BYTES), keys=())
    connection.execute(insert_unless_there(connection, settings).values(name=_NAME, value=_as_text(fresh)))
    known = _read(connection, locked=True)
    if known is None:
        raise StoreError("the keys of links vanished while they were looked at")
    return known


def _with_new_key(connection: Connection, known: LinkSecrets) -> LinkSecrets:
    made = LinkSecrets(newsletter=known.newsletter, keys=(secrets.token_bytes(_KEY_BYTES), *known.keys))
    _write(connection, made)
    return made


def _read(connection: Connection, *, locked: bool = False) -> LinkSecrets | None:
    query = select(settings.c.value).where(settings.c.name == _NAME)
    text = connection.scalar(query.with_for_update() if locked else query)
    return None if text is None else _from_text(text)


def _write(connection: Connection, known: LinkSecrets) -> None:
    connection.execute(update(settings).where(settings.c.name == _NAME).values(value=_as_text(known)))


def _as_text(known: LinkSecrets) -> str:
    return json.dumps({"newsletter": known.newsletter, "keys": [key.hex() for key in known.keys]})


def _from_text(text: str) -> LinkSecrets:
    try:
        data: Any = json.loads(text)
        keys = tuple(bytes.fromhex(key) for key in data["keys"])
        return LinkSecrets(newsletter=str(data["newsletter"]), keys=keys)
    except (ValueError, TypeError, KeyError) as error:
        raise StoreError(
            "the keys of links in the database are damaged: no link in a mail can be told from a forged one",
            hint="restore a backup: `newsletter db restore`",
        ) from error
