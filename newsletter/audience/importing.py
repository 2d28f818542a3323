"""Many people at once, from a file: all that may come in come in together, or nobody does."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from newsletter.audience.lines import text_lines
from newsletter.audience.people import Reader
from newsletter.audience.records import Rejection, read_records
from newsletter.store.arrivals import Obstacle, arriving

if TYPE_CHECKING:
    import io
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from newsletter.audience.people import Assumed
    from newsletter.audience.records import Format, Record
    from newsletter.store.subscribers import SubscriberStore
    from newsletter.subscriber import Newcomer

_BATCH = 2_000
_ONLY_THEMSELVES = "their own new consent: `newsletter subscribers add ADDRESS --consents-anew ...`"


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of a file: `rows` of people, of whom so many were `admitted` (or would be, in a dry run);
    the others by kind of `rejected`. `ignored` are columns that mean nothing to us."""

    rows: int
    admitted: int
    rejected: Mapping[str, int]
    ignored: tuple[str, ...]
    dry_run: bool


def import_people(
    stream: io.BufferedReader[Any],
    store: SubscriberStore,
    *,
    name: str,
    assumed: Assumed,
    at: datetime,
    reject: Callable[[Rejection], None],
    progress: Callable[[], None] = lambda: None,
    wanted: Format | None = None,
    dry_run: bool = False,
) -> Imported:
    """Read a file of any length in little memory; `reject` gets each row that was not taken, `progress` is
    called now and then. Whatever stops it leaves the store as it was. Raises `SourceError`, `StoreError`."""
    rejected: Counter[str] = Counter()

    def refuse(rejection: Rejection) -> None:
        rejected[rejection.kind] += 1
        reject(rejection)

    reader = Reader(assumed, now=at)
    rows = 0
    with closing(text_lines(stream, name=name)) as lines, arriving(store) as arrivals:
        records, ignored = read_records(lines, name=name, wanted=wanted)
        for batch in _batches(records):
            rows += len(batch)
            arrivals.wait(list(_people(batch, reader, refuse)))
            progress()
        admitted = arrivals.admit(at=at, reason=f"import of {name}", dry_run=dry_run)
        for obstacle in arrivals.obstacles():
            refuse(_rejection(obstacle))
    return Imported(rows=rows, admitted=admitted, rejected=rejected, ignored=ignored, dry_run=dry_run)


def _batches(records: Iterator[Record | Rejection]) -> Iterator[list[Record | Rejection]]:
    while batch := list(islice(records, _BATCH)):
        yield batch


def _people(
    batch: list[Record | Rejection], reader: Reader, refuse: Callable[[Rejection], None]
) -> Iterator[tuple[int, Newcomer]]:
    for record in batch:
        if isinstance(record, Rejection):
            refuse(record)
            continue
        person = reader.read(record)
        if isinstance(person, Rejection):
            refuse(person)
        else:
            yield record.number, person


def _rejection(obstacle: Obstacle) -> Rejection:
    match obstacle.kind:
        case "repeated":
            kind, problem = "repeated", f"the address of row {obstacle.first_row} again"
            expected = "one row per address; the first one counts"
        case "pending" | "active" | "paused":
            kind, problem = "known", f"is a subscriber already ({obstacle.kind}), and stays as they are"
            expected = "nothing to do"
        case "erased":
            kind, problem, expected = "erased", "asked to be forgotten", _ONLY_THEMSELVES
        case _:
            kind, problem, expected = "left", f"left before ({obstacle.kind})", _ONLY_THEMSELVES
    return Rejection(row=obstacle.row, kind=kind, problem=problem, expected=expected)
