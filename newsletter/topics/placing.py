"""Which section is a paper's home, and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.errors import TopicError
from newsletter.model import Evidence, Fit, Placement, PlacingPolicy, Term

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from newsletter.model import Paper, Section
    from newsletter.topics.background import Background
    from newsletter.topics.feedback import Feedback
    from newsletter.topics.fitting import Fits, Fitting

_DECIDING_TERMS = 5
_DIGITS = 6  # more would be noise of floating point
_PAPERS_AT_ONCE = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ranked:
    """The sections on offer to one paper, best first, as (place in the configuration, score)."""

    offers: list[tuple[int, float]]
    thresholds: Sequence[float]

    @property
    def home(self) -> int | None:
        return next((place for place, score in self.offers if score >= self.thresholds[place]), None)


def place(
    papers: Sequence[Paper],
    sections: Sequence[Section],
    *,
    policy: PlacingPolicy | None = None,
    background: Background | None = None,
    feedback: Iterable[Feedback] = (),
) -> tuple[Placement, ...]:
    """Give every paper at most one home, in the order of `papers`, which changes nothing else.

    The score (0 to 1) says how sure it is that a paper belongs to a section, from shared words, keywords,
    likeness of meaning, what the words of earlier papers tell, categories and authors. The home is the best
    section that reaches its threshold; of equal ones the earlier. A section of which the paper holds an
    excluded term is no candidate. `background` are the newsletter's own past papers beside what ships.

    Without a home the evidence is that of the best section, which is then `nearest`, and `margin` is what it
    lacked. Raises `TopicError` for two sections with one slug, or one without a word to compare.
    """
    _check_slugs(sections)
    if not papers or not sections:
        return tuple(_homeless(paper) for paper in papers)
    from newsletter.topics.fitting import fitting_for  # noqa: PLC0415 - numpy and scipy take their time

    fitting = fitting_for(sections, papers, background, tuple(feedback))
    least = (policy or PlacingPolicy()).min_score
    thresholds = [least if section.min_score is None else section.min_score for section in sections]
    placements: list[Placement | None] = [None] * len(papers)
    for numbers in _lots(papers):
        lot = [papers[number] for number in numbers]
        for number, placement in zip(numbers, _placed(lot, sections, fitting, thresholds), strict=True):
            placements[number] = placement
    return tuple(placement for placement in placements if placement is not None)


def _check_slugs(sections: Sequence[Section]) -> None:
    for slug, count in Counter(section.slug for section in sections).items():
        if count > 1:
            raise TopicError(
                f"{count} sections have the slug {slug!r}; a paper's home would be ambiguous",
                hint="give each section a slug of its own",
            )


def _homeless(paper: Paper) -> Placement:
    return Placement(paper=paper, section=None, score=0.0, evidence=Evidence())


def _lots(papers: Sequence[Paper]) -> list[Sequence[int]]:
    """Part many papers, so that memory does not grow with them; which go together does not depend on their
    order."""
    if len(papers) <= _PAPERS_AT_ONCE:
        return [range(len(papers))]
    order = sorted(range(len(papers)), key=lambda number: (papers[number].key, papers[number].title))
    return [order[at : at + _PAPERS_AT_ONCE] for at in range(0, len(order), _PAPERS_AT_ONCE)]


def _placed(
    papers: Sequence[Paper], sections: Sequence[Section], fitting: Fitting, thresholds: Sequence[float]
) -> Iterable[Placement]:
    from newsletter.topics.deciding import decide  # noqa: PLC0415 - see `place`

    fits = fitting.fit(papers)
    decided = decide(fits)
    for row, paper in enumerate(papers):
        offers = decided.offers(row)
        if not offers:
            yield _homeless(paper)
            continue
        ranked = _Ranked(offers=offers, thresholds=thresholds)
        home = ranked.home
        shown = offers[0][0] if home is None else home
        scores = dict(offers)
        nearest = next((offer for offer in offers if offer[0] != home), None)
        bar = thresholds[shown] if home is None else scores[home]
        yield Placement(
            paper=paper,
            section=None if home is None else sections[home].slug,
            score=scores[shown],
            evidence=Evidence(
                terms=_terms(fitting, fits, row, shown),
                keyword_hits=fits.keywords[row].get(shown, ()),
                nearest=Fit(section=sections[nearest[0]].slug, score=nearest[1]) if nearest else None,
                margin=round(bar - nearest[1], _DIGITS) if nearest else None,
                moved_by=decided.moved_by(row, shown),
            ),
            also_fits=tuple(
                Fit(section=sections[at].slug, score=score)
                for at, score in offers
                if at != home and score >= thresholds[at]
            ),
        )


def _terms(fitting: Fitting, fits: Fits, row: int, section: int) -> tuple[Term, ...]:
    """Name the terms that speak loudest for a section, as the paper writes them, with their part of all that
    speaks for it."""
    first, shares = fitting.shares(fits, row, section)
    speaking = float(shares.clip(0).sum())
    if not speaking:
        return ()
    heaviest = (
        shares.argpartition(-_DECIDING_TERMS)[-_DECIDING_TERMS:]
        if len(shares) > _DECIDING_TERMS
        else range(len(shares))
    )
    weights = [(round(float(shares[at]) / speaking, _DIGITS), int(at)) for at in heaviest]
    ordered = sorted(weights, key=lambda pair: (-pair[0], pair[1]))
    return tuple(Term(text=_spelt(fits, first + at), weight=weight) for weight, at in ordered if weight > 0)


def _spelt(fits: Fits, entry: int) -> str:
    start, end = fits.vectors.starts[entry], fits.vectors.ends[entry] + 1
    return " ".join(fits.reading.surfaces[start:end])
