"""Colours, and whether one can be read on another."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# WCAG 2.2, 1.4.3: what text of ordinary size needs.
MIN_CONTRAST = 4.5

_LONG = re.compile(r"#[0-9a-f]{6}")
_SHORT = re.compile(r"#([0-9a-f])([0-9a-f])([0-9a-f])")
_CHANNELS = (1, 3, 5)
_STEPS = 64


def colour(text: str) -> str:
    """Write a colour as #rrggbb, which alone every mail program reads. Raises `ValueError`."""
    lowered = text.lower()
    if short := _SHORT.fullmatch(lowered):
        return "#" + "".join(digit * 2 for digit in short.groups())
    if not _LONG.fullmatch(lowered):
        raise ValueError('expected a colour such as "#a63d1c"')
    return lowered


def contrast(one: str, other: str) -> float:
    """Give the contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    return contrast_of_luminances(_luminance(one), _luminance(other))


def readable(words: str, grounds: tuple[str, ...]) -> str:
    """Give the colour nearest to `words` that can be read on all `grounds`, darker or brighter; black or
    white where none can."""
    blends = [
        _blend(words, end, step / _STEPS) for step in range(_STEPS + 1) for end in ("#000000", "#ffffff")
    ]
    fit = (blend for blend in blends if all(contrast(blend, ground) >= MIN_CONTRAST for ground in grounds))
    return next(fit, max(("#000000", "#ffffff"), key=lambda end: min(contrast(end, g) for g in grounds)))


def _blend(one: str, other: str, share: float) -> str:
    pairs = [(int(one[i : i + 2], 16), int(other[i : i + 2], 16)) for i in _CHANNELS]
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def contrast_of_luminances(one: float, other: float) -> float:
    """Give the contrast ratio of two relative luminances, 1 to 21 (WCAG 2.2)."""
    dim, bright = sorted((one, other))
    return (bright + 0.05) / (dim + 0.05)


def relative_luminance(channels: Iterable[float]) -> float:
    """Give the luminance of red, green and blue, each 0 to 1 (WCAG 2.2)."""
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)  # noqa: PLR2004 - WCAG
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _luminance(value: str) -> float:
    return relative_luminance(int(value[i : i + 2], 16) / 255 for i in _CHANNELS)
