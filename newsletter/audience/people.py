"""From named texts to a person, strictly: a row is right, or says what would be."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import available_timezones

from newsletter.audience.records import Record, Rejection
from newsletter.errors import NewsletterError
from newsletter.mailing.addresses import mask_addresses, parse_address
from newsletter.mailing.headers import header_text
from newsletter.model import SectionSlug
from newsletter.rendering.languages import spoken
from newsletter.subscriber import RHYTHMS, STATUSES, Consent, Newcomer, Rhythm

if TYPE_CHECKING:
    from collections.abc import Sequence

_MAX_NAME, _MAX_SOURCE, _MAX_SECTIONS = 200, 500, 500
_LIST_BREAK = re.compile(r"[\s,;|]+")
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_LAST_HOUR = 23
# A day without a zone may have begun for them and not in UTC, and two clocks seldom agree.
_SKEW = timedelta(days=1)
Word = TypeVar("Word", bound=str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumed:
    """What is taken to be so where a row says nothing. `sections` are those there are; without a consent
    source, each row must give one."""

    sections: tuple[SectionSlug, ...]
    consent_source: str = ""
    consent_at: datetime | None = None
    cadence: Rhythm = "daily"
    timezone: str = "UTC"
    hour: int = 7
    language: str | None = None


class _FieldError(Exception):
    """A field is not right."""

    def __init__(self, kind: str, problem: str, expected: str) -> None:
        super().__init__(problem)
        self.kind, self.problem, self.expected = kind, problem, expected


class Reader:
    """Reads rows with the same assumptions; with `now`, nobody agrees later than that."""

    def __init__(self, assumed: Assumed, *, now: datetime | None = None) -> None:
        self._assumed, self._now = assumed, now
        self._sections = frozenset(assumed.sections)
        self._timezones = available_timezones()
        self._languages: dict[str, str | None] = {}

    def read(self, record: Record) -> Newcomer | Rejection:
        """Make a person of a row."""
        try:
            return self._person({name: text.strip() for name, text in record.fields.items()})
        except _FieldError as wrong:
            problem = mask_addresses(header_text(wrong.problem))  # a shifted column may hold anything
            return Rejection(row=record.number, kind=wrong.kind, problem=problem, expected=wrong.expected)

    def _person(self, given: dict[str, str]) -> Newcomer:
        assumed = self._assumed
        for name, text in given.items():
            if "\ufffd" in text:
                raise _FieldError(
                    "encoding", f"{name}: characters that are not UTF-8", "a file saved as UTF-8"
                )
        return Newcomer(
            address=_address(given.get("address", "")),
            name=_one_line("name", given.get("name", ""), _MAX_NAME),
            status=_one_of("status", given.get("status") or "active", STATUSES),
            sections=self._wanted(given.get("sections", "")),
            cadence=_one_of("cadence", given.get("cadence") or assumed.cadence, RHYTHMS),
            timezone=self._timezone(given.get("timezone") or assumed.timezone),
            hour=_hour(given["hour"]) if given.get("hour") else assumed.hour,
            language=self._language(given.get("language", "")) or assumed.language,
            consent=self._consent(given.get("consent_source", ""), given.get("consent_at", "")),
        )

    def _wanted(self, text: str) -> tuple[SectionSlug, ...] | None:
        if not text:
            return None
        slugs = sorted({SectionSlug(slug) for slug in _LIST_BREAK.split(text) if slug})
        for slug in slugs:
            if slug not in self._sections:
                raise _FieldError(
                    "sections", f"no section {slug[:60]!r}", _nearest(slug, self._assumed.sections)
                )
        return tuple(slugs) or None

    def _timezone(self, text: str) -> str:
        if text in self._timezones:
            return text
        expected = _nearest(
            text, sorted(self._timezones), otherwise="a name such as Europe/Berlin, or nothing"
        )
        raise _FieldError("timezone", f"no time zone {text[:60]!r}", expected)

    def _language(self, text: str) -> str | None:
        if text not in self._languages:
            self._languages[text] = _language(text)
        return self._languages[text]

    def _consent(self, source: str, at: str) -> Consent:
        if not source and not self._assumed.consent_source:
            raise _FieldError(
                "consent",
                "nothing says where this person agreed to be mailed",
                "a consent_source in the row, or --consent-source for all rows",
            )
        source = _source(source) or self._assumed.consent_source
        return Consent(source=source, at=self._agreed(_moment(at) if at else self._assumed.consent_at))

    def _agreed(self, at: datetime | None) -> datetime | None:
        if at and self._now and at > self._now + _SKEW:
            raise _FieldError(
                "consent_at",
                f"the consent of {at:%Y-%m-%d %H:%M} UTC is still to come",
                f"a time that has come; now it is {self._now:%Y-%m-%d %H:%M} UTC",
            )
        return at


def checked(assumed: Assumed, *, now: datetime) -> Rejection | None:
    """Say what is wrong with assumptions, as with a row that says nothing but an address; None if nothing."""
    fields = {"address": "me@example.org", "language": assumed.language or ""}
    if not assumed.consent_source:
        fields["consent_source"] = "the row"
    read = Reader(assumed, now=now).read(Record(0, fields))
    return read if isinstance(read, Rejection) else None


def _moment(text: str) -> datetime:
    """Read an ISO 8601 time; without a zone it is UTC."""
    try:
        at = datetime.fromisoformat(text)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        expected = "2025-11-07 or 2025-11-07T09:30:00+01:00"
        raise _FieldError("consent_at", f"{text[:40]!r} is no time", expected) from error


def _address(text: str) -> str:
    if not text:
        raise _FieldError("address", "the address is missing", "an address such as me@example.org")
    try:
        return parse_address(text)
    except NewsletterError as error:
        raise _FieldError("address", error.message, "an address such as me@example.org") from error


@lru_cache(maxsize=1_000)
def _source(text: str) -> str:
    return _one_line("consent_source", text, _MAX_SOURCE)


def _one_line(name: str, text: str, most: int) -> str:
    if len(text) > most:
        raise _FieldError(name, f"{name}: {len(text):,} characters", f"at most {most}")
    return header_text(text)


def _one_of(name: str, text: str, words: Sequence[Word]) -> Word:
    for word in words:
        if text.casefold() == word:
            return word
    raise _FieldError(name, f"{name} {text[:40]!r} is none of ours", f"one of {', '.join(words)}")


@lru_cache(maxsize=100)
def _hour(text: str) -> int:
    if re.fullmatch("[0-9]{1,2}", text) and int(text) <= _LAST_HOUR:
        return int(text)
    raise _FieldError("hour", f"{text[:20]!r} is no hour", "a number from 0 to 23")


def _language(text: str) -> str | None:
    if not text:
        return None
    try:
        if not _TAG.fullmatch(text):
            raise _FieldError("language", f"{text[:40]!r} is no language", 'a tag such as "en" or "de-AT"')
        spoken(text)
    except NewsletterError as error:
        raise _FieldError("language", error.message, error.hint or "") from error
    return text


def _nearest(text: str, known: Sequence[str], otherwise: str | None = None) -> str:
    close = difflib.get_close_matches(text[:60], known, n=1)
    return f"did you mean {close[0]}?" if close else otherwise or f"one of {', '.join(known) or 'none'}"
