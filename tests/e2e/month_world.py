"""A month of made-up papers as three services show them, with all that goes wrong with services."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from newsletter.sources.calendars import arxiv_silence, arxiv_submissions
from tests.http.serving import Reply, Seen, Website

FIRST = date(2025, 10, 30)  # a Thursday; the clocks of New York are set back on the first Sunday after it
DAYS = tuple(FIRST + timedelta(days=number) for number in range(30))
_DAY = timedelta(days=1)
_ON_THE_JOURNAL = 6
# How many papers of a list Hugging Face has in the morning of its day; the rest comes until the evening.
_IN_THE_MORNING = 2
_WORDS = ("language model translation", "robot grasping")
_RANGE = re.compile(r"submittedDate:\[(\d{12}) TO (\d{12})\]")

Fault = Literal["refused", "an error with status 200", "cut off", "stale"]


@dataclass(frozen=True)
class Listed:
    """A paper of arXiv as it is announced on a day."""

    number: int
    version: int = 1


@dataclass
class World:
    """What each service has, by day, and its faults. `now` says when it is asked, `slow_mornings`
    are days on which nothing is on Hugging Face's list yet."""

    now: Callable[[], datetime]
    faults: dict[tuple[str, date], Fault] = field(default_factory=dict)
    slow_mornings: set[date] = field(default_factory=set)
    hf: dict[date, list[int]] = field(default_factory=dict)
    arxiv: dict[date, list[Listed]] = field(default_factory=dict)
    journal: list[tuple[date, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        numbers = iter(range(1, 1000))
        for day in DAYS:
            self._fill(day, lambda count: [next(numbers) for _ in range(count)])

    def _fill(self, day: date, new: Callable[[int], list[int]]) -> None:
        """Add what a day brings: new papers, some that another service had before, and new versions."""
        if day.weekday() >= 5:
            return
        yesterdays = self._announced_before(day)
        self.hf[day] = [*new(1), *([yesterdays[0]] if yesterdays else []), *new(2)]
        if arxiv_silence(day) is None:
            revised = [Listed(yesterdays[-1], 2)] if yesterdays else []
            self.arxiv[day] = [*map(Listed, new(3)), *revised]
        if day.weekday() in (0, 3):
            self.journal.append((day, new(1)[0]))
        if day.weekday() == 2 and yesterdays:
            self.journal.append((day, yesterdays[1]))

    def _announced_before(self, day: date) -> list[int]:
        earlier = [one for one in self.arxiv if one < day]
        return [one.number for one in self.arxiv[max(earlier)] if one.version == 1] if earlier else []

    @property
    def today(self) -> date:
        return self.now().date()

    def fault(self, service: str) -> Fault | None:
        return self.faults.get((service, self.today))

    # --- what a service shows ----------------------------------------------------------------------------

    def hf_list(self, day: date, today: date) -> list[int]:
        """Give the list of a day as it is on the morning of another."""
        listed = self.hf.get(day, [])
        if day == today and day in self.slow_mornings:
            return []
        return listed if day < today else listed[:_IN_THE_MORNING] if day == today else []

    def on_the_journal(self, today: date) -> list[int]:
        """Give the newest articles."""
        return [number for day, number in self.journal if day <= today][-_ON_THE_JOURNAL:][::-1]

    def announcement(self, today: date) -> tuple[date, list[Listed]]:
        """Give the newest announcement of arXiv, and its day; a stale one is the one before."""
        days = [day for day in self.arxiv if day <= today]
        if self.faults.get(("arxiv", today)) == "stale":
            days = [day for day in days if day < today]
        return max(days), self.arxiv[max(days)]

    # --- over HTTP -----------------------------------------------------------------------------------------

    def serve(self, site: Website) -> None:
        """Answer at the addresses of the three."""
        site.answer("/hf/api/daily_papers", self._faulty("hf", self._hf))
        site.answer("/feed/atom/cs.RO", self._faulty("arxiv", self._feed))
        site.answer("/arxiv/list/cs.RO/new", self._faulty("arxiv", self._listing))
        site.answer("/search/api/query", self._faulty("arxiv", self._search))
        site.answer("/journal.rss", self._faulty("journal", self._journal))

    def _faulty(self, service: str, answer: Callable[[Seen], bytes]) -> Callable[[Seen], Reply]:
        def reply(seen: Seen) -> Reply:
            match self.fault(service):
                case "refused":
                    return Reply(status=503)
                case "an error with status 200":
                    return Reply(
                        b'{"error": "internal server error"}', headers={"Content-Type": "application/json"}
                    )
                case "cut off":
                    body = answer(seen)
                    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body)
                    return Reply(raw=[head + body[: len(body) // 2]])
                case _:
                    return Reply(answer(seen))

        return reply

    def _hf(self, seen: Seen) -> bytes:
        day = date.fromisoformat(seen.query["date"])
        return json.dumps([_hf_item(number, day) for number in self.hf_list(day, self.today)]).encode()

    def _feed(self, seen: Seen) -> bytes:
        """It is dated with today, whatever is in it."""
        del seen
        day, listed = self.announcement(self.today)
        is_theirs = day == self.today or self.fault("arxiv") == "stale"
        entries = "".join(_feed_entry(one, self.today) for one in listed) if is_theirs else ""
        return (
            '<feed xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/" '
            'xmlns="http://www.w3.org/2005/Atom"><id>http://rss.arxiv.org/atom/cs.RO</id>'
            f"<title>cs.RO updates on arXiv.org</title><updated>{self.today}T05:00:09+00:00</updated>"
            f"{entries}</feed>"
        ).encode()

    def _listing(self, seen: Seen) -> bytes:
        del seen
        day, listed = self.announcement(self.today)
        items = "".join(_listing_item(one.number) for one in listed if one.version == 1)
        return (
            '<!DOCTYPE html><html><body><a href="https://arxiv.org/">arXiv</a>'
            f"<h3>Showing new listings for {day:%A}, {day.day} {day:%B %Y}</h3>"
            f'<dl id="articles"><h3>New submissions (showing 3 of 3 entries)</h3>{items}</dl></body></html>'
        ).encode()

    def _search(self, seen: Seen) -> bytes:
        found = _RANGE.search(seen.query["search_query"])
        assert found is not None
        first, last = (datetime.strptime(text, "%Y%m%d%H%M").replace(tzinfo=UTC) for text in found.groups())
        entries = [
            _search_entry(one.number, submitted)
            for day, listed in self.arxiv.items()
            if first <= (submitted := arxiv_submissions(day)[0] + timedelta(hours=1)) <= last
            for one in listed
            if one.version == 1 and day <= self.today
        ]
        return (
            '<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns="http://www.w3.org/2005/Atom">'
            "<id>https://arxiv.org/api/made-up</id><title>arXiv Query: search_query=made-up</title>"
            f"<updated>{self.today}T06:00:00Z</updated>"
            f"<opensearch:totalResults>{len(entries)}</opensearch:totalResults>"
            f"<opensearch:startIndex>0</opensearch:startIndex>{''.join(entries)}</feed>"
        ).encode()

    def _journal(self, seen: Seen) -> bytes:
        del seen
        items = "".join(_journal_item(number) for number in self.on_the_journal(self.today))
        return (
            '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
            f"<title>Robots Today</title><link>https://journal.example.org</link>{items}</channel></rss>"
        ).encode()


def announced_days(until: date, count: int) -> list[date]:
    """Give the last days until one on which arXiv announced something."""
    days = [until - number * _DAY for number in range(14)]
    return [day for day in days if arxiv_silence(day) is None][:count]


def name_of(number: int) -> str:
    """Name a paper as its title begins."""
    return f"P{number:03}"


def is_about_robots(number: int) -> bool:
    return number % 2 == 1


def _title(number: int) -> str:
    return f"{name_of(number)} on {_WORDS[number % 2]} in the wild"


def _abstract(number: int) -> str:
    words = _WORDS[number % 2]
    return f"We study {words}. We propose a method for {words}. Results for case {number} improve."


def _hf_item(number: int, day: date) -> dict[str, object]:
    paper = {
        "id": f"2510.{number:05}",
        "title": _title(number),
        "summary": _abstract(number),
        "authors": [{"name": f"Ada Author{number}", "hidden": False}],
        "publishedAt": f"{day - _DAY}T12:00:00.000Z",
        "submittedOnDailyAt": f"{day}T02:10:00.000Z",
        "upvotes": number % 7,
    }
    return {"paper": paper, "publishedAt": f"{day - _DAY}T07:00:00.000Z", "numComments": number % 3}


def _feed_entry(one: Listed, day: date) -> str:
    kind = "new" if one.version == 1 else "replace"
    identity = f"2510.{one.number:05}v{one.version}"
    return (
        f"<entry><id>oai:arXiv.org:{identity}</id><title>{_title(one.number)}</title>"
        f"<summary>arXiv:{identity} Announce Type: {kind} \nAbstract: {_abstract(one.number)}</summary>"
        f'<category term="cs.RO"/><published>{day}T00:00:00-05:00</published>'
        f"<arxiv:announce_type>{kind}</arxiv:announce_type>"
        f"<dc:creator>Ada Author{one.number}</dc:creator></entry>"
    )


def _listing_item(number: int) -> str:
    identity = f"2510.{number:05}"
    return (
        f'<dt><a href="/abs/{identity}" title="Abstract">arXiv:{identity}</a></dt>'
        f'<dd><div class="list-title"><span class="descriptor">Title:</span> {_title(number)}</div>'
        f'<div class="list-authors"><a href="/a">Ada Author{number}</a></div>'
        f'<div class="list-subjects">Robotics (cs.RO)</div><p class="mathjax">{_abstract(number)}</p></dd>'
    )


def _search_entry(number: int, submitted: datetime) -> str:
    at = f"{submitted.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return (
        f"<entry><id>http://arxiv.org/abs/2510.{number:05}v1</id><title>{_title(number)}</title>"
        f"<updated>{at}</updated><published>{at}</published><summary>  {_abstract(number)}</summary>"
        f'<category term="cs.RO"/><author><name>Ada Author{number}</name></author></entry>'
    )


def _journal_item(number: int) -> str:
    return (
        f"<item><title>{_title(number)}</title><link>https://journal.example.org/{number}</link>"
        f"<description>{_abstract(number)}</description><dc:creator>Ada Author{number}</dc:creator>"
        f"<guid>https://doi.org/10.5555/robots.{number}</guid></item>"
    )
