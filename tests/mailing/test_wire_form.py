"""What may go over any wire."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from newsletter.mailing.wire_form import MAX_LINE, fault


@given(st.lists(st.integers(0, 5) | st.integers(MAX_LINE - 2, MAX_LINE + 2), min_size=1, max_size=20))
@example([MAX_LINE])
@example([MAX_LINE + 1])
@example([0, MAX_LINE, MAX_LINE + 1, 0])
def test_a_line_of_more_than_998_octets_is_found_wherever_it_stands(lengths: list[int]) -> None:
    message = b"".join(b"x" * length + b"\r\n" for length in lengths)
    assert (fault(message) is None) == (max(lengths) <= MAX_LINE)
