"""The ways into a newsletter's database: to use it, or only to look whether there is something in it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from newsletter.config.store import StorePlace, store_place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.config import Config
    from newsletter.store.database import Database
    from newsletter.store.ledger import Ledger
    from newsletter.store.papers import PaperArchive
    from newsletter.store.subscribers import SubscriberStore


class Stores:
    """What is stored for one newsletter, opened when it is asked for."""

    def __init__(self, config: Config) -> None:
        self.config = config

    def store_place(self) -> StorePlace:
        """Say where the database is, and its secrets."""
        return store_place(self.config)

    @contextmanager
    def database(self, place: StorePlace | None = None) -> Iterator[Database]:
        """Give the way to the database as it is: nothing is opened, made or changed by that."""
        from newsletter.store.database import connect  # noqa: PLC0415 - only what stores loads SQLAlchemy

        place = place or self.store_place()
        database = connect(place.url, place.password)
        try:
            yield database
        finally:
            database.close()

    @contextmanager
    def ready_database(self, place: StorePlace | None = None) -> Iterator[Database]:
        """Open the database, made and of this version. Raises `StoreError`."""
        from newsletter.store.database import open_database  # noqa: PLC0415 - see `database`

        place = place or self.store_place()
        database = open_database(place.url, place.password)
        try:
            yield database
        finally:
            database.close()

    @contextmanager
    def subscribers(self) -> Iterator[SubscriberStore]:
        """Open the store of subscribers, ready for use. Raises `StoreError`."""
        from newsletter.store.subscribers import SubscriberStore  # noqa: PLC0415 - see `database`

        place = self.store_place()
        with self.ready_database(place) as database:
            yield SubscriberStore(database, place.suppression_key)

    @contextmanager
    def ledger(self) -> Iterator[Ledger]:
        """Open the ledger, ready for use. Raises `StoreError`."""
        from newsletter.store.ledger import Ledger  # noqa: PLC0415 - see `database`

        with self.ready_database() as database:
            yield Ledger(database)

    @contextmanager
    def archive(self) -> Iterator[PaperArchive]:
        """Open the archive of papers, ready for use. Raises `StoreError`."""
        from newsletter.store.papers import PaperArchive  # noqa: PLC0415 - see `database`

        with self.ready_database() as database:
            yield PaperArchive(database)

    @contextmanager
    def archive_to_read(self) -> Iterator[PaperArchive | None]:
        """Open the archive as it is, or None where there is no database yet: nothing is made or changed."""
        place = self.store_place()
        if place.file and not place.file.exists():
            yield None
            return
        from newsletter.store.papers import PaperArchive  # noqa: PLC0415 - see `database`

        with self.database(place) as database:
            database.must_be_current()
            yield PaperArchive(database)

    @contextmanager
    def ledger_to_read(self) -> Iterator[Ledger | None]:
        """Open the ledger as it is, or None where there is no database yet: nothing is made or changed."""
        from newsletter.store.ledger import Ledger  # noqa: PLC0415 - see `database`

        with self.database() as database:
            if database.file and not database.file.exists():
                yield None
                return
            database.must_be_current()
            yield Ledger(database)
