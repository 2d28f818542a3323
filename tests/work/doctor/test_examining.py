"""Checks side by side: what one of them does is no business of the others."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from newsletter.errors import MailError
from newsletter.work.doctor.examining import Check, examine
from newsletter.work.doctor.findings import AREAS, Finding, found, sorted_findings
from newsletter.work.doctor.rules import RULES


def well(code: str) -> Check:
    return Check(code=code, look=lambda: [found(code, "ok", "fine")])


def raising(code: str, error: Exception) -> Check:
    def look() -> Iterator[Finding]:
        yield found(code, "info", "said before")
        raise error

    return Check(code=code, look=look)


def waiting(code: str, until: threading.Event) -> Check:
    def look() -> list[Finding]:
        until.wait(10)
        return [found(code, "error", "too late")]

    return Check(code=code, look=look)


@pytest.fixture
def over() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


def test_an_error_of_ours_becomes_a_finding_and_the_round_goes_on() -> None:
    wrong = raising("S1", MailError("no way", hint="try another"))
    first, second, third = examine([[wrong, well("S2")]], seconds=5)
    assert (first.code, first.severity, first.message, first.fix) == ("S1", "error", "no way", "try another")
    assert (second.message, third.code) == ("said before", "S2")


def test_what_stops_several_checks_is_told_once_and_nearest_to_where_it_is_mended() -> None:
    def stopped(code: str) -> Check:
        return raising(code, MailError("the database is away", hint="start it"))

    told = examine([[stopped("M1"), stopped("M4")], [stopped("C1"), stopped("C2")]], seconds=5)
    assert [finding.code for finding in told if finding.severity == "error"] == ["C1"]


def test_a_bug_is_told_as_one_and_shows_no_secret() -> None:
    told = examine([[raising("D1", KeyError("password")), well("D2")]], seconds=5)
    assert "this check has a bug: KeyError" in told[0].message
    assert "password" not in told[0].message
    assert [finding.code for finding in told] == ["D1", "D1", "D2"]


def test_what_takes_too_long_is_left_behind_and_the_others_are_not(over: threading.Event) -> None:
    started = time.monotonic()
    told = examine([[well("S1"), waiting("S2", over), well("S3")], [well("D1")]], seconds=0.1)
    assert time.monotonic() - started < 2
    assert [(finding.code, finding.severity) for finding in told] == [
        ("S2", "warning"),
        ("S1", "ok"),
        ("D1", "ok"),
    ]
    assert "0.1 seconds" in told[0].message


def test_rounds_run_at_the_same_time() -> None:
    both = threading.Barrier(2, timeout=5)

    def meeting(code: str) -> Check:
        def look() -> list[Finding]:
            both.wait()
            return [found(code, "ok", "met")]

        return Check(code=code, look=look)

    assert [one.message for one in examine([[meeting("S1")], [meeting("D1")]], seconds=5)] == ["met", "met"]


def test_nothing_to_look_at_gives_nothing() -> None:
    assert examine([], seconds=1) == ()
    assert examine([[]], seconds=1) == ()


def test_findings_stand_by_area_the_worst_first_and_by_number() -> None:
    mixed = [
        found("M10", "ok", ""),
        found("M9", "ok", ""),
        found("M13", "error", ""),
        found("G1", "info", ""),
    ]
    assert [one.code for one in sorted_findings(mixed)] == ["G1", "M13", "M9", "M10"]


@pytest.mark.parametrize("code", sorted(RULES))
def test_each_rule_says_why_and_by_whom(code: str) -> None:
    rule = RULES[code]
    assert code[0] in AREAS
    assert len(rule.why) > 20
    assert not rule.why.endswith(".")
    assert rule.source


def test_each_area_has_rules() -> None:
    assert {code[0] for code in RULES} == set(AREAS)
