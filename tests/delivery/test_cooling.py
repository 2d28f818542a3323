"""Domains, and whole mail systems, that asked for less."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from newsletter.delivery.cooling import CoolDowns
from newsletter.model import Deferred

NOW = datetime(2025, 11, 7, 6, 0, tzinfo=UTC)
THROTTLED = Deferred(reason="421 4.7.28 too many", code="4.7.28", cause="throttling")
GREYLISTED = Deferred(reason="450 4.7.1 greylisted", code="4.7.1", cause="greylisting")
FULL = Deferred(reason="452 4.2.2 full", code="4.2.2")


def test_a_domain_that_puts_off_three_in_a_row_rests_a_minute() -> None:
    cooling = CoolDowns()
    ends = [cooling.put_off("a.example", THROTTLED, NOW) for _ in range(3)]
    assert ends == [None, None, NOW + timedelta(minutes=1)]
    assert cooling.until("a.example", NOW + timedelta(seconds=59)) is not None
    assert cooling.until("a.example", NOW + timedelta(seconds=60)) is None


def test_it_rests_longer_each_time_it_has_not_recovered() -> None:
    cooling, now, rests = CoolDowns(), NOW, []
    for _ in range(9):
        while (until := cooling.put_off("a.example", THROTTLED, now)) is None:
            pass
        rests.append((until - now).total_seconds() / 60)
        now = until
    assert rests == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_other_domains_go_on_meanwhile() -> None:
    cooling = CoolDowns()
    for _ in range(20):
        cooling.put_off("a.example", THROTTLED, NOW)
    assert cooling.until("b.example", NOW) is None
    assert cooling.everybody_until(NOW) is None


def test_one_accepted_mail_ends_it() -> None:
    cooling = CoolDowns()
    for _ in range(3):
        cooling.put_off("a.example", THROTTLED, NOW)
    cooling.accepted("a.example")
    assert cooling.until("a.example", NOW) is None
    assert cooling.is_idle


def test_greylisting_and_full_mailboxes_say_nothing_about_the_domain() -> None:
    cooling = CoolDowns()
    for outcome in (GREYLISTED, FULL, Deferred(reason="it broke", cause="connection")):
        for _ in range(30):
            assert cooling.put_off("a.example", outcome, NOW) is None
    assert cooling.is_idle


def test_everybody_rests_when_nobody_is_taken_anywhere() -> None:
    cooling = CoolDowns()
    for number in range(12):
        cooling.put_off(f"{number}.example", THROTTLED, NOW)
    assert cooling.everybody_until(NOW) == NOW + timedelta(minutes=1)
    assert cooling.until("unheard-of.example", NOW) == NOW + timedelta(minutes=1)


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.booleans(), st.integers(0, 5000)), max_size=80))
def test_no_rest_lasts_longer_than_an_hour_and_it_remembers_a_bounded_number(
    events: list[tuple[str, bool, int]],
) -> None:
    cooling, now = CoolDowns(), NOW
    for domain, is_accepted, seconds in events:
        now += timedelta(seconds=seconds)
        if is_accepted:
            cooling.accepted(domain)
        else:
            cooling.put_off(domain, THROTTLED, now)
        until = cooling.until(domain, now)
        assert until is None or now < until <= now + timedelta(hours=1)


def test_it_forgets_the_oldest_of_very_many_domains() -> None:
    cooling = CoolDowns()
    for number in range(6000):
        cooling.put_off(f"{number}.example", THROTTLED, NOW + timedelta(hours=number))
    assert len(cooling._domains) == 5000
