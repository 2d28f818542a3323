"""The plain text of an edition, from its own template: no program makes good text of table layout."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsletter.rendering.environment import draw_text

if TYPE_CHECKING:
    from newsletter.rendering.theme import Theme
    from newsletter.rendering.view import View
    from newsletter.rendering.wording import Words

TEMPLATE = "digest.txt.j2"
_TRAILING_BLANKS = re.compile(r"[ \t]+$", re.MULTILINE)
_WIDE_GAPS = re.compile(r"\n{4,}")


def draw_plain_text(view: View, theme: Theme, words: Words) -> str:
    """Give the text with LF line ends, no blanks at line ends and no gap over two lines."""
    text = _TRAILING_BLANKS.sub("", draw_text(TEMPLATE, view, theme, words))
    return _WIDE_GAPS.sub("\n\n\n", text).strip("\n") + "\n"
