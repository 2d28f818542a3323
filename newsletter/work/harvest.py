"""Asking the sources for a day: each answers for itself, and one that fails stops nobody."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from newsletter.errors import NewsletterError, StaleSource
from newsletter.mailing.headers import header_text
from newsletter.parsing import parse
from newsletter.ports import Announcing
from newsletter.work.answers import Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from newsletter.model import Paper
    from newsletter.ports import DocumentParser, PaperSource

_AT_ONCE = 4
_MAX_ERROR_CHARS = 300


class Named(Protocol):
    """A source and the name that the configuration gives it."""

    @property
    def name(self) -> str:
        """As in `[sources.NAME]`."""
        ...

    @property
    def source(self) -> PaperSource:
        """What fetches."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Records of papers that one source gave for one day."""

    source: str
    day: date
    papers: tuple[Paper, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Harvest:
    """What a source gave for a day, and for the days that were late; `reply` is about the day alone."""

    reply: Reply
    batches: tuple[Batch, ...] = ()


def harvest(
    sources: Sequence[Named],
    day: date,
    *,
    late: Mapping[str, Sequence[date]],
    parsers: Mapping[str, DocumentParser],
    told: Callable[[str], None],
) -> tuple[Harvest, ...]:
    """Ask all sources, a few at once; `late` says for which earlier days each is asked as well."""

    def one(named: Named) -> Harvest:
        return _harvested(named, day, late[named.name], parsers)

    with ThreadPoolExecutor(_AT_ONCE, "source") as pool:
        found = []
        for result in pool.map(one, sources):
            told(_line(result))
            found.append(result)
    return tuple(found)


def _harvested(
    named: Named, day: date, late_days: Sequence[date], parsers: Mapping[str, DocumentParser]
) -> Harvest:
    """Ask for the day first: a source that fails for it, or for a late day, is not asked for more."""
    reply = asked(named, day, parsers)
    batches = [Batch(source=named.name, day=day, papers=reply.papers)]
    for late_day in late_days if reply.error is None else ():
        earlier = asked(named, late_day, parsers)
        batches.append(Batch(source=named.name, day=late_day, papers=earlier.papers))
        if earlier.error is not None and not earlier.is_stale:
            reply = replace(reply, missed=late_day, late_error=earlier.error)
            break
        reply = replace(reply, late_days=(*reply.late_days, late_day))
    ordered = sorted(batches, key=lambda batch: batch.day)
    return Harvest(reply=reply, batches=tuple(batch for batch in ordered if batch.papers))


def asked(named: Named, day: date, parsers: Mapping[str, DocumentParser]) -> Reply:
    """Ask one source for one day. What came before a failure counts."""
    source = named.source
    has_calendar = isinstance(source, Announcing)
    papers: list[Paper] = []
    problems, error, is_stale, silence = 0, None, False, None
    try:
        if isinstance(source, Announcing) and (said := source.silence(day)):
            silence = _in_a_line(said)
        for document in source.fetch(day):
            parsed = parse(document, parsers)
            problems += len(parsed.problems)
            papers += parsed.papers
    except StaleSource as stale:
        error, is_stale = _in_a_line(stale.message), True
    except NewsletterError as failure:
        error = _in_a_line(failure.message)
    except Exception as failure:  # noqa: BLE001 - a stranger's source may raise anything; the others go on
        error = _in_a_line(f"{type(failure).__name__}: {failure}")
    return Reply(
        source=named.name,
        papers=tuple(papers),
        problems=problems,
        error=error,
        is_stale=is_stale,
        silence=silence,
        has_calendar=has_calendar,
    )


def _in_a_line(message: str) -> str:
    """What a source said may be in it."""
    return header_text(message)[:_MAX_ERROR_CHARS]


def _line(found: Harvest) -> str:
    reply = found.reply
    late = f"; also asked for {reply.late_days[0]} and after" if reply.late_days else ""
    if reply.error is not None:
        return f"{reply.source}: {'did not move' if reply.is_stale else 'failed'}: {reply.error}"
    if reply.missed is not None:
        late += f"; failed for {reply.missed}, which the next run asks for again: {reply.late_error}"
    return f"{reply.source}: {reply.count:,} papers{late}"
