"""Building the statistics that ship: `python -m newsletter.topics.background PAPERS.jsonl [-o FILE]`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.errors import TopicError
from newsletter.model import Paper, PaperKey
from newsletter.topics.background import SHIPPED
from newsletter.topics.condensing import condensed
from newsletter.topics.pool import pool_of
from newsletter.topics.pool_file import write_pool

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_DEFAULT = Path(__file__).parent / "data" / SHIPPED


def main(arguments: Sequence[str] | None = None) -> None:
    """Read papers (one JSON object with `title` and `abstract` a line) and write their statistics."""
    parser = argparse.ArgumentParser(prog="python -m newsletter.topics.background", description=main.__doc__)
    parser.add_argument("papers", type=Path, help="a file of JSON Lines; other fields are ignored")
    parser.add_argument("-o", "--out", type=Path, default=_DEFAULT, help="default: the file that ships")
    options = parser.parse_args(arguments)
    try:
        pool = condensed(pool_of(tuple(_papers(options.papers))))
        options.out.parent.mkdir(parents=True, exist_ok=True)
        with options.out.open("wb") as file:
            write_pool(pool, file)
    except (OSError, TopicError) as error:
        parser.exit(2, f"{error}\n")
    print(f"{pool.papers} papers, {pool.counts.shape[1]} terms, {options.out.stat().st_size} bytes")  # noqa: T201 - the command's answer


def _papers(path: Path) -> Iterator[Paper]:
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        try:
            record = json.loads(line)
            title, abstract = str(record["title"]), str(record.get("abstract") or "")
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise TopicError(
                f"line {number} of {path.name} is no paper: a JSON object with a title"
            ) from error
        yield Paper(key=PaperKey(str(number)), ids={}, title=title, title_raw=title, abstract=abstract)
