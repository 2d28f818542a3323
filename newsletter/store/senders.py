"""Who sends: rows of the table `senders`, and the clock their leases run by.

A sender is alive while it holds a lock that its death frees at once: on its journal beside an embedded
database, of its session on a server. The lease is for those that are alive and stand still.
"""

from __future__ import annotations

import os
import secrets
import socket
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import func, insert, select, update

from newsletter.store.engines import embedded, is_embedded
from newsletter.store.ledger_values import SenderId
from newsletter.store.schema import senders

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from newsletter.store.database import Database

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
# Where a machine does not tell one start from the next, each process counts as one: then more is in doubt.
_UNKNOWN_BOOT = secrets.token_hex(16)
_CLOCK: int | None = getattr(time, "CLOCK_BOOTTIME", None)
_MARGIN_SECONDS = 5.0
_IS_ON = "SELECT 1 FROM senders WHERE id = ? AND NOT has_ended"
_SERVER_IS_ON = "SELECT 1 FROM senders WHERE id = %s AND NOT has_ended FOR SHARE"


class LeaseClock(Protocol):
    """A clock that nobody sets, for how long a claim holds."""

    @property
    def boot(self) -> str:
        """Name what its seconds are counted from; another name means that the machine was started anew."""
        ...

    def now(self) -> float:
        """Give seconds that only grow, also while the machine sleeps."""
        ...


class BootClock:
    """The time since this machine was started."""

    @property
    def boot(self) -> str:
        """Read the name that Linux gives each start."""
        try:
            return _BOOT_ID.read_text("ascii").strip()
        except OSError:
            return _UNKNOWN_BOOT

    def __init__(self) -> None:
        # Where there is no such clock, one that stands still while the machine sleeps. It is read for each
        # mail, so nothing of ours stands between.
        self.now = time.monotonic if _CLOCK is None else partial(time.clock_gettime, _CLOCK)


class ServerClock:
    """A server's own time, the same for all machines that send."""

    boot = "server"

    def __init__(self, database: Database) -> None:
        self._database = database

    def now(self) -> float:
        """Ask for it."""
        with self._database.reading() as connection:
            return float(connection.scalar(select(func.extract("epoch", func.clock_timestamp()))) or 0)


def begin(connection: Connection, boot: str, lease_until: float) -> SenderId:
    """Enter a sender."""
    row = {
        "host": socket.gethostname(),
        "process": os.getpid(),
        "boot": boot,
        "lease_until": lease_until,
        "has_ended": False,
    }
    return SenderId(connection.execute(insert(senders).values(row).returning(senders.c.id)).scalar_one())


def renew(connection: Connection, sender: SenderId, until: float) -> bool:
    """Move the end of a lease; false if the sender was taken for dead."""
    renewing = update(senders).where(senders.c.id == sender, senders.c.has_ended.is_(False))
    return connection.execute(renewing.values(lease_until=until)).rowcount == 1


def is_on(connection: Connection, sender: SenderId) -> bool:
    """Whether nobody has taken the sender for dead, nor can until this transaction ends."""
    if is_embedded(connection):
        return embedded(connection).execute(_IS_ON, (sender,)).fetchone() is not None
    return connection.exec_driver_sql(_SERVER_IS_ON, (sender,)).scalar() is not None


def end(connection: Connection, sender: SenderId) -> None:
    """Close a sender's entry for good."""
    connection.execute(update(senders).where(senders.c.id == sender).values(has_ended=True))


def is_late(lease_until: float, now: float) -> bool:
    """Whether a lease is over without a doubt."""
    return now > lease_until + _MARGIN_SECONDS


def lock_session(connection: Connection, sender: SenderId) -> None:
    """Hold, on a server, the lock that says a sender is alive, until the connection ends."""
    connection.exec_driver_sql("SELECT pg_advisory_lock(1313166164, %s::int)", (sender,))


def has_session(connection: Connection, sender: SenderId) -> bool:
    """Whether, on a server, anybody holds a sender's lock."""
    statement = (
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = 1313166164 AND objid = %s"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    return bool(connection.exec_driver_sql(statement, (sender,)).scalar_one())
