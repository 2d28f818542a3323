"""Which mails are wanted, told by their heads."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsletter.sources.letters import Letter, letter_of, wanted

DATES = st.text(alphabet="0123456789 :+-,GMTFriNovxé\t", max_size=60)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("Thu, 6 Nov 2025 20:15:00 -0500", date(2025, 11, 7)),
        ("Fri,  7 Nov 25 00:44:20 GMT", date(2025, 11, 7)),
        ("Fri, 7 Nov 2025 00:44:20", date(2025, 11, 7)),
        ("Fri, 31 Dec 9999 23:59:59 -0500", date(9999, 12, 31)),
        ("someday", None),
        ("", None),
    ],
)
def test_the_day_is_that_of_the_date_in_utc(written: str, day: date | None) -> None:
    found = letter_of(f"Date: {written}\nFrom: x@arxiv.org\n\n".encode(), name="1", size=9)
    assert (found.day if found else None) == day


@given(head=st.binary(max_size=300))
@example(b"Date: =?utf-8?b?w7w=?=\nFrom: =?x?q?=00?=\n\n")
def test_no_head_does_harm(head: bytes) -> None:
    letter_of(head, name="1", size=1)


@given(written=DATES, sender=st.binary(max_size=60))
def test_no_date_and_no_sender_does_harm(written: str, sender: bytes) -> None:
    letter_of(b"Date: " + written.encode() + b"\nFrom: " + sender + b"\n\n", name="1", size=1)


@given(days=st.lists(st.dates(date(2025, 11, 1), date(2025, 11, 9)), max_size=12))
def test_what_is_wanted_comes_in_the_order_of_days(days: list[date]) -> None:
    letters = [
        Letter(name=str(at), size=1, sender="No-Reply@arXiv.org", day=day) for at, day in enumerate(days)
    ]
    first, last = date(2025, 11, 3), date(2025, 11, 7)
    found = wanted(letters, sender="arxiv.org", first=first, last=last)
    assert [letter.day for letter in found] == sorted(day for day in days if first <= day <= last)
    assert wanted(letters, sender="biorxiv.org", first=first, last=last) == []
