"""Databases to send from: so many readers, and an issue frozen for all of them."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from pathlib import Path

from sqlalchemy import text

from newsletter import codec
from newsletter.mailing.addresses import address_key
from newsletter.model import Edition, Issue
from newsletter.store.database import Database, open_database
from newsletter.store.ledger import Freezing, FrozenIssue, Ledger
from tests.benchmarks.delivery_mails import DATED, LETTERHEAD
from tests.benchmarks.delivery_peers import reader

_READERS = """
INSERT INTO subscribers
    (id, address, address_key, name, status, cadence, timezone, hour, consent_source)
WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < :people)
SELECT n, printf('reader%07d@example.net', n), printf('reader%07d@example.net', n), 'Reader ' || n,
    'active', 'daily', 'UTC', 7, 'a benchmark'
FROM number
"""


def make(folder: Path, people: int) -> Path:
    """Make a database with so many readers, once for each number; `lend` copies it."""
    file = folder / f"readers-{people}.db"
    if not file.exists():
        issue = codec.decode(Issue, json.loads((folder / "issue.json").read_text("utf-8")))
        edition = codec.decode(Edition, json.loads((folder / "edition.json").read_text("utf-8")))
        assert address_key(reader(1)) == reader(1)
        with closing(open_database(f"sqlite:///{file}")) as database:
            with database.writing() as connection:
                connection.execute(text(_READERS), {"people": people})
            _freeze(database, issue, edition)
    return file


def lend(file: Path, folder: Path) -> Database:
    """Open a copy that may be sent from."""
    folder.mkdir(parents=True, exist_ok=True)
    return open_database(f"sqlite:///{shutil.copy(file, folder / 'newsletter.db')}")


def _freeze(database: Database, issue: Issue, edition: Edition) -> FrozenIssue:
    ledger = Ledger(database)
    wishes = ledger.wishes(issue.cadence, issue.day)
    freezing = Freezing(issue=issue, letterhead=LETTERHEAD, dated=DATED, digest="0" * 64)
    return ledger.freeze(freezing, dict.fromkeys(wishes, edition), at=DATED)
