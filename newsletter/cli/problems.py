"""A record that could not be read, as a line for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsletter.model import Problem


def problem_line(place: str, problem: Problem) -> str:
    """Say where it is, what is wrong, and what would be right."""
    expected = f"; expected {problem.expected}" if problem.expected else ""
    found = f"; found {problem.found!r}" if problem.found else ""
    return f"{place}: {problem.message}{expected}{found}"
