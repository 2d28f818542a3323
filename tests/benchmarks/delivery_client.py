"""Runs one client once, in a process of its own: `python -m tests.benchmarks.delivery_client JSON`.

Prints what it took as JSON: seconds on the wall and of the processor from the first connection to the last
reply, or why it cannot run here.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from newsletter import codec
from newsletter.mailing import processor  # noqa: F401 - before OpenSSL is loaded, as `send` does
from newsletter.model import Edition
from tests.benchmarks import delivery_engine, delivery_peers
from tests.benchmarks.delivery_peers import Job


def main(order: dict[str, Any]) -> dict[str, Any]:
    """Do what the order says."""
    folder, client = Path(order["folder"]), order["client"]
    edition = codec.decode(Edition, json.loads((folder / "edition.json").read_text("utf-8")))
    job = Job(
        port=order["port"],
        mails=order["mails"],
        connections=order["connections"],
        message=(folder / "message.eml").read_bytes(),
        html=edition.html,
        text=edition.text,
    )
    if client in delivery_peers.PEERS:
        return _timed(lambda: delivery_peers.PEERS[client](job))
    return _timed(delivery_engine.prepared(job, order))


def _timed(work: Callable[[], None]) -> dict[str, Any]:
    wall, cpu = time.perf_counter(), time.process_time()
    try:
        work()
    except ModuleNotFoundError as missing:
        return {"missing": missing.name}
    return {"seconds": time.perf_counter() - wall, "cpu_seconds": time.process_time() - cpu}


if __name__ == "__main__":
    print(json.dumps(main(json.loads(sys.argv[1]))))
