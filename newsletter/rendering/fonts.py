"""Fonts of a theme: names of what readers may have, in order of preference. None is ever fetched."""

from __future__ import annotations

import re

HEADING_FONT = "Georgia, serif"
BODY_FONT = "-apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif"

# Outlook for Windows takes Times where the first font is missing, so that it gets a list of its own.
_OUTLOOK = {
    "serif": "Georgia, serif",
    "sans-serif": "Arial, sans-serif",
    "monospace": "Consolas, monospace",
}
_MAX_FONTS = 8
_NAME = re.compile(r"-?[A-Za-z][A-Za-z0-9-]*(?: [A-Za-z0-9-]+)*")
_MAX_NAME_CHARS = 40


def font_list(text: str) -> str:
    """Write a list of fonts as style sheets want it: names with a blank in single quotes, a generic family
    last. Raises `ValueError` for what is not a list of names."""
    names = [name.strip().strip("'\"").strip() for name in text.split(",")]
    if len(names) > _MAX_FONTS or not all(_is_name(name) for name in names) or names[-1] not in _OUTLOOK:
        raise ValueError(
            f'expected up to {_MAX_FONTS} names and last "serif", "sans-serif" or "monospace", '
            'such as "Charter, Georgia, serif"'
        )
    return ", ".join(f"'{name}'" if " " in name else name for name in names)


def outlook_font(fonts: str) -> str:
    """Give the list that stands for `fonts` in Outlook for Windows."""
    return _OUTLOOK[fonts.rpartition(",")[2].strip()]


def _is_name(name: str) -> bool:
    return len(name) <= _MAX_NAME_CHARS and _NAME.fullmatch(name) is not None
