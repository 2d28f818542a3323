"""Delivery beside its peers, in ratios of one run: sending, assembly and signing, the ledger, memory.

NEWSLETTER_BENCH_ROUNDS is the number of rounds (5), NEWSLETTER_BENCH_ONLY=race,memory runs those parts alone.
NEWSLETTER_BENCH_FULL=1 sends to 1,000,000 readers where memory is measured, else to 100,000. How busy others
keep the machine is a row of its own: on a busy one, only figures of processor time say much.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from newsletter import codec
from tests.benchmarks import delivery_assembly, delivery_cost, delivery_ledger
from tests.benchmarks.delivery_mails import finished, sample
from tests.benchmarks.delivery_race import CONNECTIONS, Row, child, raced, rows_of
from tests.benchmarks.delivery_sinks import Sink, sinks
from tests.benchmarks.delivery_store import make

FULL = bool(os.environ.get("NEWSLETTER_BENCH_FULL"))
READERS = 1_000_000 if FULL else 100_000


def measure(data: Path) -> list[Row]:
    """Measure everything; parts that this machine cannot run say so in a row."""
    parts: dict[str, Callable[[Path, Mapping[str, Sink]], list[Row]]] = {
        "race": lambda folder, running: rows_of(raced(folder, running)),
        "cost": delivery_cost.measure,
        "assembly": lambda _folder, _running: delivery_assembly.measure(data),
        "ledger": lambda folder, _running: delivery_ledger.measure(folder),
        "memory": _memory,
    }
    wanted = os.environ.get("NEWSLETTER_BENCH_ONLY", ",".join(parts)).split(",")
    with tempfile.TemporaryDirectory() as name, sinks(Path(name)) as running:
        rows = _written(Path(name))
        for part, work in parts.items():
            if part in wanted:
                rows += work(Path(name), running)
    return rows


def _written(folder: Path) -> list[Row]:
    """Leave what every client sends in a folder."""
    drawn = sample()
    message = finished(drawn.edition)
    (folder / "edition.json").write_text(json.dumps(codec.encode(drawn.edition)), "utf-8")
    (folder / "issue.json").write_text(json.dumps(codec.encode(drawn.issue)), "utf-8")
    (folder / "message.eml").write_bytes(message)
    (folder / "message.txt").write_bytes(message.replace(b"\r\n", b"\n"))
    html, text = (len(part.encode()) for part in (drawn.edition.html, drawn.edition.text))
    return [("octets of HTML, text, message", f"{html:,} + {text:,}, {len(message):,}", "")]


def _memory(folder: Path, running: Mapping[str, Sink]) -> list[Row]:
    sink = running.get("cheap") or running.get("smtp-sink")
    figure = f"MiB while sending to {READERS:,}, above those before"
    if sink is None or not Path("/proc/self/statm").exists():
        return [(figure, "not measured", "<= 15")]
    order = {
        "port": sink.port,
        "mails": READERS,
        "connections": CONNECTIONS,
        "folder": str(folder),
        "ledger": "sqlite",
        "store": str(make(folder, READERS)),
    }
    told = child("delivery_memory", order)
    return [
        ("MiB when the issue was drawn and frozen", round(told["drawn"], 1), ""),
        (figure, round(told["above"], 1), "<= 15"),
        ("MiB of growth after the first tenth", round(told["growth"], 1), "0"),
    ]
