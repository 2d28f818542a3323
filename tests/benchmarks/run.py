"""Benchmarks: `python tests/benchmarks/run.py NAME [--json]`; NEWSLETTER_TEST_DATA says where the data is."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main() -> None:
    """Run one benchmark and print its table."""
    names = sorted(path.stem for path in HERE.glob("*.py") if path.stem != "run" and "_" not in path.stem)
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("name", choices=names)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args()
    data = os.environ.get("NEWSLETTER_TEST_DATA")
    if not data:
        parser.exit(2, "set NEWSLETTER_TEST_DATA to the folder of the shared data\n")
    sys.path.insert(0, str(HERE))
    rows = importlib.import_module(options.name).measure(Path(data))
    if options.json:
        print(
            json.dumps(
                [{"figure": name, "value": value, "goal": goal} for name, value, goal in rows], indent=2
            )
        )
        return
    width = max(len(name) for name, _, _ in rows)
    for name, value, goal in rows:
        print(f"{name:{width}}  {value!s:>10}  {goal}")  # noqa: T201 - its answer


if __name__ == "__main__":
    main()
