"""How large the mail is, measured as Gmail measures before it cuts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsletter.rendering.checks.findings import Finding, Place, excerpt

if TYPE_CHECKING:
    from collections.abc import Iterator

# Gmail shows so much of the HTML and then a link to the rest.
GMAIL_CLIPS_AT = 102 * 1024
# One of these makes Gmail cut even a tiny mail (https://github.com/hteumeuleu/email-bugs/issues/41).
_C1 = re.compile(r"[\x80-\x9f]")
_C0 = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_CHECK = "size"


def size(html: str, *, budget: int, encoded_bytes: int | None) -> Iterator[Finding]:
    """The HTML is within `budget` bytes of UTF-8 and holds no control character.

    `encoded_bytes` is its size in the message; whether Gmail counts that instead is in dispute.
    """
    total = len(html.encode("utf-8", "replace"))
    if total > budget:
        clipped = "; Gmail will cut it off" if total > GMAIL_CLIPS_AT else ""
        yield Finding(
            severity="error",
            check=_CHECK,
            message=f"the HTML is {total:,} bytes, {total - budget:,} over the budget of {budget:,}{clipped}",
            hint="show fewer papers per section (max_papers) or shorter summaries (summary_chars)",
            where=Place(part="HTML"),
        )
    elif encoded_bytes and encoded_bytes > GMAIL_CLIPS_AT:
        yield Finding(
            severity="info",
            check=_CHECK,
            message=f"the HTML is {total:,} bytes, but {encoded_bytes:,} as encoded in the message; "
            f"some have seen Gmail cut at {GMAIL_CLIPS_AT:,} of these",
            hint="if readers report a cut mail, lower the budget",
            where=Place(part="message"),
        )
    for name, pattern in (("C1", _C1), ("C0", _C0)):
        found = pattern.search(html)
        if found:
            around = html[max(0, found.start() - 20) : found.start()]
            yield Finding(
                severity="error",
                check=_CHECK,
                message=f"the {name} control U+{ord(found[0]):04X} stands after {excerpt(around)!r}"
                + ("; Gmail cuts any mail that has one" if name == "C1" else ""),
                hint="take it out; it is no text",
                where=Place(part="HTML", line=html.count("\n", 0, found.start()) + 1),
            )
