"""Mails of arXiv, and others."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from email.utils import format_datetime
from zoneinfo import ZoneInfo

RULE = "-" * 78


def listing_mail(
    day: date, *numbers: str, sender: str = "no-reply@arxiv.org (send mail ONLY to cs)"
) -> bytes:
    """The listing of a day: it leaves in the evening before, by the time of New York."""
    sent = datetime.combine(day - timedelta(days=1), time(20, 15), ZoneInfo("America/New_York"))
    items = "".join(
        f"{RULE}\n\\\\\narXiv:{number}\nDate: Thu, 6 Nov 2025 09:30:00 GMT   (27kb)\n\n"
        f"Title: Whale songs, part {number}\nAuthors: Ada Byron\nCategories: cs.LG\n\\\\\n  We listen.\n"
        f"\\\\ ( https://arxiv.org/abs/{number} ,  27kb)\n"
        for number in numbers or ("2511.00001",)
    )
    return letter(
        sent, sender, "cs daily Subj-class mailing 2000c1 1", f"{RULE}\n Submissions to:\nLearning\n{items}"
    )


def letter(sent: datetime, sender: str, subject: str, text: str) -> bytes:
    return (
        f"Return-Path: <x@example.org>\nDate: {format_datetime(sent)}\nFrom: {sender}\n"
        "To: reader@example.org\n"
        f"Subject: {subject}\n\n{text}"
    ).encode()
