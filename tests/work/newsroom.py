"""A whole newsletter whose clock stands where it is put: sources, database, readers and a mail system."""

from __future__ import annotations

import email
import email.policy
import json
import re
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from newsletter.app import App
from newsletter.delivery.stopping import StopRequest
from newsletter.delivery.watching import NobodyWatches
from newsletter.mailing.addresses import address_key
from newsletter.model import Document, OutgoingMail
from newsletter.ports import MailBackend
from newsletter.rendering.checks import Finding
from newsletter.store.database import Database, open_database
from newsletter.store.ledger import Ledger
from newsletter.store.papers import PaperArchive
from newsletter.store.run_values import RunRecord
from newsletter.store.runs import RunStore
from newsletter.store.subscribers import SubscriberStore
from newsletter.work import run as run_module
from newsletter.work.alerting import Alert
from newsletter.work.outlook import Outlook
from newsletter.work.run import run
from newsletter.work.run_parts import Parts, RunPolicy
from newsletter.work.run_setup import run_parts, run_policy
from tests.conftest import make_person
from tests.http import fetchers

CONFIGURATION = """
[newsletter]
name = "Digest"
sender = "Digest <digest@example.org>"
base_url = "https://news.example.org"
postal_address = "1 Example Street"

[topics]
learn_from_past = false

[[sections]]
title = "Robots"
keywords = ["robot", "grasping"]

[[sections]]
title = "Languages"
keywords = ["language model", "translation"]
"""
SUBJECTS = {"Robots": "robot grasping", "Languages": "language model translation"}
_MARK = re.compile(r"\bP\d{3,4}\b")


def paper(number: int, subject: str = "Robots", *, version: int = 1, **changes: object) -> dict[str, object]:
    """A record of a JSON list; its title says its number, which mails are searched for."""
    words = SUBJECTS[subject]
    return {
        "title": f"P{number:03} on {words} in the wild",
        "id": f"2511.{number:05}v{version}",
        "abstract": f"We study {words}. We propose a method for {words}. Results for case {number} improve.",
        "authors": [f"Ada Author{number}"],
        **changes,
    }


class Clock(fetchers.Clock):
    """Stands still, but for pauses, which pass at once."""

    def __init__(self) -> None:
        super().__init__()
        self.at = datetime(2025, 11, 7, 6, 30, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def pause(self, seconds: float, is_over: Callable[[], bool], /) -> None:
        super().pause(seconds, is_over)
        self.at += timedelta(seconds=seconds)

    def set(self, day: date, hour: int = 6) -> None:
        self.at = datetime.combine(day, time(hour, 30), tzinfo=UTC)


class Papers:
    """A source that gives what it was told for each day, or fails."""

    def __init__(self) -> None:
        self.days: dict[date, list[dict[str, object]] | Exception] = {}
        self.asked: list[date] = []

    def fetch(self, day: date | None, /) -> Iterator[Document]:
        assert day is not None
        self.asked.append(day)
        found = self.days.get(day, [])
        if isinstance(found, Exception):
            raise found
        if found:
            yield Document(body=json.dumps(found).encode(), origin="papers.json", day=day)


class Resting(Papers):
    """One that has a calendar: it rests on weekends."""

    def silence(self, day: date, /) -> str | None:
        return "it rests on weekends" if day.weekday() >= 5 else None


@dataclass(frozen=True)
class Source:
    name: str
    source: Papers


@dataclass
class Watch:
    """Agrees to everything and remembers what it heard."""

    heard: list[str] = field(default_factory=list)
    agrees: bool = True
    stop: StopRequest = field(default_factory=StopRequest)

    def said(self, line: str, /) -> None:
        self.heard.append(line)

    def may_send(self, outlook: Outlook, /) -> bool:
        del outlook
        return self.agrees

    def drawing(self) -> nullcontext[Callable[[int, int], None]]:
        return nullcontext(lambda _done, _total: None)

    def delivering(self) -> nullcontext[NobodyWatches]:
        return nullcontext(NobodyWatches())


@dataclass
class Ear:
    heard: list[Alert] = field(default_factory=list)

    def tell(self, alert: Alert, /) -> None:
        self.heard.append(alert)


class Newsroom:
    """A newsletter in a folder. Mails are counted by the papers in them."""

    def __init__(self, folder: Path, backend: MailBackend | None = None, more: str = "") -> None:
        self.path = folder / "newsletter.toml"
        self.backend = backend
        self.clock = Clock()
        self.sources: dict[str, Papers] = {}
        self.ear = Ear()
        self.watch = Watch()
        self.faults: tuple[Finding, ...] = ()
        self.configure(more)
        self.url = f"sqlite:///{folder / 'newsletter.db'}"
        empty_database(folder / "newsletter.db")

    def configure(self, more: str) -> None:
        # one that reaches nobody by itself: the backend that tests give takes its place
        way = '[sending]\nbackend = "console"\n' if self.backend else ""
        self.path.write_text(CONFIGURATION + way + more, "utf-8")
        self.app = App.open(self.path)

    @contextmanager
    def database(self) -> Iterator[Database]:
        opened = open_database(self.url)
        try:
            yield opened
        finally:
            opened.close()

    def source(self, name: str, kind: type[Papers] = Papers) -> Papers:
        return self.sources.setdefault(name, kind())

    def add(self, name: str, **changes: object) -> None:
        address = f"{name}@example.org"
        with self.database() as database:
            store = SubscriberStore(database)
            store.add(
                make_person(address, **changes), address_key(address), at=self.clock.now(), reason="test"
            )

    def parts(self, database: Database) -> Parts:
        made = run_parts(self.app, database)
        sources = [Source(name, source) for name, source in self.sources.items()] or made.sources
        desk = replace(made.desk, clock=self.clock, backend=self.backend or made.desk.backend)
        alerting = replace(made.alerting, channels=[self.ear])
        made = replace(made, sources=sources, desk=desk, clock=self.clock, alerting=alerting)
        return replace(made, check=lambda _: self.faults) if self.faults else made

    def policy(self, **changes: Any) -> RunPolicy:
        return replace(run_policy(self.app.config), **changes)

    def run(self, day: date, *, hour: int = 6, **changes: Any) -> RunRecord:
        """Run a day at half past the hour (UTC)."""
        self.clock.set(day, hour)
        with self.database() as database:
            return run(self.parts(database), day, self.policy(**changes), self.watch)

    def records(self) -> tuple[RunRecord, ...]:
        with self.database() as database:
            return RunStore(database).latest(100)


@cache
def _empty_database() -> bytes:
    """Make the tables once: that takes longer than a day of a small newsletter."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "newsletter.db"
        open_database(f"sqlite:///{file}").close()
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return file.read_bytes()


def empty_database(file: Path) -> None:
    """Put a database with our tables there."""
    file.touch(mode=0o600)
    file.write_bytes(_empty_database())


def papers_in(message: bytes) -> frozenset[str]:
    """Name the papers that the text of a mail shows."""
    return frozenset(_MARK.findall(text_of(message)))


def text_of(message: bytes) -> str:
    parsed = email.message_from_bytes(message, policy=email.policy.default)
    part = parsed.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def per_reader(mails: Sequence[OutgoingMail]) -> Mapping[str, list[frozenset[str]]]:
    """List, for each reader, the papers of each mail they got."""
    found: dict[str, list[frozenset[str]]] = {}
    for mail in mails:
        found.setdefault(mail.recipient.partition("@")[0], []).append(papers_in(mail.message))
    return found


def repeated(mails: Sequence[frozenset[str]]) -> list[str]:
    """Name the papers that came in more than one mail."""
    return sorted(name for name, count in Counter(one for mail in mails for one in mail).items() if count > 1)


class StoppedError(BaseException):
    """The process was killed."""


# What a run does to the world, in the order in which it first does it.
STEPS = (
    (RunStore, "save"),
    (RunStore, "save_state"),
    (PaperArchive, "remember"),
    (PaperArchive, "show"),
    (Ledger, "freeze"),
    (run_module, "write_issue"),
)
# It does so many such things on a day with one source and one issue.
THINGS = 13


def run_until(newsroom: Newsroom, day: date, number: int, *, is_after: bool, **changes: Any) -> bool:
    """Run a day, and be killed at the Nth thing that changes the world, just before or just after it; tell
    whether it came so far."""
    left = [number]

    def wrapped(original: Callable[..., Any]) -> Callable[..., Any]:
        def doing(*args: Any, **kwargs: Any) -> Any:
            left[0] -= 1
            if left[0] == 0 and not is_after:
                raise StoppedError
            result = original(*args, **kwargs)
            if left[0] == 0:
                raise StoppedError
            return result

        return doing

    with pytest.MonkeyPatch.context() as patched:
        for owner, name in STEPS:
            patched.setattr(owner, name, wrapped(getattr(owner, name)))
        try:
            newsroom.run(day, **changes)
        except StoppedError:
            return True
    return False
