"""Placements become an issue: order, limits, summaries, and what was left out and why. Pure."""

from newsletter.issues.compose import compose
from newsletter.issues.ranking import rank
from newsletter.issues.summaries import summary_of

__all__ = ["compose", "rank", "summary_of"]
