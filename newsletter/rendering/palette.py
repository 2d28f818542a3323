"""The colours of a theme, by what they are for."""

from __future__ import annotations

from dataclasses import dataclass, fields

from newsletter.rendering.colours import colour


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """The colours of one scheme, each as #rrggbb.

    `ground` lies around the mail, `sheet` under its text, `panel` under what is set off.
    Words stand in `heading`, `text`, `muted`, `link` and `accent`. Raises `ValueError` for anything else
    than a colour: these are written into style sheets as they are.
    """

    ground: str
    sheet: str
    panel: str
    heading: str
    text: str
    muted: str
    link: str
    accent: str

    def __post_init__(self) -> None:
        for field in fields(self):
            object.__setattr__(self, field.name, colour(getattr(self, field.name)))


# What words stand in, and what they stand on.
WORDS = ("heading", "text", "muted", "link", "accent")
GROUNDS = ("sheet", "panel")

LIGHT = Palette(
    ground="#ebe7df",
    sheet="#ffffff",
    panel="#f6f3ec",
    heading="#14171a",
    text="#22262b",
    muted="#5c636b",
    link="#174a84",
    accent="#a63d1c",
)
DARK = Palette(
    ground="#101214",
    sheet="#191c20",
    panel="#22262b",
    heading="#f4f5f6",
    text="#dfe2e6",
    muted="#a9b0b8",
    link="#93c1f8",
    accent="#f0946f",
)
