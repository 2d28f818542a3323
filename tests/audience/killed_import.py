"""An import that kills its own process at a named moment; started by a test."""

from __future__ import annotations

import io
import os
import signal
import sys
from datetime import UTC, datetime

from sqlalchemy import event

from newsletter.audience.importing import import_people
from newsletter.audience.people import Assumed
from newsletter.store.database import open_database
from newsletter.store.subscribers import SubscriberStore


def die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    """Import 5,000 people, and die on the way."""
    url, moment = sys.argv[1:]
    database = open_database(url)
    batches = 0

    def progress() -> None:
        nonlocal batches
        batches += 1
        if moment == "while it reads" and batches == 2:
            die()

    def after(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if moment == "before it commits" and statement.startswith("INSERT INTO status_changes"):
            die()

    event.listen(database.engine, "after_cursor_execute", after)
    body = "address\n" + "".join(f"reader{number}@example.org\n" for number in range(5_000))
    import_people(
        io.BufferedReader(io.BytesIO(body.encode())),
        SubscriberStore(database),
        name="people.csv",
        assumed=Assumed(sections=(), consent_source="form"),
        at=datetime(2025, 11, 7, tzinfo=UTC),
        reject=lambda _rejection: None,
        progress=progress,
    )


if __name__ == "__main__":
    main()
