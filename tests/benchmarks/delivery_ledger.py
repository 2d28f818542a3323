"""How many deliveries a second the ledger claims, records and settles, at 100,000 and at 1,000,000 rows.

Both are gone through in step, ten batches of the one for each of the other: what else the machine does slows
both, and a rate that falls with the number of finished rows would show.
"""

from __future__ import annotations

import statistics
import time
from contextlib import ExitStack, closing
from datetime import timedelta
from pathlib import Path
from tempfile import mkdtemp

from newsletter.store.ledger import Claim, Ledger
from tests.benchmarks.delivery_mails import DATED, SLUG
from tests.benchmarks.delivery_race import Row
from tests.benchmarks.delivery_store import lend, make

BATCH = 500
# So many sessions have a mail each recorded at once, while a mail system is near.
ROUND = 12
SIZES = (100_000, 1_000_000)
AT = DATED + timedelta(minutes=1)


def measure(folder: Path) -> list[Row]:
    """Run through every row of both."""
    with ExitStack() as stack:
        few, many = (_Walk(make(folder, size), folder, stack) for size in SIZES)
        while few.go_on():
            for _ in range(SIZES[1] // SIZES[0]):
                many.go_on()
        few.balance()
        many.balance()
    rows: list[Row] = []
    for size, walk in zip(SIZES, (few, many), strict=True):
        rows.append((f"{size:,} rows: claimed per second", round(BATCH / walk.claiming), ""))
        rows.append(
            (f"{size:,} rows: intended, noted and settled per second", round(BATCH / walk.settling), "")
        )
    claiming, settling = few.claiming / many.claiming, few.settling / many.settling
    rows.append(("claim rate at 1,000,000 rows by that at 100,000", round(claiming, 2), ">= 0.9"))
    rows.append(("settling rate, the same", round(settling, 2), ">= 0.9"))
    return rows


class _Walk:
    """Goes through the rows of a copy of `file`, a batch at a time."""

    def __init__(self, file: Path, folder: Path, stack: ExitStack) -> None:
        database = stack.enter_context(closing(lend(file, Path(mkdtemp(dir=folder)))))
        self._ledger = Ledger(database)
        issue = self._ledger.find(SLUG)
        assert issue is not None
        self._issue = issue
        self._hold = stack.enter_context(self._ledger.sender())
        self._claiming: list[float] = []
        self._settling: list[float] = []

    @property
    def claiming(self) -> float:
        """The seconds that claiming a batch took, in the median."""
        return statistics.median(self._claiming)

    @property
    def settling(self) -> float:
        return statistics.median(self._settling)

    def go_on(self) -> bool:
        start = time.perf_counter()
        claims = self._hold.claim(self._issue.id, BATCH, at=AT).rows
        if not claims:
            return False
        self._claiming.append(time.perf_counter() - start)
        self._settling.append(self._settled(claims))
        if len(self._claiming) % 100 == 0:
            self._hold.renew(at=AT)
        return True

    def balance(self) -> None:
        assert self._ledger.books(self._issue.id).counts["accepted"] == self._issue.audience

    def _settled(self, claims: tuple[Claim, ...]) -> float:
        start = time.perf_counter()
        accepted: list[int] = []
        for at in range(0, len(claims), ROUND):
            some = [claim.delivery for claim in claims[at : at + ROUND]]
            self._hold.record(accepted, some)
            accepted = some
        self._hold.record(accepted, [])
        self._hold.flush(at=AT)
        return time.perf_counter() - start
