"""What is different in a copy that somebody sends to themselves to look at it."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsletter.model import Edition

MARK = "[Test]"
# The preheader stays in front: an inbox shows what readers will see.
_OPENING = re.compile(r'<body\b[^>]*>(?:<div style="display:none;[^"]*">[^<]*</div>)?')


def tried(edition: Edition, banner: str) -> Edition:
    """Mark an edition as a test, in the subject and by a line at the top of both bodies; for people who work
    on the newsletter, and so in English."""
    line = (
        '<div style="padding:10px 16px;background-color:#fff3c4;color:#3d2e00;font-family:Arial,sans-serif;'
        f'font-size:14px;line-height:1.4;text-align:center" lang="en" dir="ltr">{html.escape(banner)}</div>'
    )
    return replace(
        edition,
        subject=f"{MARK} {edition.subject}",
        html=_OPENING.sub(lambda found: found[0] + line, edition.html, count=1),
        text=f"{banner}\n\n{edition.text}",
    )
