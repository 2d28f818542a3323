"""Rounds of checks made side by side, each check on its own, none for longer than it is given.

A check that fails, takes too long or has a fault of its own becomes a finding, and the others go on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from threading import Event, Lock, Thread

from newsletter.errors import NewsletterError
from newsletter.work.doctor.findings import Finding, found, sorted_findings

Look = Callable[[], Iterable[Finding]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing to look at; `code` is that of its findings, and of the one that says it could not be made."""

    code: str
    look: Look


def examine(rounds_of_checks: Iterable[Sequence[Check]], *, seconds: float) -> tuple[Finding, ...]:
    """Make all checks, those of one round after the other, and give what they found in order.

    What is not done after so many `seconds` is left behind: it can change nothing, and ends with us.
    """
    rounds = [_Round(checks) for checks in rounds_of_checks]
    for one in rounds:
        Thread(target=one.run, daemon=True).start()
    end = time.monotonic() + seconds
    made = [finding for one in rounds for finding in one.result(end, seconds)]
    return sorted_findings(tuple(_each_error_once(made)))


def _each_error_once(findings: Iterable[Finding]) -> Iterable[Finding]:
    """Tell what stopped several checks once, where it can be mended: at the configuration, or the ledger."""
    nearest_first = sorted(findings, key=lambda finding: (finding.area != "G", finding.area != "C"))
    known: set[tuple[str, str]] = set()
    for finding in nearest_first:
        told = finding.message, finding.fix
        if finding.severity != "error" or told not in known:
            yield finding
        if finding.severity == "error":
            known.add(told)


@dataclass
class _Round:
    """Some checks, in a thread of their own."""

    checks: Sequence[Check]
    _findings: list[Finding] = field(default_factory=list)
    _done: int = 0
    _is_over: bool = False
    _lock: Lock = field(default_factory=Lock)
    _ended: Event = field(default_factory=Event)

    def run(self) -> None:
        for check in self.checks:
            made = list(findings_of(check))
            with self._lock:
                if self._is_over:
                    return
                self._findings += made
                self._done += 1
        self._ended.set()

    def result(self, end: float, seconds: float) -> list[Finding]:
        self._ended.wait(max(0.0, end - time.monotonic()))
        with self._lock:
            self._is_over = True
            late = self.checks[self._done : self._done + 1]
            return [*self._findings, *(_took_too_long(check, seconds) for check in late)]


def findings_of(check: Check) -> Iterable[Finding]:
    """Make one check, whatever comes of it."""
    try:
        yield from check.look()
    except NewsletterError as error:
        yield found(check.code, "error", error.message, error.hint or "")
    except Exception as error:  # noqa: BLE001 - a fault in one check must not hide what the others find
        yield found(
            check.code,
            "warning",
            f"this check has a bug: {type(error).__name__}",
            "report it; the other checks are not touched by it",
        )


def _took_too_long(check: Check, seconds: float) -> Finding:
    return found(
        check.code,
        "warning",
        f"not done after {seconds:g} seconds, and given up",
        "run it again, alone: --only and the letter of its area",
    )
