"""The first step of a run: what the sources gave goes into the archive, and is judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.work.answers import judged
from newsletter.work.harvest import harvest
from newsletter.work.late_days import late_days

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from newsletter.model import PaperKey
    from newsletter.store.run_values import Answer
    from newsletter.work.harvest import Harvest
    from newsletter.work.run_parts import Books, Parts, RunPolicy, RunWatch


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What the sources answered, and which papers they listed for the day itself."""

    answers: tuple[Answer, ...] = ()
    listed: tuple[PaperKey, ...] = ()


def ask_sources(parts: Parts, day: date, policy: RunPolicy, watch: RunWatch) -> tuple[Harvest, ...]:
    """Ask them all, for the day and for what they were not asked for since they last answered."""
    late = late_by_source(parts, day, policy)
    return harvest(parts.sources, day, late=late, parsers=parts.recipe.parsers, told=watch.said)


def late_by_source(parts: Parts, day: date, policy: RunPolicy) -> Mapping[str, tuple[date, ...]]:
    """Say for which earlier days each source is asked as well."""
    runs, rule = parts.books.runs, policy.catching_up
    return {one.name: late_days(runs.state(one.name).answered_on, day, rule) for one in parts.sources}


def take_in(found: Sequence[Harvest], books: Books, *, day: date, at: datetime) -> Fetched:
    """Put papers into the archive and keep what is known of each source. Repeating it is harmless."""
    listed: dict[PaperKey, None] = {}
    answers = [_taken_in(one, books, listed, day=day, at=at) for one in found]
    return Fetched(answers=tuple(answers), listed=tuple(listed))


def _taken_in(one: Harvest, books: Books, listed: dict[PaperKey, None], *, day: date, at: datetime) -> Answer:
    new = updated = 0
    for batch in one.batches:
        remembered = books.archive.remember(batch.papers, source=batch.source, at=at, day=batch.day)
        new += len(remembered.added)
        updated += len(remembered.updated)
        if batch.day == day:
            listed |= dict.fromkeys((*remembered.added, *remembered.updated, *remembered.known))
    state = books.runs.state(one.reply.source)
    answer, after = judged(one.reply, state, day=day, at=at, new=new, updated=updated)
    books.runs.save_state(after)
    return answer
