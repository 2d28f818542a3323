"""A source by the name that a person gave it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsletter.ports import PaperSource


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedSource:
    """`name` is that of its table, `kind` that of the plug-in behind it."""

    name: str
    kind: str
    source: PaperSource
