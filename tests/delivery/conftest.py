"""Databases and processes for sends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from newsletter.store.database import Database, connect, open_database
from newsletter.store.ledger import Ledger
from tests.conftest import new_postgres_database
from tests.delivery.killing import Scene
from tests.delivery.processes import Nursery, nursery
from tests.delivery.stage import PEOPLE, Stage, ready


@pytest.fixture(scope="session")
def processes() -> Iterator[Nursery]:
    """Starts processes that send, at once."""
    with nursery() as made:
        yield made


@pytest.fixture
def scenes(
    request: pytest.FixtureRequest, tmp_path: Path, processes: Nursery
) -> Iterator[Callable[[str, str], Scene]]:
    """Give scenes, each with an empty database of its own, by engine and transport."""
    with ExitStack() as stack:

        def give(engine: str, transport: str) -> Scene:
            folder = tmp_path / f"scene{len(list(tmp_path.iterdir()))}"
            folder.mkdir()
            if engine == "sqlite":
                url = f"sqlite:///{folder / 'newsletter.db'}"
            else:
                server = request.getfixturevalue("postgres_server")
                url = stack.enter_context(new_postgres_database(server))
                made = connect(url)
                made.migrate()
                made.close()
            database: Database = open_database(url)
            stack.callback(database.close)
            return Scene(database=database, url=url, folder=folder, nursery=processes, transport=transport)

        yield give


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    database = open_database(f"sqlite:///{tmp_path / 'newsletter.db'}")
    return Stage(database=database, ledger=Ledger(database), issue=ready(database, PEOPLE))
