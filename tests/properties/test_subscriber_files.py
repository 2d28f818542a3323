"""What is exported is read back as it was, and no cell of it is a formula."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsletter.audience.exporting import export_people
from newsletter.audience.lines import text_lines
from newsletter.audience.people import Assumed, Reader
from newsletter.audience.records import Format, Record, read_records
from newsletter.errors import SourceError
from newsletter.mailing.headers import header_text
from newsletter.model import SectionSlug
from newsletter.parsing.spreadsheets import guarded, unguarded
from newsletter.subscriber import RHYTHMS, STATUSES, Consent, Newcomer, Subscriber, SubscriberId

SECTIONS = (SectionSlug("robotics"), SectionSlug("vision"), SectionSlug("-odd"))
FORMULAS = re.compile("[=+\\-@|%\t\r\n\uff1d\uff0b\uff0d\uff20]")
LINES = st.text(max_size=40).map(header_text)
TRICKY = st.text(st.sampled_from("=+-@'\",;\t|% a\uff1d\n\r\0"), max_size=12)


def subscribers() -> st.SearchStrategy[Subscriber]:
    return st.builds(
        Subscriber,
        id=st.integers(1, 9).map(SubscriberId),
        address=st.sampled_from(
            ["me@example.org", "=1+1@example.org", "-x@b.example", "kä@b.example", "'+@b.org"]
        ),
        name=LINES | TRICKY.map(header_text),
        status=st.sampled_from(STATUSES),
        sections=st.none()
        | st.lists(st.sampled_from(SECTIONS), min_size=1, unique=True).map(sorted).map(tuple),
        cadence=st.sampled_from(RHYTHMS),
        timezone=st.sampled_from(["UTC", "Asia/Kolkata", "Etc/GMT+5"]),
        hour=st.integers(0, 23),
        language=st.sampled_from([None, "de", "en-US"]),
        consent=st.builds(
            Consent,
            source=(LINES | TRICKY.map(header_text)).filter(bool),
            at=st.none() | st.datetimes(min_value=datetime(1990, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
        ),
    )


def written(people: list[Subscriber], form: Format) -> str:
    output = io.StringIO(newline="")
    assert export_people(people, output, form) == len(people)
    return output.getvalue()


def read_back(text: str, form: Format | None = None) -> list[object]:
    stream = io.BufferedReader(io.BytesIO(text.encode("utf-8")))
    records, ignored = read_records(text_lines(stream, name="file"), name="file", wanted=form)
    assert ignored == ()
    reader = Reader(Assumed(sections=SECTIONS))
    return [reader.read(record) if isinstance(record, Record) else record for record in records]


def without_id(person: Subscriber) -> Newcomer:
    return Newcomer(**{name: getattr(person, name) for name in Newcomer.__slots__})


@pytest.mark.parametrize("form", ["csv", "jsonl"])
@given(people=st.lists(subscribers(), min_size=1, max_size=4))
def test_everybody_comes_back_as_they_were(people: list[Subscriber], form: Format) -> None:
    assert read_back(written(people, form)) == [without_id(person) for person in people]


@given(people=st.lists(subscribers(), max_size=4))
def test_no_cell_of_an_export_is_a_formula(people: list[Subscriber]) -> None:
    for row in csv.reader(io.StringIO(written(people, "csv"), newline="")):
        assert not [cell for cell in row if FORMULAS.match(cell)]


@given(st.text(max_size=10) | TRICKY)
@example("'=x")
@example("''=x")
@example("'")
def test_a_guard_is_taken_away_again(cell: str) -> None:
    assert unguarded(guarded(cell)) == cell
    assert not FORMULAS.match(guarded(cell))


@given(st.binary(max_size=300) | st.text(st.sampled_from('",\n\r\0a@.b;{}[]:'), max_size=200).map(str.encode))
def test_any_bytes_after_a_header_are_rows_or_rejections(body: bytes) -> None:
    for head in (b"address,name\n", b'{"address": "a@b.org"}\n', b""):
        stream = io.BufferedReader(io.BytesIO(head + body))
        try:
            records, _ = read_records(text_lines(stream, name="file"), name="file")
        except SourceError:
            continue
        reader = Reader(Assumed(sections=SECTIONS, consent_source="form"))
        rows = [reader.read(record) if isinstance(record, Record) else record for record in records]
        assert len(rows) <= len((head + body).decode("utf-8", "replace").splitlines()) + 1
