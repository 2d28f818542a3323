"""Builders for editions and letterheads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from newsletter.mailing.message import address
from newsletter.model import Edition, Letterhead, Mailbox, sentinel

NONCE = "0123456789abcdef"


def make_edition(**changes: str) -> Edition:
    unsubscribe = sentinel(NONCE, "unsubscribe_url")
    values = {
        "subject": "Daily Papers: sparse attention",
        "preheader": "12 papers",
        "html": f'<!doctype html><p>Grüße</p><a href="{unsubscribe}">leave</a>\n',
        "text": f"Grüße\n.dot\nFrom here\n{unsubscribe}\n",
        "nonce": NONCE,
        "language": "en",
    }
    return Edition(**(values | changes))  # type: ignore[arg-type]


def make_letterhead(**changes: object) -> Letterhead:
    values: dict[str, object] = {
        "sender": Mailbox(address="digest@example.org", name="Daily Papers"),
        "reply_to": None,
        "list_id": "news.example.org",
        "base_url": "https://news.example.org",
        "postal_address": "1 Example Street",
    }
    return Letterhead(**(values | changes))  # type: ignore[arg-type]


def make_message(
    edition: Edition | None = None,
    recipient: Mailbox | None = None,
    letterhead: Letterhead | None = None,
    token: str = "abc",  # noqa: S107 - it opens nothing
) -> bytes:
    return address(
        edition or make_edition(),
        recipient or Mailbox(address="me@example.org", name="Me"),
        letterhead or make_letterhead(),
        issue_slug="2025-11-07",
        date=datetime(2025, 11, 7, 6, tzinfo=UTC),
        token=token,
    )


@pytest.fixture
def edition() -> Callable[..., Edition]:
    return make_edition


@pytest.fixture
def letterhead() -> Callable[..., Letterhead]:
    return make_letterhead


@pytest.fixture
def message() -> Callable[..., bytes]:
    return make_message
