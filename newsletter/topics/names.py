"""A heading for a group of papers: what they share, written as a person would.

It is a phrase of their own, or a field they lean to, or where no single phrase will do, two phrases that
together hold for the group ("Auctions and voting rules").
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log, log1p
from typing import TYPE_CHECKING

from newsletter.topics.common_phrases import common_phrases
from newsletter.topics.fields import BROAD_HEADINGS, broader_heading
from newsletter.topics.spelling import heading_case

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from newsletter.topics.common_phrases import CommonPhrase
    from newsletter.topics.phrasebook import Phrasebook, PhraseUse

# A name must be true of this share of a group: a phrase by its words (in so many papers side by side, in so
# many titles), two phrases together, a field by how likely each paper lies there.
_PHRASE_SHARE = 0.7
_WHOLE_SHARE = 0.5
_TITLE_SHARE = 0.3
_PAIR_SHARE = 0.75
_FIELD_SHARE = 0.5
_BROAD_SHARE = 0.7  # of a field that holds many others
_NARROW_SHARE = 0.85  # of the likelihood of a broad field that a narrow one in it must have
_HESITATION = 0.5  # of a paper that is not there counts against a field: few must be surer than many
_FEWEST = 3
# Each phrase of two must hold for this share, and for so many papers that the other one lacks.
_HALF_SHARE = 0.3
_FEWEST_OWN = 2
_PAIR_WORTH = 0.45  # two things are said where a person would look for one
_FIELD_WORTH = 0.5  # a field is a sure but broad name: a phrase need not be as telling to beat it
_BROAD_WORTH = 0.3
_WORD_WORTH = 0.5
_HOLDS = 0.3  # likelihood from which a paper of the group may be said to lie in a field
_FIELD_RATIO = 1.5  # a field must be so much likelier inside the group than outside
_PRIOR, _DOUBT = 0.1, 10  # how common a field is among papers unseen, and how many of them to reckon with
_MAX_CHARS = 45
_MAX_HALVES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A heading, the papers it is true of, and how well it tells them from others."""

    text: str
    holders: frozenset[int]
    score: float


def ranked_names(
    group: Sequence[int], uses: Sequence[PhraseUse], fields: Sequence[Mapping[str, float]], book: Phrasebook
) -> list[Name]:
    """List the headings that are true of a group, best first.

    `group` are positions in `uses` (the phrases of every paper) and `fields` (headings of fields, and how
    likely the paper lies there).
    """
    phrases = common_phrases(group, uses, book, share=_HALF_SHARE)
    names = [
        *_phrase_names(phrases, len(group)),
        *_pair_names(phrases, len(group)),
        *_field_names(group, fields),
    ]
    return sorted(names, key=lambda name: (-name.score, name.text))


def _phrase_names(phrases: Iterable[CommonPhrase], size: int) -> list[Name]:
    return [
        Name(text=heading_case(phrase.surface), holders=phrase.having_words, score=_worth(phrase, size))
        for phrase in phrases
        if len(phrase.having_words) >= max(min(_FEWEST, size), _PHRASE_SHARE * size)
        and len(phrase.holders) >= _WHOLE_SHARE * size
        and phrase.titles >= _TITLE_SHARE * size
        and (phrase.words > 1 or phrase.is_a_name_alone(size))
    ]


def _worth(phrase: CommonPhrase, size: int) -> float:
    coverage = len(phrase.holders) / size
    score = coverage * log(max(coverage / phrase.elsewhere, 1.0)) * (1 + phrase.titles / size)
    return score if phrase.words > 1 else score * _WORD_WORTH


def _pair_names(phrases: Iterable[CommonPhrase], size: int) -> list[Name]:
    halves = sorted(
        (p for p in phrases if p.words > 1 and p.titles >= _FEWEST_OWN),
        key=lambda p: (-_worth(p, size), p.surface),
    )[:_MAX_HALVES]
    names = []
    for n, first in enumerate(halves):
        for second in halves[n + 1 :]:
            both = first.holders | second.holders
            own = min(len(first.holders - second.holders), len(second.holders - first.holders))
            if len(both) < _PAIR_SHARE * size or own < _FEWEST_OWN or first.shares_a_word_with(second):
                continue
            text = f"{heading_case(first.surface)} and {second.surface}"
            if len(text) <= _MAX_CHARS:
                score = _PAIR_WORTH * (_worth(first, size) + _worth(second, size))
                names.append(Name(text=text, holders=both, score=score))
    return names


def _field_names(group: Sequence[int], fields: Sequence[Mapping[str, float]]) -> list[Name]:
    """A narrow field must be nearly as likely as the broad one it lies in, or that is the truer name."""
    coverages: dict[str, float] = {}
    for n in group:
        for heading, share in fields[n].items():
            coverages[heading] = coverages.get(heading, 0.0) + share / (len(group) + _HESITATION)
    names = []
    for heading, coverage in sorted(coverages.items()):
        broader = coverages.get(broader_heading(heading) or "", 0.0)
        needed = _BROAD_SHARE if heading in BROAD_HEADINGS else max(_FIELD_SHARE, _NARROW_SHARE * broader)
        holders = frozenset(n for n in group if fields[n].get(heading, 0.0) >= _HOLDS)
        if coverage >= needed and len(holders) >= _FEWEST:
            ratio = coverage / _likely_outside(heading, frozenset(group), fields)
            worth = _BROAD_WORTH if heading in BROAD_HEADINGS else _FIELD_WORTH
            if ratio >= _FIELD_RATIO:
                names.append(Name(text=heading, holders=holders, score=worth * coverage**2 * log1p(ratio)))
    return names


def _likely_outside(heading: str, members: Collection[int], fields: Sequence[Mapping[str, float]]) -> float:
    """Estimate the share of other papers in a field, doubting a small number of them."""
    others = [field.get(heading, 0.0) for n, field in enumerate(fields) if n not in members]
    return (sum(others) + _PRIOR * _DOUBT) / (len(others) + _DOUBT)
