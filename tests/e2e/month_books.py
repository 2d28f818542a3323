"""What every reader must have got, reckoned by hand: from what the services showed, and nothing of ours."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from newsletter.store.run_values import VerdictKind
from tests.e2e.month_world import World, announced_days, is_about_robots

_DAY, _WEEK = timedelta(days=1), timedelta(days=7)
_SERVICES = ("hf", "arxiv", "journal")


@dataclass
class Reader:
    """Whom mails go to; `got` lists the papers of each mail, with its day."""

    name: str
    cadence: str = "daily"
    sections: tuple[str, ...] = ()
    got: list[tuple[date, frozenset[int]]] = field(default_factory=list)
    joins: date = date.min
    leaves: date = date.max

    def has(self) -> frozenset[int]:
        return frozenset(number for _, mail in self.got for number in mail)

    def take(self, day: date, papers: frozenset[int]) -> None:
        """Get a mail, if there is anything in it for this reader."""
        mine = frozenset(number for number in papers if self.wants(number))
        if mine and self.joins <= day <= self.leaves:
            self.got.append((day, mine))

    def wants(self, number: int) -> bool:
        return not self.sections or ("robots" if is_about_robots(number) else "languages") in self.sections


@dataclass
class Expected:
    """Goes through the days as a newsletter must. `arrived` is the day for which a paper first came."""

    world: World
    readers: list[Reader]
    missed: frozenset[date]
    unsent: frozenset[date]
    arrived: dict[int, date] = field(default_factory=dict)
    answered: dict[str, date] = field(default_factory=dict)
    shown: set[int] = field(default_factory=set)
    last_weekly: date | None = None

    def live(self, day: date) -> VerdictKind:
        """Do what the morning of a day brings, and say its verdict."""
        if day in self.missed:
            return "missed"
        for service in _SERVICES:
            self._ask(service, day)
        daily = self._unseen(day, day - _WEEK, frozenset(self.shown))
        weekdays = {
            reader.name: self._unseen(day, day - _WEEK, reader.has())
            for reader in self.readers
            if reader.cadence == "weekdays" and day.weekday() < 5
        }
        weekly = self._weekly(day)
        if not daily and not weekly and not any(weekdays.values()):
            return self._why_nothing(day)
        if day in self.unsent:
            return "not sent"
        self.shown |= daily
        for reader in self.readers:
            match reader.cadence:
                case "daily":
                    reader.take(day, daily)
                case "weekdays":
                    reader.take(day, weekdays.get(reader.name, frozenset()))
                case _:
                    reader.take(day, weekly)
        return "sent"

    def _weekly(self, day: date) -> frozenset[int]:
        if day.weekday():
            return frozenset()
        # what came late for an earlier week is in the next issue; the first one has its own week alone
        since = self.last_weekly + _DAY - _WEEK if self.last_weekly else day - 6 * _DAY
        self.last_weekly = day
        seen = frozenset().union(*(one.has() for one in self.readers if one.cadence == "weekly"))
        return self._unseen(day, since, seen)

    def _unseen(self, day: date, since: date, seen: frozenset[int]) -> frozenset[int]:
        return frozenset(n for n, came in self.arrived.items() if since <= came <= day and n not in seen)

    def _ask(self, service: str, day: date) -> None:
        """Ask for the day, and for those before it that were not answered; what fails gives nothing."""
        fault = self.world.faults.get((service, day))
        if fault is not None:
            return
        last = self.answered.get(service, day - _DAY)
        begin = max(last + _DAY, day - _WEEK)
        for late in (begin + number * _DAY for number in range((day - begin).days)):
            self._note(late, self._late(service, late, day))
        self._note(day, self._now(service, day))
        self.answered[service] = day

    def _note(self, day: date, numbers: list[int]) -> None:
        for number in numbers:
            self.arrived[number] = min(day, self.arrived.get(number, day))

    def _now(self, service: str, day: date) -> list[int]:
        if service == "arxiv":
            return [one.number for one in self.world.arxiv.get(day, [])]
        return self._late(service, day, day)

    def _late(self, service: str, day: date, today: date) -> list[int]:
        match service:
            case "hf":
                before = day - _DAY
                while before.weekday() >= 5:
                    before -= _DAY
                return [*self.world.hf_list(day, today), *self.world.hf_list(before, today)]
            case "arxiv":
                listed = [one for when in announced_days(day, 2) for one in self.world.arxiv.get(when, [])]
                return [one.number for one in listed if one.version == 1]
            case _:
                return self.world.on_the_journal(today)

    def _why_nothing(self, day: date) -> VerdictKind:
        faults = {self.world.faults.get((service, day)) for service in _SERVICES} - {None}
        if faults - {"stale"}:
            return "broken source"
        return "stale source" if faults else "quiet day"
