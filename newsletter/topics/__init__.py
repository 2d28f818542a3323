"""Papers and sections become placements. Pure; scikit-learn is imported when the first paper is placed."""

from newsletter.topics.background import Background, background_of
from newsletter.topics.placing import place

__all__ = ["Background", "background_of", "place"]
