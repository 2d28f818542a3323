"""Who sent a message, as those who count complaints are told."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from newsletter.mailing.list_fields import feedback_id, sender_id
from newsletter.model import Letterhead


@pytest.mark.parametrize(
    "list_id",
    [
        "a.b",
        "news.example.org",
        "digest.of.a.long.name.example.org",
        "x" * 60 + ".example.org",
        "xn--mller.de",
    ],
)
def test_a_sender_id_has_5_to_15_letters_and_digits(list_id: str) -> None:
    assert re.fullmatch("[a-z0-9]{5,15}", sender_id(list_id))


def test_lists_that_begin_alike_have_ids_of_their_own() -> None:
    ids = [sender_id(f"digest-number-{number}.example.org") for number in range(50)]
    assert len(set(ids)) == 50
    assert len({sender_id("a.b"), sender_id("ab.c"), sender_id("b.a")}) == 3


def test_an_id_never_changes() -> None:
    """Whoever counts by it would begin anew."""
    assert sender_id("news.example.org") == "newsexampleorg"
    assert sender_id("digest.of.a.long.name.example.org") == "digestof59bc702"


def test_a_feedback_id_has_four_parts_whatever_is_in_them(letterhead: Callable[..., Letterhead]) -> None:
    field = feedback_id(letterhead(), "2025:W45 x\r\n", "de-AT")
    assert field == "Feedback-ID: 2025-W45-x-:de-AT:digest:newsexampleorg\r\n"
