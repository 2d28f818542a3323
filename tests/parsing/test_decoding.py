"""Bytes become numbered lines."""

from __future__ import annotations

import pytest

from newsletter.parsing.decoding import decode_lines


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_keep_their_numbers_whatever_ends_them(end: str) -> None:
    read = decode_lines(f"a{end}{end} b {end}".encode())
    assert [(line.number, line.text, line.words) for line in read.lines] == [(1, "a", "a"), (3, " b ", "b")]
    assert read.last == 4


def test_a_form_feed_and_a_line_separator_end_no_line() -> None:
    assert [line.number for line in decode_lines("a\x0cb\u2028c\x85d".encode()).lines] == [1]


def test_a_body_without_text_has_no_lines() -> None:
    assert decode_lines(b"\n \n\xe2\x80\x8b").lines == ()


@pytest.mark.parametrize(
    "body",
    ["\ufeffa".encode(), "a".encode("utf-16"), b"\xfe\xff\x00a"],
    ids=["utf-8", "utf-16", "big-endian"],
)
def test_a_byte_order_mark_says_the_encoding_and_is_no_text(body: bytes) -> None:
    assert [line.text for line in decode_lines(body).lines] == ["a"]


def test_the_first_bytes_that_are_no_text_are_named() -> None:
    [problem] = decode_lines(b"a\r\nb\xff\xfec\n\xff").problems
    assert (problem.line, problem.expected, problem.found) == (2, "UTF-8", "ff fe 63 0a")


def test_half_a_character_at_the_end_is_a_problem() -> None:
    [problem] = decode_lines("\ufeffab".encode("utf-16-le") + b"c").problems
    assert (problem.line, problem.expected) == (1, "UTF-16-LE")


def test_lines_beyond_the_limit_are_a_problem() -> None:
    read = decode_lines(b"a\n" * 200_003)
    assert len(read.lines) == 200_000
    assert [problem.line for problem in read.problems] == [200_001]
