"""Delivery beside its peers, in ratios of one run: sending, assembly and signing, the ledger, memory.

NEWSLETTER_BENCH_ROUNDS is the number of rounds (5), NEWSLETTER_BENCH_ONLY names some of the parts.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from newsletter import codec
from tests.benchmarks.delivery_mails import finished, sample
from tests.benchmarks.delivery_race import Row, raced, rows_of
from tests.benchmarks.delivery_sinks import sinks


def measure(data: Path) -> list[Row]:
    """Measure everything; parts that this machine cannot run say so in a row."""
    del data  # the mail is the seed page's issue
    drawn = sample()
    message = finished(drawn.edition)
    html, text = (len(part.encode()) for part in (drawn.edition.html, drawn.edition.text))
    rows: list[Row] = [("bytes of HTML, text, message", f"{html:,}, {text:,}, {len(message):,}", "")]
    with tempfile.TemporaryDirectory() as name, sinks(Path(name)) as running:
        folder = Path(name)
        (folder / "edition.json").write_text(json.dumps(codec.encode(drawn.edition)), "utf-8")
        (folder / "issue.json").write_text(json.dumps(codec.encode(drawn.issue)), "utf-8")
        (folder / "message.eml").write_bytes(message)
        (folder / "message.txt").write_bytes(message.replace(b"\r\n", b"\n"))
        rows += rows_of(raced(folder, running))
    return rows
