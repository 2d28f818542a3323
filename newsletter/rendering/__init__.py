"""An issue becomes an edition: subject, HTML and plain text. Pure: no network, no clock."""

from newsletter.rendering.budget import SizeBudget
from newsletter.rendering.edition import Editions, render
from newsletter.rendering.theme import Theme

__all__ = ["Editions", "SizeBudget", "Theme", "render"]
