"""Papers and sections become placements. Pure; importing it imports scikit-learn."""

from newsletter.topics.placing import place

__all__ = ["place"]
