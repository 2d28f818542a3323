"""The listing that arXiv mails out every day, as a file or as the mail itself."""

from __future__ import annotations

import re
from datetime import UTC, date, timedelta
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import TYPE_CHECKING

from newsletter.model import Document, Parsed
from newsletter.parsing.arxiv_records import AnnounceType, ArxivRecord, add_record
from newsletter.parsing.author_lists import names_in
from newsletter.parsing.gathering import MAX_PAPERS, Gathering
from newsletter.parsing.listing_items import Item, items_of
from newsletter.parsing.mail_text import MAX_LINES, MailText, mail_text
from newsletter.parsing.written_days import written_day

if TYPE_CHECKING:
    from collections.abc import Sequence

_SAMPLE_BYTES = 200_000
_ITEM = re.compile(r"^ ?\\\\ *\n\s{0,3}(?:arXiv|Paper)[^\n:]{0,20}: *\S{5,60}", re.MULTILINE)
_HEAD = re.compile(r"^ {0,2}(?:Submissions to:|received from  ?\w{3} )", re.MULTILINE)
_WINDOW = re.compile(r"\s{0,3}received from\s+(.{8,60}?)\s+to\s+(.{8,60})", re.IGNORECASE)
_TOLD = re.compile(r"(\d{1,5}) new\b(?: \+ *(\d{1,5}) cross)?")
_WITHDRAWN = re.compile(r"\(\s?\d{1,9}kb\s?,[A-Z]{0,5}I[A-Z]{0,5}\)")  # its format, behind the date
_FRIDAY = 4
_TYPES: dict[tuple[bool, bool], AnnounceType] = {
    (False, False): "new",
    (True, False): "cross",
    (False, True): "replace",
    (True, True): "replace-cross",
}


class ArxivMail:
    """Reads a listing of new papers, cross-lists and replacements; the last have no abstract."""

    reads = "a daily listing of arXiv as it is mailed out (the mail, or its text)"

    def recognises(self, document: Document, /) -> bool:
        """Look for an item, or for the head of a listing without any."""
        text = "\n".join(text for _, text in mail_text(document.body[:_SAMPLE_BYTES]).lines)
        return _ITEM.search(text) is not None or len(set(_HEAD.findall(text[:4_000]))) > 1

    def parse(self, document: Document, /) -> Parsed:
        """Read every item."""
        mail = mail_text(document.body)
        gathering = Gathering()
        day = _day_of_mail(mail.date) or _day_by_window(mail, gathering)
        if len(mail.lines) > MAX_LINES:
            expected = f"at most {MAX_LINES:,} lines"
            gathering.report(
                "the lines from here on were left out", mail.lines[MAX_LINES][0], expected=expected
            )
        items = list(islice(items_of(mail.lines[:MAX_LINES]), MAX_PAPERS + 1))
        for item in items:
            _add(item, day, gathering)
        if not items:
            gathering.report("no paper: the listing has no item")
        elif not items[-1].is_closed:
            gathering.report(
                "a listing that breaks off", items[-1].line, expected=r"\\ at the end of its last item"
            )
        _compare(mail.subject, items, gathering)
        return gathering.parsed(document, day=day)


def _add(item: Item, day: date | None, gathering: Gathering) -> None:
    is_cross = item.is_cross or item.section == "cross"
    is_replaced = item.replaced is not None or item.section == "replace"
    add_record(
        ArxivRecord(
            line=item.line,
            id=item.id,
            title=item.text("title"),
            abstract="\n".join(item.abstract).strip() or None,
            authors=names_in(item.text("authors") or ""),
            categories=(item.text("categories") or "").replace(",", " ").split(),
            comments=item.text("comments"),
            journal_ref=item.text("journal-ref"),
            doi=item.text("doi"),
            published=None if is_replaced else written_day(item.text("date")),
            updated=written_day(item.replaced),
            announced=day,
            announce_type=_TYPES[is_cross, is_replaced],
            is_withdrawn=bool(_WITHDRAWN.search(item.replaced or item.text("date") or "")),
        ),
        gathering,
    )


def _day_of_mail(text: str | None) -> date | None:
    """Give the day in UTC: a listing goes out in the evening of New York, and is dated with the day after."""
    try:
        moment = parsedate_to_datetime(text or "")
    except (ValueError, TypeError, OverflowError):
        return written_day(text)
    return (moment.astimezone(UTC) if moment.tzinfo else moment).date()


def _day_by_window(mail: MailText, gathering: Gathering) -> date | None:
    """Infer the day of a listing without a date from the end of its submissions: it is announced on the day
    after, and on Monday what came until Friday."""
    for number, text in mail.lines:
        found = _WINDOW.match(text)
        end = written_day(found[2]) if found else None
        if end is not None:
            day = end + timedelta(days=3 if end.weekday() == _FRIDAY else 1)
            gathering.report(
                f"no date in the listing: {day} is inferred from its submissions", number, found=text
            )
            return day
    return None


def _compare(subject: str | None, items: Sequence[Item], gathering: Gathering) -> None:
    """Tell if a listing has fewer papers than its subject says."""
    told = _TOLD.search(subject or "")
    if told is None:
        return
    crosses = sum(item.is_cross or item.section == "cross" for item in items if item.replaced is None)
    found = (sum(item.replaced is None and item.section != "replace" for item in items) - crosses, crosses)
    for count, has, what in zip(told.groups(), found, ("new papers", "cross-lists"), strict=True):
        if count and has < int(count):
            gathering.report(
                f"{has} {what} in the listing", expected=f"{count}, as its subject says", found=subject
            )
