"""Colours and how well one can be read on another (WCAG 2.2)."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from newsletter.rendering.colours import contrast_of_luminances, relative_luminance


class Colour(NamedTuple):
    """Red, green and blue from 0 to 255; `alpha` from 0 to 1."""

    red: float
    green: float
    blue: float
    alpha: float = 1.0

    def __str__(self) -> str:
        red, green, blue = (round(channel) for channel in self[:3])
        return f"#{red:02x}{green:02x}{blue:02x}"


@lru_cache(maxsize=1024)
def parse_colour(text: str) -> Colour | None:
    """Read a colour of CSS; None for what is none, or is taken from another element."""
    from tinycss2 import color4  # noqa: PLC0415 - only who checks pays for it

    found = color4.parse_color(text)
    if found is None or isinstance(found, str):
        return None
    try:
        red, green, blue = found.to("srgb").coordinates
    except NotImplementedError:  # how tinycss2 says that a colour space has no way to sRGB
        return None
    return Colour(red * 255, green * 255, blue * 255, found.alpha)


def over(front: Colour, ground: Colour) -> Colour:
    """Lay a colour that may let some light through over an opaque one."""
    if front.alpha == 1:
        return front
    return Colour(
        *(f * front.alpha + g * (1 - front.alpha) for f, g in zip(front[:3], ground[:3], strict=True))
    )


@lru_cache(maxsize=1024)
def contrast(one: Colour, other: Colour) -> float:
    """Give the contrast ratio, 1 to 21."""
    return contrast_of_luminances(_luminance(one), _luminance(other))


def _luminance(colour: Colour) -> float:
    return relative_luminance(channel / 255 for channel in colour[:3])
