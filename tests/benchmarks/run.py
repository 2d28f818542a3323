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
    sys.path[:0] = [str(HERE), str(HERE.parents[1])]
    importlib.import_module("newsletter.mailing.processor")  # before OpenSSL is loaded, as `send` does
    rows = importlib.import_module(options.name).measure(Path(data))
    sys.stdout.write(as_json(rows) if options.json else as_table(rows))


def as_json(rows: list[tuple[str, object, str]]) -> str:
    return (
        json.dumps([dict(zip(("figure", "value", "goal"), row, strict=True)) for row in rows], indent=2)
        + "\n"
    )


def as_table(rows: list[tuple[str, object, str]]) -> str:
    width = max(len(name) for name, _, _ in rows)
    return "".join(f"{name:{width}}  {value!s:>10}  {goal}\n" for name, value, goal in rows)


if __name__ == "__main__":
    main()
