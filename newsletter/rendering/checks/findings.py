"""What a check says: how bad, what, where, and what to change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

Severity = Literal["error", "warning", "info"]
Part = Literal["HTML", "text", "message"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something stands: the part of the mail, the 1-based line where lines say anything, the start tag
    of the element without its style, and the heading of the card or section it belongs to."""

    part: Part
    line: int | None = None
    element: str | None = None
    card: str | None = None

    def __str__(self) -> str:
        line = f", line {self.line}" if self.line else ""
        element = f" {self.element}" if self.element else ""
        card = f" in “{self.card}”" if self.card else ""
        return f"{self.part}{line}{element}{card}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something about a mail that its sender should know.

    An error breaks the mail or a promise for some readers, a warning is worth a look before sending, an info
    is a known limit. `check` is a word for programs; `hint` says what to change.
    """

    severity: Severity
    check: str
    message: str
    hint: str
    where: Place | None = None


def counts(findings: Sequence[Finding]) -> dict[str, int]:
    """Count errors, warnings and notes."""
    severities = [finding.severity for finding in findings]
    return {
        "errors": severities.count("error"),
        "warnings": severities.count("warning"),
        "notes": severities.count("info"),
    }


def in_short(findings: Sequence[Finding]) -> str:
    """Write "1 error, no warnings"."""
    number = counts(findings)
    return f"{_counted(number['errors'], 'error')}, {_counted(number['warnings'], 'warning')}"


def _counted(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun if number == 1 else f'{noun}s'}"


def excerpt(text: str, limit: int = 60) -> str:
    """Show a text on one line, cut to at most `limit` characters."""
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"
