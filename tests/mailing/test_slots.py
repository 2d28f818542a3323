"""Slots: every one filled, once, with text."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from newsletter.errors import RenderError
from newsletter.mailing.slots import fill
from newsletter.model import Edition, Slot, sentinel

NONCE = "0123456789abcdef"
LINK = sentinel(NONCE, "unsubscribe_url")
POST = sentinel(NONCE, "postal_address")
Editions = Callable[..., Edition]


def test_values_are_escaped_in_html_and_plain_in_text(edition: Editions) -> None:
    made = edition(html=f'<a href="{LINK}">{POST}</a>', text=f"{LINK} {POST}")
    html, text = fill(
        made, {"unsubscribe_url": "https://x.org/?a=1&b='2'", "postal_address": '"<b>" Street & Co'}
    )
    assert html == (
        '<a href="https://x.org/?a=1&amp;b=&#x27;2&#x27;">&quot;&lt;b&gt;&quot; Street &amp; Co</a>'
    )
    assert text == "https://x.org/?a=1&b='2' \"<b>\" Street & Co"


def test_a_value_that_looks_like_a_slot_is_not_filled_again(edition: Editions) -> None:
    made = edition(html=POST, text=POST)
    html, text = fill(made, {"postal_address": LINK, "unsubscribe_url": "https://x.org/"})
    assert (html, text) == (LINK, LINK)


def test_neighbouring_slots_are_told_apart(edition: Editions) -> None:
    made = edition(html=POST + POST, text=f"end{POST}end")
    assert fill(made, {"postal_address": "here"}) == ("herehere", "endhereend")


def test_a_slot_with_another_nonce_is_text(edition: Editions) -> None:
    foreign = sentinel("f" * 16, "postal_address")
    assert fill(edition(html=foreign, text=foreign), {}) == (foreign, foreign)


@pytest.mark.parametrize("part", ["html", "text"])
def test_a_slot_without_a_value_is_refused(edition: Editions, part: str) -> None:
    with pytest.raises(RenderError, match="postal_address has no value"):
        fill(edition(**{"html": "", "text": "", part: POST}), {})


@pytest.mark.parametrize(
    "mark", [f"slot{NONCE}trackingpixelend", f"slot{NONCE}", f"slot{NONCE}unsub\nscribeurlend"]
)
def test_an_unknown_or_broken_slot_is_refused(edition: Editions, mark: str) -> None:
    with pytest.raises(RenderError, match="unknown slot"):
        fill(edition(html=mark, text=""), {"unsubscribe_url": "https://x.org/"})


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//x.org/",
        "/unsubscribe",
        "",
        "https://",
        "https://x.org/a b",
        "https://x.org/\r\nBcc:x",
        'https://x.org/"onclick=x',
        "https://[x",
    ],
)
def test_only_links_go_into_link_slots(edition: Editions, link: str) -> None:
    with pytest.raises(RenderError, match="archive_url"):
        fill(edition(), {"archive_url": link})


@pytest.mark.parametrize("link", ["http://x.org/", "mailto:leave@x.org?subject=x"])
def test_plain_http_and_mailto_links_are_links(edition: Editions, link: str) -> None:
    assert fill(edition(html=LINK, text=LINK), {"unsubscribe_url": link})[1] == link


@pytest.mark.parametrize("value", ["a\0b", "a\x1bb", "a\x85b", "a\ud800b"])
def test_control_characters_in_a_value_are_refused(edition: Editions, value: str) -> None:
    slot: Slot = "postal_address"
    with pytest.raises(RenderError, match="control characters"):
        fill(edition(), {slot: value})


@pytest.mark.parametrize("nonce", ["", "0123", "0123456789abcdeg", ".*0123456789abcdef"])
def test_a_nonce_that_could_be_guessed_is_refused(edition: Editions, nonce: str) -> None:
    with pytest.raises(RenderError, match="nonce"):
        fill(edition(nonce=nonce), {})
