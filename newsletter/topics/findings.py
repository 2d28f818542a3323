"""What a check found, and what to change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

_SHOWN = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something about sections (their slugs) that a person should know. An error makes them unusable or
    contradict themselves; `kind` is a word for programs."""

    severity: Literal["error", "warning"]
    kind: str
    sections: tuple[str, ...]
    message: str
    advice: str


def listed(texts: Sequence[str]) -> str:
    """Quote some texts, and count those that are too many to show."""
    shown = ", ".join(repr(text) for text in texts[:_SHOWN])
    beyond = len(texts) - _SHOWN
    return f"{shown} and {beyond} more" if beyond > 0 else shown
