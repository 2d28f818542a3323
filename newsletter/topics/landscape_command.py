"""Building the landscape that ships with the package."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from newsletter.model import Paper, PaperKey
from newsletter.topics.landscape import landscape_of
from newsletter.topics.landscape_file import write_landscape


def main() -> None:
    """Read papers from a file of JSON lines and write what they tell."""
    parser = argparse.ArgumentParser(prog="python -m newsletter.topics.landscape_command")
    parser.add_argument("papers", type=Path, help="JSON lines with title, abstract and cats")
    parser.add_argument("-o", "--output", type=Path, required=True, help="the file to write (.npz)")
    arguments = parser.parse_args()
    lines = arguments.papers.read_text("utf-8").splitlines()
    papers = [_paper(number, json.loads(line)) for number, line in enumerate(lines) if line.strip()]
    with arguments.output.open("wb") as file:
        write_landscape(file, landscape_of(papers))


def _paper(number: int, record: dict[str, object]) -> Paper:
    title, categories = str(record.get("title") or ""), record.get("cats")
    return Paper(
        key=PaperKey(str(number)),
        ids={},
        title=title,
        title_raw=title,
        abstract=str(record.get("abstract") or ""),
        categories=tuple(map(str, categories)) if isinstance(categories, list) else None,
    )


if __name__ == "__main__":
    main()
