"""Our own words, dates, counts and lists as a reader of a language sees them.

Only what draws an edition imports this module: Babel takes its time.
"""

from __future__ import annotations

import gettext
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_interval
from babel.lists import format_list
from babel.numbers import format_decimal

from newsletter.errors import RenderError
from newsletter.rendering import direction, languages
from newsletter.week import monday_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from newsletter.model import Cadence
    from newsletter.rendering.direction import Direction

DOMAIN = "newsletter"
CATALOGUES = Path(__file__).parent / "locale"
_NAMED_AUTHORS = 3
_TERRITORY_LETTERS = (2, 3)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Words:
    """What an edition in `language` says by itself. Messages have Python's named placeholders, %(name)s; the
    number of a plural is %(num)s."""

    language: str
    direction: Direction
    locale: Locale
    catalogue: gettext.NullTranslations

    def gettext(self, message: str, /, **values: str) -> str:
        """Say a message with its values."""
        return self.catalogue.gettext(message) % values

    def pgettext(self, context: str, message: str, /, **values: str) -> str:
        """Say a message whose translation depends on where it stands."""
        return self.catalogue.pgettext(context, message) % values

    def ngettext(self, singular: str, plural: str, number: int, /, **values: str) -> str:
        """Say a message in the plural form that the number asks for."""
        message = self.catalogue.ngettext(singular, plural, number)
        return message % {"num": self.number(number), **values}

    def npgettext(self, context: str, singular: str, plural: str, number: int, /, **values: str) -> str:
        """Say a message in the plural form that number and place ask for."""
        message = self.catalogue.npgettext(context, singular, plural, number)
        return message % {"num": self.number(number), **values}

    def isolated(self, text: str) -> str:
        """Set apart a text that is not ours where it could disturb the order of our words."""
        return direction.isolated(text, self.direction)

    def number(self, number: int) -> str:
        """Write "1,204" or "1.204"."""
        return format_decimal(number, locale=self.locale)

    def written_out(self, day: date, cadence: Cadence = "daily", since: date | None = None) -> str:
        """Say which day, days or week: "Friday, 7 November 2025", "8–10 Nov 2025", "1–7 Nov 2025 · week 45",
        or "Week of 3 November 2025"."""
        if since is not None and since < day:
            days = format_interval(since, day, "yMMMMd", locale=self.locale)
            return f"{days} · {self.period(day, cadence)}" if cadence == "weekly" else days
        if cadence == "weekly":
            monday = format_date(monday_of(day), "long", self.locale)
            return self.gettext("Week of %(date)s", date=monday)
        return format_date(day, "full", self.locale)

    def short_date(self, day: date) -> str:
        """Write "7 Nov 2025"."""
        return self._by_skeleton(day, "yMMMd")

    def period(self, day: date, cadence: Cadence, since: date | None = None) -> str:
        """Write "7 Nov", "8–10 Nov" or "week 45", for places where the year goes without saying."""
        if cadence == "weekly":
            return self.gettext("week %(num)s", num=self.number(monday_of(day).isocalendar().week))
        if since is not None and since < day:
            return format_interval(since, day, "MMMd", locale=self.locale)
        return self._by_skeleton(day, "MMMd")

    def listed(self, items: Sequence[str]) -> str:
        """Write "A", "A and B", "A, B and C"."""
        return format_list(items, locale=self.locale)

    def terms(self, items: Sequence[str]) -> str:
        """Write "a, b, c": a list in which no "and" could be taken for one of its terms."""
        return self.pgettext("between terms", ", ").join(map(self.isolated, items))

    def papers(self, number: int) -> str:
        """Write "1 paper" or "75 papers"."""
        return self.ngettext("%(num)s paper", "%(num)s papers", number)

    def by_line(self, names: Sequence[str] | None, number: int | None) -> str:
        """Name up to three authors, or say how many there are; "" where neither is known.

        `number` may be larger than the names we have: a source may list only the first few.
        """
        names = names or ()
        total = max(number or 0, len(names))
        if not names:
            return self.ngettext("%(num)s author", "%(num)s authors", total) if total else ""
        shown = names if total <= _NAMED_AUTHORS else names[: _NAMED_AUTHORS - 1]
        others = total - len(shown)
        said = [self.npgettext("authors", "%(num)s other", "%(num)s others", others)] if others else []
        return self.listed([*map(self.isolated, shown), *said])

    def _by_skeleton(self, day: date, skeleton: str) -> str:
        return format_date(day, self.locale.datetime_skeletons[skeleton].pattern, self.locale)


@lru_cache(maxsize=64)
def words_in(tag: str) -> Words:
    """Give the words for a BCP 47 tag, with the dates of its region. Raises `RenderError` for a language
    without a catalogue."""
    spoken = languages.spoken(tag)
    return Words(
        language=spoken,
        direction=direction.of_language(spoken),
        locale=_locale(tag, spoken),
        catalogue=_catalogue(spoken),
    )


def _catalogue(spoken: str) -> gettext.NullTranslations:
    if spoken == languages.SOURCE:
        return gettext.NullTranslations()
    try:
        return gettext.translation(DOMAIN, CATALOGUES, [spoken])
    except OSError as error:
        raise RenderError(
            f"the words for {spoken!r} are missing below {CATALOGUES}", hint="install the package again"
        ) from error


def _locale(tag: str, spoken: str) -> Locale:
    """Find the region's dates and numbers, else the language's; English of no region is that of the world
    (7 November), not that of the United States (November 7)."""
    subtags = tag.split("-")[1:]
    region = next((part for part in subtags if len(part) in _TERRITORY_LETTERS), "001")
    try:
        return Locale.parse(f"{spoken}_{region.upper()}")
    except (UnknownLocaleError, ValueError):
        return Locale.parse(spoken)
