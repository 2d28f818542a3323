"""Papers and sections become placements. Pure; scikit-learn is imported when the first paper is placed."""

from newsletter.topics.background import Background, background_of
from newsletter.topics.leftovers import Group, discover, with_groups
from newsletter.topics.placing import place

__all__ = ["Background", "Group", "background_of", "discover", "place", "with_groups"]
