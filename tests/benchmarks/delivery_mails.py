"""The mail with which delivery is measured: the seed page's issue as it is drawn, cut to 80 and 20 KB."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from newsletter.config import default_sections
from newsletter.issues import compose
from newsletter.mailing.message import address
from newsletter.model import Document, Edition, Issue, Letterhead, Mailbox, Paper
from newsletter.parsing.huggingface_text import HuggingFaceText
from newsletter.rendering import render
from newsletter.topics import place

SLUG = "2025-11-07"
DAY = date(2025, 11, 7)
DATED = datetime(2025, 11, 7, 6, tzinfo=UTC)
HTML_BYTES = 80_000
TEXT_BYTES = 20_000
LETTERHEAD = Letterhead(
    sender=Mailbox(address="digest@example.org", name="Daily Papers"),
    reply_to=None,
    list_id="news.example.org",
    base_url="https://news.example.org",
    postal_address="1 Example Street, Exampleton",
)
# Stands in for what differs between readers where a peer is handed finished bytes.
MARK = "reader0000000@example.net"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """An issue and how it is drawn: about 80 KB of HTML and 20 KB of text."""

    issue: Issue
    edition: Edition


def sample() -> Sample:
    """Draw as many papers of the seed page as make 80 KB, and keep 20 KB of the text."""
    page = Path(__file__).parents[2] / "fixtures" / "daily_papers.txt"
    papers = HuggingFaceText().parse(Document(body=page.read_bytes(), origin=page.name)).papers
    issue, edition = _drawn(papers)
    number = len(papers) * HTML_BYTES // len(edition.html.encode())
    issue, edition = _drawn(papers[:number])
    return Sample(issue=issue, edition=replace(edition, text=_shortened(edition.text)))


def finished(edition: Edition) -> bytes:
    """Give one complete message, to the reader `MARK`."""
    return address(
        edition,
        Mailbox(address=MARK),
        LETTERHEAD,
        issue_slug=SLUG,
        date=DATED,
        token="abcdefghijklmnopqrstuvwxyz2345",
    )


def _drawn(papers: Sequence[Paper]) -> tuple[Issue, Edition]:
    sections = default_sections()
    issue = compose(place(papers, sections), sections, day=DAY, title="Daily Papers")
    return issue, render(issue)


def _shortened(text: str) -> str:
    """Leave lines of the middle out: the slots stand at both ends."""
    lines = text.splitlines(keepends=True)
    size = len(text.encode())
    while size > TEXT_BYTES:
        size -= len(lines.pop(len(lines) // 2).encode())
    return "".join(lines)
