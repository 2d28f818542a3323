"""How fast the archive remembers and finds among 100,000 papers, beside plain SQL doing far less.

All figures are processor time: what else the machine does, and its disk, matter little.
"""

from __future__ import annotations

import json
import random
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from newsletter.model import Paper
from newsletter.parsing.identity import identify
from newsletter.parsing.json_lines import read_records
from newsletter.store.database import Database, open_database
from newsletter.store.papers import PaperArchive, Shown

Row = tuple[str, object, str]

FEW, MANY, BATCH = 10_000, 100_000, 60
PER_DAY = 55
DAY = date(2021, 1, 1)
NOON = datetime(2021, 1, 1, 12, tzinfo=UTC)
ROUNDS = 9
QUERIES = ("diffusion", "neural network", "learning", '"large language models"', "grokking", "transf*", "zzz")
# The peers: a row per paper, as JSON, and a search that reads through them.
TABLE = "CREATE TABLE plain (id TEXT PRIMARY KEY, day TEXT, title TEXT, abstract TEXT, content TEXT)"
INSERT = "INSERT OR REPLACE INTO plain VALUES (?, ?, ?, ?, ?)"
LIKE = "SELECT id, content FROM plain WHERE title LIKE ? OR abstract LIKE ? ORDER BY day DESC, id LIMIT 20"


def measure(data: Path) -> list[Row]:
    """Fill an archive and the peer's table with the same papers, and ask both the same."""
    texts = _texts(data / "topics" / "background.jsonl")
    with TemporaryDirectory() as folder:
        file = Path(folder) / "newsletter.db"
        with (
            closing(open_database(f"sqlite:///{file}")) as database,
            closing(sqlite3.connect(Path(folder) / "plain.db", isolation_level=None)) as plain,
        ):
            plain.executescript(f"PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; {TABLE}")
            return _figures(PaperArchive(database), database, plain, texts, file)


def _figures(
    archive: PaperArchive, database: Database, plain: sqlite3.Connection, texts: Sequence[Paper], file: Path
) -> list[Row]:
    start = time.process_time()
    _fill(archive, plain, texts, range(FEW))
    early = _daily(archive, plain, texts, FEW)
    _fill(archive, plain, texts, range(FEW + ROUNDS * BATCH, MANY))
    filling = (time.process_time() - start) / MANY * BATCH
    late, peer = _daily(archive, plain, texts, MANY)
    with database.alone() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    rows: list[Row] = [
        ("papers", archive.count(), ""),
        ("bytes per paper", round(file.stat().st_size / archive.count()), ""),
        ("seconds for 60 papers while filling", round(filling, 3), ""),
        ("seconds for a day of 60 papers, half of them known, at 100,000", round(late, 3), "< 0.5"),
        ("the same by that at 10,000", round(late / early[0], 2), "<= 1.5"),
        ("the same by an INSERT loop of one commit", round(late / peer, 1), ""),
    ]
    return [*rows, *_searches(archive, plain), *_lookups(archive, texts)]


def _texts(file: Path) -> list[Paper]:
    with file.open("rb") as lines:
        return [record.paper for record in read_records(lines).records]


def _numbered(texts: Sequence[Paper], number: int) -> Paper:
    """A paper of its own: the sentences of several, so that words are as common as they are."""
    dice = random.Random(number)  # noqa: S311
    title = f"{dice.choice(texts).title}: {dice.choice(texts).title.split(':')[0]} {number}"[:400]
    sentences = [part for one in dice.sample(texts, 3) for part in (one.abstract or "").split(". ")]
    abstract = ". ".join(dice.sample(sentences, min(8, len(sentences))))
    arxiv = f"{20 + number // 400_000:02}{1 + number // 40_000 % 12:02}.{number % 40_000 + 10_000:05}"
    identity = identify(title, arxiv=arxiv)
    people = tuple(f"{dice.choice(texts).title.split()[0]} {dice.randrange(9999)}" for _ in range(4))
    return Paper(
        key=identity.key,
        ids=identity.ids,
        title=title,
        title_raw=title,
        abstract=abstract,
        abstract_raw=abstract,
        authors=people,
        author_count=4,
        categories=("cs.LG",),
        source="arxiv",
        version=1,
        url=f"https://arxiv.org/abs/{arxiv}",
    )


def _fill(archive: PaperArchive, plain: sqlite3.Connection, texts: Sequence[Paper], numbers: range) -> None:
    for start in range(numbers.start, numbers.stop, 1_000):
        papers = [_numbered(texts, number) for number in range(start, min(start + 1_000, numbers.stop))]
        for some, day in _by_day(papers, start):
            archive.remember(some, source="arxiv", at=NOON, day=day)
        _insert(plain, papers, start)


def _by_day(papers: Sequence[Paper], start: int) -> Iterator[tuple[Sequence[Paper], date]]:
    for at in range(0, len(papers), 500):
        yield papers[at : at + 500], DAY + timedelta(days=(start + at) // PER_DAY)


def _insert(plain: sqlite3.Connection, papers: Sequence[Paper], start: int) -> None:
    plain.execute("BEGIN")
    for at, paper in enumerate(papers):
        day = (DAY + timedelta(days=(start + at) // PER_DAY)).isoformat()
        content = json.dumps({"title": paper.title, "abstract": paper.abstract, "authors": paper.authors})
        plain.execute(INSERT, (paper.key, day, paper.title, paper.abstract, content))
    plain.execute("COMMIT")


def _daily(
    archive: PaperArchive, plain: sqlite3.Connection, texts: Sequence[Paper], size: int
) -> tuple[float, float]:
    """Seconds for a day's papers, half of them known (through another source, with other counters)."""
    ours, theirs = [], []
    for number in range(ROUNDS):
        start = size + number * BATCH
        new = [_numbered(texts, start + at) for at in range(BATCH // 2)]
        dice = random.Random(start)  # noqa: S311
        known = [
            replace(
                _numbered(texts, dice.randrange(min(size, FEW))), source="hf", upvotes=number, version=None
            )
            for _ in range(BATCH // 2)
        ]
        papers = [*new, *known]
        at = NOON + timedelta(days=3_000 + number)
        ours.append(_seconds(lambda: archive.remember(papers, source="hf", at=at, day=at.date())))  # noqa: B023
        theirs.append(_seconds(lambda: _insert(plain, papers, start)))  # noqa: B023
    return min(ours), min(theirs)


def _searches(archive: PaperArchive, plain: sqlite3.Connection) -> Iterator[Row]:
    ratios, ours = [], []
    for query in QUERIES:
        mine = min(_seconds(lambda: archive.search(query)) for _ in range(5))  # noqa: B023
        like = f"%{query.strip('*').replace(chr(34), '')}%"
        peer = min(
            _seconds(lambda: plain.execute(LIKE, (like, like)).fetchall())  # noqa: B023
            for _ in range(5)
        )
        ours.append(mine)
        ratios.append(peer / mine)
        yield f"search {query}: milliseconds", round(mine * 1_000, 1), "< 100"
        yield f"search {query}: times as fast as LIKE", round(peer / mine, 1), ""
    yield "search: median of times as fast as LIKE", round(statistics.median(ratios), 1), ">= 3"


def _lookups(archive: PaperArchive, texts: Sequence[Paper]) -> Iterator[Row]:
    keys = [_numbered(texts, number).key for number in range(0, FEW, FEW // BATCH)]
    archive.show("daily", "2021-01-01", DAY, [Shown(key=key) for key in keys])
    ways: dict[str, Callable[[], object]] = {
        "find by an arXiv id": lambda: archive.find("2001.10007"),
        "find by a part of a title": lambda: archive.find("no such title at all"),
        "papers of a day": lambda: archive.of_days(DAY + timedelta(days=90), DAY + timedelta(days=100)),
        "what was shown of 60 papers": lambda: archive.shown(keys, "daily"),
    }
    for name, way in ways.items():
        seconds = min(_seconds(way) for _ in range(5))
        yield f"{name}: milliseconds", round(seconds * 1_000, 1), ""


def _seconds(run: Callable[[], object]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start
