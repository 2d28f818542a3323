"""Is it HTML that every parser reads the same way, in standards mode?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.rendering.checks.findings import Finding, Place, excerpt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.rendering.checks.page import Page, ParseError

DOCTYPE = "<!DOCTYPE html>"
_AROUND = 40


def doctype(page: Page) -> Iterator[Finding]:
    """The document begins with the doctype, or browsers fall into quirks mode."""
    if not page.source.startswith(DOCTYPE):
        yield Finding(
            severity="error",
            check="doctype",
            message=f"the HTML begins with {excerpt(page.source[:40])!r}, so it is shown in quirks mode",
            hint=f"let nothing stand before {DOCTYPE}, not even a blank or a comment",
            where=Place(part="HTML", line=1),
        )


def markup(page: Page) -> Iterator[Finding]:
    """A strict parser of the HTML standard finds nothing to mend."""
    lines = page.source.split("\n")
    for error in page.errors:
        if "doctype" in error.message.lower() and not page.source.startswith(DOCTYPE):
            continue  # said already
        yield Finding(
            severity="error",
            check="html",
            message=f"{error.message} Near {_near(lines, error)!r}",
            hint="mend the template there: parsers repair this, and not all in the same way",
            where=Place(part="HTML", line=error.line),
        )


def _near(lines: list[str], error: ParseError) -> str:
    line = lines[error.line - 1] if error.line <= len(lines) else ""
    return excerpt(line[max(0, error.column - _AROUND) : error.column + _AROUND // 2], 2 * _AROUND)
