"""Bodies: canonical on the wire, and exactly the text when read back."""

from __future__ import annotations

import quopri

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.mailing.quoted_printable import encode

# Pieces that meet every rule: dots, From, blanks before line ends, =, letters of two to four octets.
PIECES = st.sampled_from(
    [".", "..", "From ", ">From ", " ", "\t", "=", "=3D", "\n", "\r\n", "\r", "ü", "中", "👩", "\0"]
)
TEXTS = st.one_of(
    st.text(),
    st.lists(PIECES | st.text(max_size=3)).map("".join),
    st.tuples(st.integers(min_value=60, max_value=80), st.lists(PIECES)).map(
        lambda made: "x" * made[0] + "".join(made[1])
    ),
)


def canonical(text: str) -> bytes:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n")
    return "".join(f"{line}\r\n" for line in lines).encode("utf-8")


@given(TEXTS)
def test_what_is_encoded_reads_back_with_canonical_line_ends(text: str) -> None:
    assert quopri.decodestring(encode(text)) == canonical(text)


@given(TEXTS)
def test_no_mail_system_has_a_reason_to_change_it(text: str) -> None:
    encoded = encode(text)
    assert encoded.isascii()
    assert encoded.endswith("\r\n")
    lines = encoded.removesuffix("\r\n").split("\r\n")
    for line in lines:
        assert len(line) <= 76
        assert not line.startswith((".", "From "))
        assert not line.endswith((" ", "\t"))
        assert line.isprintable()
    assert len(lines) == 1 or lines[-1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "\r\n"),
        (".", "=2E\r\n"),
        ("From me", "=46rom me\r\n"),
        ("a=b ", "a=3Db=20\r\n"),
        ("ü\r\n\r\n", "=C3=BC\r\n"),
        ("a\n\nb", "a\r\n\r\nb\r\n"),
    ],
)
def test_the_form_is_fixed(text: str, expected: str) -> None:
    assert encode(text) == expected


def test_a_line_of_a_hundred_thousand_characters_takes_no_special_time() -> None:
    encoded = encode(". " * 50_000)
    assert max(map(len, encoded.split("\r\n"))) <= 76


def test_half_a_surrogate_pair_is_no_text() -> None:
    with pytest.raises(UnicodeEncodeError):
        encode("\ud800")
