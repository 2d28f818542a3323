"""How many deliveries a second the ledger claims, records and settles, at 100,000 and at 1,000,000 rows."""

from __future__ import annotations

import statistics
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from tempfile import mkdtemp

from newsletter.store.ledger import IssueId, Ledger, SenderHold, Verdict
from tests.benchmarks.delivery_mails import DATED, SLUG
from tests.benchmarks.delivery_race import Row
from tests.benchmarks.delivery_store import lend, make

BATCH = 500
SIZES = (100_000, 1_000_000)
ACCEPTED = Verdict(state="accepted")
AT = DATED + timedelta(minutes=1)


def measure(folder: Path) -> list[Row]:
    """Run through every row of both: a rate that falls with the number of finished rows would show."""
    rates = {size: _rates(make(folder, size), folder) for size in SIZES}
    few, many = (rates[size] for size in SIZES)
    rows: list[Row] = []
    for size in SIZES:
        claimed, settled = rates[size]
        rows.append((f"{size:,} rows: claimed per second", round(claimed), ""))
        rows.append((f"{size:,} rows: intended, noted and settled per second", round(settled), ""))
    rows.append(("claim rate at 1,000,000 rows by that at 100,000", round(many[0] / few[0], 2), ">= 0.9"))
    rows.append(("settling rate, the same", round(many[1] / few[1], 2), ">= 0.9"))
    return rows


def _rates(file: Path, folder: Path) -> tuple[float, float]:
    with closing(lend(file, Path(mkdtemp(dir=folder)))) as database:
        ledger = Ledger(database)
        issue = ledger.find(SLUG)
        assert issue is not None
        with ledger.sender() as hold:
            claiming, settling = _through(hold, issue.id)
        assert ledger.books(issue.id).counts["accepted"] == issue.audience
    return BATCH / statistics.median(claiming), BATCH / statistics.median(settling)


def _through(hold: SenderHold, issue: IssueId) -> tuple[list[float], list[float]]:
    claiming: list[float] = []
    settling: list[float] = []
    while True:
        start = time.perf_counter()
        claims = hold.claim(issue, BATCH, at=AT).rows
        if not claims:
            return claiming, settling
        claiming.append(time.perf_counter() - start)
        start = time.perf_counter()
        for claim in claims:
            hold.intend(claim.delivery)
            hold.note(claim.delivery, ACCEPTED)
        hold.flush(at=AT)
        settling.append(time.perf_counter() - start)
        if len(claiming) % 100 == 0:
            hold.renew(at=AT)
