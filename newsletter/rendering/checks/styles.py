"""What mail clients do to style sheets that are too large, nested or broken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.rendering.checks.findings import Finding, Place, excerpt

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newsletter.rendering.checks.style_sheets import Sheet

# Over this, Gmail drops all of them (https://github.com/hteumeuleu/email-bugs/issues/90).
MAX_BYTES = 16 * 1024


def styles(sheets: Sequence[Sheet]) -> Iterator[Finding]:
    """The sheets are small enough for Gmail, nest no at-rules and have no faults."""
    total = sum(len(sheet.text.encode("utf-8", "replace")) for sheet in sheets)
    if total >= MAX_BYTES:
        yield Finding(
            severity="error",
            check="styles",
            message=f"the style sheets have {total:,} bytes; Gmail drops all of them from {MAX_BYTES:,} on",
            hint="move rules into the elements (inline.css), and delete what no element uses",
            where=Place(part="HTML", element="<style>"),
        )
    for sheet in sheets:
        for rule in sheet.at_rules:
            if rule.depth:
                yield Finding(
                    severity="error",
                    check="styles",
                    message=f"@{rule.name} {excerpt(rule.prelude)} stands inside another at-rule: "
                    "Gmail drops the whole sheet",
                    hint='write both conditions into one rule, as in "@media (a) and (b)"',
                    where=sheet.place(rule.line),
                )
        for line, fault in sheet.faults:
            yield Finding(
                severity="warning",
                check="styles",
                message=f"a fault in a style sheet ({excerpt(fault)}): browsers skip the rule, Gmail all",
                hint="mend the rule; every declaration is `name: value`, every block is closed",
                where=sheet.place(line),
            )
