"""The ways into a newsletter's database: to use it, or only to look whether there is something in it."""

from __future__ import annotations

from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import TYPE_CHECKING

from newsletter.config.store import StorePlace, store_place
from newsletter.errors import StoreError

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
        self._place: StorePlace | None = None
        self._asking = Lock()

    def store_place(self) -> StorePlace:
        """Say where the database is, and its secrets: whoever tells those is asked once. Raises
        `ConfigError`."""
        with self._asking:
            if self._place is None:
                self._place = store_place(self.config)
            return self._place

    @property
    def has_database(self) -> bool:
        """Whether there is one; a server's is taken to be there."""
        file = self.store_place().file
        return file is None or file.exists()

    def must_have_database(self) -> None:
        """Raise `StoreError` where there is none yet: who only looks for something in it makes none."""
        if not self.has_database:
            raise StoreError(
                f"{self.store_place().file}: there is no database yet",
                hint="what stores something makes it, such as `newsletter subscribers add`; "
                "--config names the newsletter of another folder",
            )

    @contextmanager
    def database(self) -> Iterator[Database]:
        """Give the way to the database as it is: nothing is opened, made or changed by that."""
        from newsletter.store.database import connect  # noqa: PLC0415 - only what stores loads SQLAlchemy

        place = self.store_place()
        with closing(connect(place.url, place.password)) as database:
            yield database

    @contextmanager
    def ready_database(self) -> Iterator[Database]:
        """Open the database, made and of this version. Raises `StoreError`."""
        from newsletter.store.database import open_database  # noqa: PLC0415 - see `database`

        place = self.store_place()
        with closing(open_database(place.url, place.password)) as database:
            yield database

    @contextmanager
    def subscribers(self) -> Iterator[SubscriberStore]:
        """Open the store of subscribers, ready for use. Raises `StoreError`."""
        from newsletter.store.subscribers import SubscriberStore  # noqa: PLC0415 - see `database`

        with self.ready_database() as database:
            yield SubscriberStore(database, self.store_place().suppression_key)

    @contextmanager
    def subscribers_to_read(self) -> Iterator[SubscriberStore]:
        """Open the store for what changes nothing; where there is no database yet, an empty one that is
        thrown away. Raises `StoreError`."""
        if self.has_database:
            with self.subscribers() as store:
                yield store
            return
        from newsletter.store.rehearsing import rehearsal  # noqa: PLC0415 - see `database`
        from newsletter.store.subscribers import SubscriberStore  # noqa: PLC0415

        with (
            TemporaryDirectory() as scratch,
            self.database() as database,
            rehearsal(database, Path(scratch)) as tried,
        ):
            yield SubscriberStore(tried, self.store_place().suppression_key)

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
        if not self.has_database:
            yield None
            return
        from newsletter.store.papers import PaperArchive  # noqa: PLC0415 - see `database`

        with self.database() as database:
            database.must_be_current()
            yield PaperArchive(database)

    @contextmanager
    def ledger_to_read(self) -> Iterator[Ledger | None]:
        """Open the ledger as it is, or None where there is no database yet: nothing is made or changed."""
        if not self.has_database:
            yield None
            return
        from newsletter.store.ledger import Ledger  # noqa: PLC0415 - see `database`

        with self.database() as database:
            database.must_be_current()
            yield Ledger(database)
