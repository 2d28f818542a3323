"""How likely a paper lies in a field, told from its categories, its words as a whole, or single words."""

from __future__ import annotations

from math import exp, sqrt
from typing import TYPE_CHECKING

from newsletter.topics.field_words import field_words
from newsletter.topics.fields import archive_heading, field_heading

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from newsletter.model import Paper
    from newsletter.topics.phrasebook import PhraseUse

# Of earlier papers that lean so far to a field, in standard deviations, half have it among their categories;
# a third of a deviation more makes it three in four.
_EVEN = 0.9
_STEEP = 3.0
_NEGLIGIBLE = 0.05
_MATTERS = 0.25  # many slight chances in the fields of an archive make no chance in the archive
_OF_THE_SECOND = 0.5  # the first category a paper states is what it is about, another half so
# What a word of a field tells; a phrase tells more, and a title more than an abstract.
_A_WORD = 0.5
_A_PHRASE = 0.85
_IN_THE_TITLE = 1.5


def likely_fields(
    paper: Paper, use: PhraseUse, learnt: Mapping[str, float], leanings: Sequence[float]
) -> dict[str, float]:
    """Say how likely (0 to 1) the paper lies in each category that it may lie in.

    What it states is believed. Else its `leanings` tell of the fields that earlier papers taught, as far as
    each is `learnt` (0 to 1), and single words for the rest.
    """
    stated = [c for c in paper.categories or () if field_heading(c) or archive_heading(c)]
    if stated:
        return dict.fromkeys(stated, _OF_THE_SECOND) | {stated[0]: 1.0}
    likely = _spoken_for(use)
    for (category, trust), lean in zip(learnt.items(), leanings, strict=True):
        spoken = likely.get(category, 0.0)
        likely[category] = spoken + trust * (1 / (1 + exp(_STEEP * (_EVEN - lean))) - spoken)
    return {category: share for category, share in likely.items() if share >= _NEGLIGIBLE}


def headings_of(likely: Mapping[str, float]) -> dict[str, float]:
    """Say the same of headings: one holds as far as its surest category, that of an archive where any of its
    fields does."""
    headings: dict[str, float] = {}
    for category, share in sorted(likely.items()):
        narrow, broad = field_heading(category), archive_heading(category)
        if narrow is not None:
            headings[narrow] = max(headings.get(narrow, 0.0), share)
        if broad is not None and broad != narrow and share >= _MATTERS:
            headings[broad] = 1 - (1 - headings.get(broad, 0.0)) * (1 - share)
    return headings


def _spoken_for(use: PhraseUse) -> dict[str, float]:
    """Weigh the words that speak for a field; one that speaks for many tells little of each, and the field
    that most speak for takes from the others."""
    weights: dict[str, float] = {}
    for key in sorted(use.occurrences.keys() & field_words().keys()):
        categories = field_words()[key]
        worth = (_A_PHRASE if " " in key else _A_WORD) * (_IN_THE_TITLE if key in use.titles else 1)
        for category in categories:
            weights[category] = weights.get(category, 0.0) + worth / sqrt(len(categories))
    most = max(weights.values(), default=0.0)
    return {category: (1 - exp(-weight)) * weight / most for category, weight in weights.items()}
