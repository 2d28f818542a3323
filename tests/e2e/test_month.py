"""A simulated month: real sources over HTTP, the real pipeline, a real mail server, and a clock we set.

Sources fail, stand still and come back, days are missed, papers come twice and in new versions, people come
and go and live elsewhere, clocks are set back, and a run is killed. What every reader got is then compared
with what they must have got, reckoned by hand in `month_books`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

from newsletter.mailing.addresses import address_key
from newsletter.store.checking import faults
from newsletter.store.ledger import Ledger
from newsletter.store.subscribers import SubscriberStore
from newsletter.work.missed import history
from tests.e2e.month_books import Expected, Reader
from tests.e2e.month_world import DAYS, World, name_of
from tests.http.fetchers import make_fetcher
from tests.http.serving import Website, website
from tests.work.newsroom import Newsroom, papers_in, run_until

CONFIGURATION = """
[sending]
backend = "smtp"
[backends.smtp]
host = "127.0.0.1"
port = {port}
security = "none"
[run]
week_day = "monday"
[sources.hf]
base_url = "{site}/hf"
[sources.arxiv]
categories = ["cs.RO"]
feed_url = "{site}/feed"
list_url = "{site}/arxiv"
search_url = "{site}/search"
[sources.journal]
kind = "url"
url = "{site}/journal.rss"
"""


def day(text: str) -> date:
    return date.fromisoformat(f"2025-{text}")


# The first nine days are the short form: they have a bit of everything.
FAULTS = {
    ("journal", day("10-31")): "cut off",
    ("arxiv", day("11-03")): "refused",
    ("arxiv", day("11-07")): "stale",
    ("hf", day("11-11")): "an error with status 200",
    **{(service, day("11-12")): "refused" for service in ("hf", "arxiv", "journal")},
    ("arxiv", day("11-21")): "stale",
    ("journal", day("11-27")): "cut off",
}
MISSED = frozenset(map(day, ("11-04", "11-14", "11-15", "11-24", "11-25")))
UNSENT = frozenset({day("11-19")})
KILLED = {day("11-06"): 9, day("11-18"): 12}
LEO_LEAVES, ZOE_JOINS = day("11-05"), day("11-06")
# Ben gets up at seven in New York, which is twelve o'clock (UTC) from the second of November on.
CLOCKS_CHANGE = day("11-02")


@dataclass(frozen=True)
class Arrival:
    reader: str
    at: datetime
    papers: frozenset[str]


class Mailroom:
    """A mail server that notes who got what, and when."""

    def __init__(self) -> None:
        self.arrivals: list[Arrival] = []
        self.now: Callable[[], datetime] = datetime.now

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        del server, session
        assert isinstance(envelope.content, bytes)
        for recipient in envelope.rcpt_tos:
            reader = recipient.partition("@")[0]
            self.arrivals.append(Arrival(reader, self.now(), papers_in(envelope.content)))
        return "250 OK"


@pytest.fixture
def site() -> Iterator[Website]:
    with website() as made:
        yield made


class Month:
    """Lives through days, and reckons beside it what must come of them."""

    def __init__(self, newsroom: Newsroom, world: World, mailroom: Mailroom) -> None:
        self.newsroom, self.world, self.mailroom = newsroom, world, mailroom
        self.readers = [
            Reader("ann"),
            Reader("ben", sections=("robots",)),
            Reader("leo", sections=("languages",), leaves=LEO_LEAVES),
            Reader("zoe", joins=ZOE_JOINS),
            Reader("eva", cadence="weekdays"),
            Reader("kim", cadence="weekly"),
        ]
        self.expected = Expected(world, self.readers, MISSED, UNSENT)
        self.verdicts: dict[date, str] = {}

    def live(self, days: Sequence[date]) -> None:
        for reader in self.readers:
            if reader.joins <= days[0]:
                self.enter(reader)
        for today in days:
            self.verdicts[today] = self.expected.live(today)
            if today not in MISSED:
                self.live_through(today)

    def live_through(self, today: date) -> None:
        """Run in the morning, and again when it is time for those who live elsewhere."""
        for reader in self.readers:
            if reader.joins == today:
                self.enter(reader)
        changes = {"keeps_hours": True, "sends": today not in UNSENT}
        if number := KILLED.get(today):
            assert run_until(self.newsroom, today, number, is_after=True, **changes)
        for hour in (6, 11, 12):
            self.newsroom.run(today, hour=hour, **changes)
        for reader in self.readers:
            if reader.leaves == today:
                self.leave(reader)

    def enter(self, reader: Reader) -> None:
        zone = {"ben": "America/New_York", "eva": "Europe/Berlin"}.get(reader.name, "UTC")
        hour = 7 if zone != "UTC" else 6
        sections = reader.sections or None
        self.newsroom.add(reader.name, sections=sections, cadence=reader.cadence, timezone=zone, hour=hour)

    def leave(self, reader: Reader) -> None:
        with self.newsroom.database() as database:
            key = address_key(f"{reader.name}@example.org")
            store = SubscriberStore(database)
            store.change_status(key, "unsubscribed", at=self.newsroom.clock.now(), reason="a link")

    def got(self, reader: Reader) -> list[tuple[date, list[str]]]:
        arrivals = [one for one in self.mailroom.arrivals if one.reader == reader.name]
        return [(one.at.date(), sorted(one.papers)) for one in arrivals]

    def check(self, days: Sequence[date]) -> None:
        """Compare what came of it with what must have come."""
        for reader in self.readers:
            must = [(when, sorted(map(name_of, papers))) for when, papers in reader.got]
            assert self.got(reader) == must, reader.name
            counts = Counter(name for _, papers in self.got(reader) for name in papers)
            assert not [name for name, count in counts.items() if count > 1], reader.name
        told = history(self.newsroom.records(), days[-1] + timedelta(days=1), limit=100)
        assert {one.day: one.verdict for one in told} == self.verdicts
        assert all(one.words for one in told)
        self.check_the_books()

    def check_the_books(self) -> None:
        with self.newsroom.database() as database:
            ledger = Ledger(database)
            books = [ledger.books(issue.id) for issue in ledger.issues(100)]
            assert all(one.is_balanced and one.is_finished for one in books)
            assert sum(one.counts["accepted"] for one in books) == len(self.mailroom.arrivals)
            assert faults(database) == ()

    def hours_of(self, name: str) -> list[tuple[date, int]]:
        return [(one.at.date(), one.at.hour) for one in self.mailroom.arrivals if one.reader == name]


@pytest.fixture
def month(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    site: Website,
    start_smtp_server: Callable[..., Controller],
) -> Month:
    monkeypatch.chdir(tmp_path)
    mailroom = Mailroom()
    server = start_smtp_server(mailroom)
    newsroom = Newsroom(tmp_path, None, CONFIGURATION.format(port=server.port, site=site.url))
    newsroom.clock.set(DAYS[0])
    mailroom.now = newsroom.clock.now
    monkeypatch.setattr(
        newsroom.app, "_fetcher", make_fetcher(clock=newsroom.clock, cache=tmp_path / "cache")
    )
    world = World(now=newsroom.clock.now)
    world.faults |= FAULTS  # type: ignore[arg-type]
    # a Friday on which nothing comes but what stands still
    world.slow_mornings.add(day("11-21"))
    world.hf[day("11-20")] = world.hf[day("11-20")][:2]
    world.serve(site)
    return Month(newsroom, world, mailroom)


def test_nine_days_of_a_newsletter_are_accounted_for_paper_by_paper(month: Month) -> None:
    days = DAYS[:9]
    month.live(days)
    month.check(days)
    assert {"sent", "quiet day", "missed"} <= set(month.verdicts.values())
    for when, hour in month.hours_of("ben"):
        assert hour == (11 if when < CLOCKS_CHANGE else 12)
    assert {hour for _, hour in month.hours_of("eva")} == {6}


@pytest.mark.slow
def test_a_month_of_a_newsletter_is_accounted_for_paper_by_paper(month: Month) -> None:
    month.live(DAYS)
    month.check(DAYS)
    verdicts = Counter(month.verdicts.values())
    assert verdicts["missed"] == len(MISSED)
    assert {"sent", "quiet day", "stale source", "broken source", "not sent"} <= set(verdicts)
    told = [line for alert in month.newsroom.ear.heard for line in alert.lines[:-1]]
    begun = Counter(line.split()[0] for line in told if not line.startswith("over: "))
    over = Counter(line.split()[1] for line in told if line.startswith("over: "))
    assert begun == {"journal": 3, "arxiv": 4, "hf": 1}
    assert begun - over == {}
