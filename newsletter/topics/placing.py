"""Which section is a paper's home, and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import partial
from math import sqrt
from typing import TYPE_CHECKING

from newsletter.errors import TopicError
from newsletter.model import Evidence, Fit, Placement, PlacingPolicy, Term
from newsletter.topics.phrases import PhraseFinder
from newsletter.topics.profiles import profile_paper, profile_section

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from newsletter.model import Paper, Section
    from newsletter.topics.background import Background
    from newsletter.topics.phrases import Phrase
    from newsletter.topics.profiles import PaperProfile, SectionProfile

_DECIDING_TERMS = 5
_DIGITS = 6  # more would be noise of floating point
# What one keyword found adds to the cosine; n add sqrt(n) times as much, and one in the title counts as two.
_KEYWORD_WEIGHT = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    """A section on offer, with its place in the configuration."""

    place: int
    section: Section
    profile: SectionProfile
    threshold: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Match:
    """A candidate and what one paper has in common with it."""

    candidate: _Candidate
    fit: Fit
    hits: tuple[str, ...]

    @property
    def is_enough(self) -> bool:
        return self.fit.score >= self.candidate.threshold


def place(
    papers: Sequence[Paper],
    sections: Sequence[Section],
    *,
    policy: PlacingPolicy | None = None,
    background: Background | None = None,
) -> tuple[Placement, ...]:
    """Give every paper at most one home, in the order of `papers`, which changes nothing else.

    The score (0 to 1) is the cosine of the TF-IDF vectors of a paper (title and abstract) and of a section
    (title, description and keywords), raised by the keywords found in the paper. The home is the best
    section that reaches its threshold; of equal ones the earlier. A section of which the paper holds an
    excluded term is no candidate. `background` makes the weights of terms surer.

    Without a home the evidence is that of the best section, which is then `nearest`, and `margin` is what it
    lacked. Raises `TopicError` for two sections with one slug, or one without a word to compare.
    """
    _check_slugs(sections)
    candidates = _candidates(sections, policy or PlacingPolicy())
    if not papers or not sections:
        return tuple(_homeless(paper) for paper in papers)
    from newsletter.topics.similarity import compare  # noqa: PLC0415 - scikit-learn takes most of a second

    profiles = [profile_paper(paper) for paper in papers]
    similarity = compare([p.terms for p in profiles], [c.profile.terms for c in candidates], background)
    finder = PhraseFinder(phrase for c in candidates for phrase in (*c.profile.keywords, *c.profile.exclude))
    placements = []
    for row, (paper, profile) in enumerate(zip(papers, profiles, strict=True)):
        matches = _matches(profile, candidates, similarity.cosines[row], finder)
        deciding = partial(_deciding, profile, partial(similarity.shares, row))
        placements.append(_placement(paper, matches, deciding) if matches else _homeless(paper))
    return tuple(placements)


def _check_slugs(sections: Sequence[Section]) -> None:
    for slug, count in Counter(section.slug for section in sections).items():
        if count > 1:
            raise TopicError(
                f"{count} sections have the slug {slug!r}; a paper's home would be ambiguous",
                hint="give each section a slug of its own",
            )


def _candidates(sections: Sequence[Section], policy: PlacingPolicy) -> list[_Candidate]:
    return [
        _Candidate(
            place=place,
            section=section,
            profile=profile_section(section),
            threshold=policy.min_score if section.min_score is None else section.min_score,
        )
        for place, section in enumerate(sections)
    ]


def _homeless(paper: Paper) -> Placement:
    return Placement(paper=paper, section=None, score=0.0, evidence=Evidence())


def _matches(
    profile: PaperProfile, candidates: Sequence[_Candidate], cosines: Sequence[float], finder: PhraseFinder
) -> list[_Match]:
    """Rank the sections that have anything in common with a paper, best first."""
    in_title = finder.find(profile.title)
    in_text = in_title | finder.find(profile.abstract)
    matches = [
        _match(candidate, cosine, in_title, in_text)
        for candidate, cosine in zip(candidates, cosines, strict=True)
        if candidate.profile.exclude.isdisjoint(in_text)
    ]
    found = [match for match in matches if match.fit.score > 0]
    return sorted(found, key=lambda match: (-match.fit.score, match.candidate.place))


def _match(
    candidate: _Candidate, cosine: float, in_title: frozenset[Phrase], in_text: frozenset[Phrase]
) -> _Match:
    keywords = candidate.profile.keywords
    hits = keywords.keys() & in_text
    raised = cosine + _KEYWORD_WEIGHT * sqrt(len(hits) + len(hits & in_title))
    return _Match(
        candidate=candidate,
        fit=Fit(section=candidate.section.slug, score=round(min(raised, 1.0), _DIGITS)),
        hits=tuple(text for phrase, text in keywords.items() if phrase in hits) if hits else (),
    )


def _placement(
    paper: Paper, matches: Sequence[_Match], deciding: Callable[[int], tuple[Term, ...]]
) -> Placement:
    home = next((match for match in matches if match.is_enough), None)
    shown = home or matches[0]
    nearest = next((match.fit for match in matches if match is not home), None)
    bar = home.fit.score if home else shown.candidate.threshold
    return Placement(
        paper=paper,
        section=home.fit.section if home else None,
        score=shown.fit.score,
        evidence=Evidence(
            terms=deciding(shown.candidate.place),
            keyword_hits=shown.hits,
            nearest=nearest,
            margin=round(bar - nearest.score, _DIGITS) if nearest else None,
        ),
        also_fits=tuple(match.fit for match in matches if match.is_enough and match is not home),
    )


def _deciding(
    profile: PaperProfile, shares: Callable[[int], dict[str, float]], section: int
) -> tuple[Term, ...]:
    """Name the terms that made the cosine, heaviest first, as the paper writes them."""
    weights = [(round(share, _DIGITS), term) for term, share in shares(section).items()]
    heaviest = sorted(weights, key=lambda pair: (-pair[0], pair[1]))[:_DECIDING_TERMS]
    return tuple(Term(text=profile.spellings[term], weight=weight) for weight, term in heaviest)
