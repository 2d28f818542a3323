"""An issue becomes an edition: subject, HTML and plain text. Pure: no network, no clock."""

from newsletter.rendering.budget import SizeBudget
from newsletter.rendering.correction import corrected
from newsletter.rendering.edition import Editions, render, render_note
from newsletter.rendering.selection import is_empty
from newsletter.rendering.theme import Theme

__all__ = ["Editions", "SizeBudget", "Theme", "corrected", "is_empty", "render", "render_note"]
