"""What the process holds while it sends to very many, above what it held when the issue was drawn and frozen.

The resident memory is looked at ten times a second; run as `python -m tests.benchmarks.delivery_memory JSON`.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.benchmarks.delivery_mails import sample
from tests.benchmarks.delivery_peers import Job

MEBIBYTE = 1 << 20


def resident() -> int:
    """Give the octets of this process that are in memory now."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


def main(order: Mapping[str, Any]) -> dict[str, float]:
    """Draw the issue, find it frozen, then send it to everybody."""
    from tests.benchmarks import delivery_engine

    sample()
    job = Job(
        port=order["port"],
        mails=order["mails"],
        connections=order["connections"],
        message=b"",
        html="",
        text="",
    )
    work = delivery_engine.prepared(job, dict(order))
    drawn = resident()
    seen, is_over = [drawn], threading.Event()

    def look() -> None:
        while not is_over.wait(0.1):
            seen.append(resident())

    watching = threading.Thread(target=look)
    watching.start()
    work()
    is_over.set()
    watching.join()
    first = max(seen[: max(1, len(seen) // 10)])
    return {
        "drawn": drawn / MEBIBYTE,
        "above": (max(seen) - drawn) / MEBIBYTE,
        "growth": (max(seen) - first) / MEBIBYTE,
    }


if __name__ == "__main__":
    print(json.dumps(main(json.loads(sys.argv[1]))))
