"""What the doctor says: what is so, how bad that is, why it matters, and how to mend it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from newsletter.work.doctor.rules import RULES

Area = Literal["G", "T", "P", "S", "D", "M", "W", "L", "C"]
Severity = Literal["error", "warning", "info", "ok"]

AREAS: Mapping[Area, str] = {
    "G": "Configuration",
    "T": "Theme",
    "P": "Sources of papers",
    "S": "Mail server",
    "D": "DNS",
    "M": "Message",
    "W": "Unsubscribing on the web",
    "L": "List",
    "C": "Ledger",
}
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info", "ok")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at. An error keeps mail from people or harms them, a warning should be mended
    soon, an info is worth knowing. `why` names the reason, `source` the rule behind it, `fix` the way out."""

    code: str
    severity: Severity
    message: str
    why: str = ""
    source: str = ""
    fix: str = ""

    @property
    def area(self) -> Area:
        """The area it belongs to: the letter of its code."""
        return next(area for area in AREAS if area == self.code[0])


def found(code: str, severity: Severity, message: str, fix: str = "") -> Finding:
    """Make a finding; why it matters stands in `RULES`."""
    rule = RULES[code]
    return Finding(code=code, severity=severity, message=message, why=rule.why, source=rule.source, fix=fix)


def counts(findings: Sequence[Finding]) -> dict[str, int]:
    """Count the findings of each severity."""
    severities = [finding.severity for finding in findings]
    names = {"error": "errors", "warning": "warnings", "info": "notes", "ok": "ok"}
    return {names[severity]: severities.count(severity) for severity in SEVERITIES}


def sorted_findings(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Put them in order: by area as they are listed, the worst first in each."""
    areas = list(AREAS)

    def rank(one: Finding) -> tuple[int, int, int]:
        return areas.index(one.area), SEVERITIES.index(one.severity), int(one.code[1:])

    return tuple(sorted(findings, key=rank))
