"""People in files, read with little ceremony."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from newsletter.audience.importing import Imported, import_people
from newsletter.audience.people import Assumed
from newsletter.audience.records import Rejection
from newsletter.model import SectionSlug
from newsletter.store.database import open_database
from newsletter.store.subscribers import SubscriberStore

NOON = datetime(2025, 11, 7, 12, tzinfo=UTC)
SECTIONS = (SectionSlug("robotics"), SectionSlug("vision"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SubscriberStore]:
    with closing(open_database(f"sqlite:///{tmp_path / 'newsletter.db'}")) as database:
        yield SubscriberStore(database)


def read_into(store: SubscriberStore, body: bytes, **changes: Any) -> tuple[Imported, list[Rejection]]:
    """Import bytes, and give what became of them with every rejection."""
    rejections: list[Rejection] = []
    assumed = Assumed(sections=SECTIONS, consent_source="form")
    values = {"name": "people.csv", "assumed": assumed, "at": NOON, "reject": rejections.append}
    stream = changes.pop("stream", None) or io.BufferedReader(io.BytesIO(body))
    done = import_people(stream, store, **(values | changes))  # type: ignore[arg-type]
    return done, rejections


@pytest.fixture
def import_bytes(store: SubscriberStore) -> Callable[..., tuple[Imported, list[Rejection]]]:
    def run(body: bytes, **changes: Any) -> tuple[Imported, list[Rejection]]:
        return read_into(store, body, **changes)

    return run
