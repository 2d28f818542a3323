"""Tokens in links: what they are, and that nobody else can make one."""

from __future__ import annotations

import re
from base64 import b32encode
from functools import partial
from itertools import product
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.errors import UsageError
from newsletter.mailing import base32
from newsletter.mailing.tokens import MAX_NUMBER, LinkTokens, Purpose

OLD, NEW = b"o" * 32, b"n" * 32
ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
READERS = st.integers(1, MAX_NUMBER) | st.integers(1, 70_000)
TOKENS = LinkTokens([NEW], "news.example.org")


@given(READERS)
def test_the_two_tokens_of_a_mail_are_those_that_are_made_one_by_one(reader: int) -> None:
    one_by_one = [TOKENS.make(purpose, reader).encode() for purpose in ("unsubscribe", "preferences")]
    assert list(TOKENS.make_links(reader)) == one_by_one


@given(READERS, st.sampled_from(PURPOSES))
def test_a_token_reads_back_as_its_reader(reader: int, purpose: Purpose) -> None:
    token = TOKENS.make(purpose, reader)
    assert re.fullmatch(r"[a-z2-7]{28,39}", token)
    assert TOKENS.read(purpose, token) == TOKENS.read(purpose, token.upper()) == reader


def test_a_million_readers_need_31_characters_at_most() -> None:
    assert max(len(TOKENS.make("unsubscribe", reader)) for reader in (1, 255, 256, 65_536, 1_000_000)) == 31


def test_a_token_never_changes() -> None:
    """A link in a mail of today must work with every later version."""
    assert TOKENS.make("unsubscribe", 1) == "aedp2gk2dklra3oypcfhbtbubjka"
    assert TOKENS.make("preferences", 1_000_000) == "b5beajalaaqmij4sin4dc7f7dv2xthi"
    assert TOKENS.make("bounce", 7) == "a4mvxjgemskmhgmzfenifv3deekq"


@pytest.mark.parametrize(
    ("made", "read"), [pair for pair in product(PURPOSES, repeat=2) if len(set(pair)) > 1]
)
def test_a_token_serves_one_purpose(made: Purpose, read: Purpose) -> None:
    assert TOKENS.read(read, TOKENS.make(made, 7)) is None


def test_a_token_serves_one_newsletter() -> None:
    assert LinkTokens([NEW], "other.example.org").read("unsubscribe", TOKENS.make("unsubscribe", 7)) is None


def test_an_old_key_still_reads_and_no_longer_signs() -> None:
    before, during, after = (LinkTokens(keys, "n") for keys in ([OLD], [NEW, OLD], [NEW]))
    old, new = before.make("unsubscribe", 7), during.make("unsubscribe", 7)
    assert old != new
    assert during.read("unsubscribe", old) == during.read("unsubscribe", new) == 7
    assert after.read("unsubscribe", new) == 7
    assert after.read("unsubscribe", old) is None
    assert before.read("unsubscribe", new) is None


@given(READERS, st.data())
def test_no_other_character_anywhere_is_accepted(reader: int, data: st.DataObject) -> None:
    token = TOKENS.make("unsubscribe", reader)
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from([char for char in ALPHABET if char != token[place]]))
    assert TOKENS.read("unsubscribe", token[:place] + other + token[place + 1 :]) is None


@pytest.mark.parametrize("reader", [1, 255, 256, 1_000_000, MAX_NUMBER])
def test_no_single_change_and_no_part_of_a_token_is_accepted(reader: int) -> None:
    token = TOKENS.make("unsubscribe", reader)
    for place, char in product(range(len(token)), ALPHABET):
        if token[place] != char:
            assert TOKENS.read("unsubscribe", token[:place] + char + token[place + 1 :]) is None
    for end in range(len(token)):
        assert TOKENS.read("unsubscribe", token[:end]) is None
        assert TOKENS.read("unsubscribe", token[end + 1 :]) is None


@given(st.text(max_size=60) | st.text(ALPHABET, min_size=26, max_size=41))
def test_no_other_text_is_accepted_and_none_raises(text: str) -> None:
    assert TOKENS.read("unsubscribe", text) is None


@pytest.mark.parametrize("added", ["=", "\n", " ", "a", "%3D", "\u212a"])
def test_nothing_may_stand_behind_a_token(added: str) -> None:
    assert TOKENS.read("unsubscribe", TOKENS.make("unsubscribe", 7) + added) is None


@pytest.mark.parametrize("reader", [0, -1, MAX_NUMBER + 1])
def test_a_number_that_no_reader_has_gets_no_token(reader: int) -> None:
    for make in (partial(TOKENS.make, "unsubscribe"), TOKENS.make_links):
        with pytest.raises(ValueError, match="positive"):
            make(reader)


@pytest.mark.parametrize("keys", [[], [b"short"], [NEW, b""]])
def test_a_key_that_could_be_guessed_is_refused(keys: list[bytes]) -> None:
    with pytest.raises(UsageError, match="32 bytes"):
        LinkTokens(keys, "n")


@given(st.binary(max_size=40))
def test_tokens_are_written_in_the_base32_of_the_standard(octets: bytes) -> None:
    assert base32.encode(octets) == b32encode(octets).decode("ascii").rstrip("=").lower()
    assert base32.decode(base32.encode(octets)) == octets


@given(st.binary(min_size=1, max_size=8), st.lists(st.binary(min_size=32, max_size=32), max_size=4))
def test_texts_written_at_once_are_those_that_are_written_one_by_one(
    octets: bytes, digests: list[bytes]
) -> None:
    written = base32.Form(len(octets), len(digests)).write(int.from_bytes(octets), digests)
    assert written == tuple(base32.encode(octets + digest[:16]).encode() for digest in digests)
