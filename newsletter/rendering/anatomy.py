"""Where the bytes of the HTML go: to each section, and to each card in it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from newsletter.rendering.outline import headings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsletter.rendering.outline import Heading

_SECTION_LEVEL = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A card and its bytes; `mark` points to its heading in the mail."""

    title: str
    size: int
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A section and its bytes, those of its cards among them."""

    title: str
    size: int
    mark: str
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Anatomy:
    """The bytes of an HTML text. Those of the `shell` are in no section; `styles` of them are sheets."""

    total: int
    shell: int
    styles: int
    parts: tuple[Part, ...]


def anatomy(html: str) -> Anatomy:
    """Part the HTML by its headings: one of level 2 begins a section, deeper ones begin cards."""
    found = headings(html)
    starts = [at for at, heading in enumerate(found) if heading.level == _SECTION_LEVEL]
    spans = [found[first:last] for first, last in pairwise([*starts, len(found)])]
    ends = [span[0].start for span in spans[1:]] + [spans[-1][-1].end] if spans else []
    parts = tuple(_part(html, span, end) for span, end in zip(spans, ends, strict=True))
    total = _size(html)
    return Anatomy(
        total=total,
        shell=total - sum(part.size for part in parts),
        styles=sum(_size(sheet.partition("</style>")[0]) for sheet in html.split("<style")[1:]),
        parts=parts,
    )


def _part(html: str, span: Sequence[Heading], end: int) -> Part:
    head, cards = span[0], span[1:]
    return Part(
        title=head.text,
        size=_size(html[head.start : end]),
        mark=f"h{head.level}.{head.number}",
        cards=tuple(
            Card(
                title=card.text, size=_size(html[card.start : card.end]), mark=f"h{card.level}.{card.number}"
            )
            for card in cards
        ),
    )


def _size(text: str) -> int:
    return len(text.encode("utf-8", "replace"))
