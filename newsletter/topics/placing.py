"""Which section is a paper's home, and why."""

from __future__ import annotations

import gc
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

from newsletter.errors import TopicError
from newsletter.model import Evidence, Fit, Placement, PlacingPolicy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from newsletter.model import Paper, Section
    from newsletter.topics.background import Background
    from newsletter.topics.feedback import Feedback
    from newsletter.topics.fitting import Fitting
    from newsletter.topics.naming import Said

_DIGITS = 6  # more would be noise of floating point
_PAPERS_AT_ONCE = 2000
_EXAMPLES = "examples"


class _Ranked:
    """The sections on offer to one paper, best first, as (place in the configuration, score), and which of
    them is its home. `shown` is the one the evidence tells of, -1 without any; `nearest` lies below `bar`."""

    __slots__ = ("bar", "home", "nearest", "offers", "score", "shown")

    def __init__(self, *, offers: list[tuple[int, float]], thresholds: Sequence[float], said: Said) -> None:
        offers = [offer for offer in offers if offer[0] not in said.not_here] if said.not_here else offers
        self.offers = offers
        named = next((offer for offer in offers if offer[0] in said.here), None)
        found = named or next((offer for offer in offers if offer[1] >= thresholds[offer[0]]), None)
        self.home = found[0] if found else None
        self.shown, self.score = found or (offers[0] if offers else (-1, 0.0))
        self.bar = self.score if found else thresholds[self.shown]
        self.nearest = next((offer for offer in offers if offer[0] != self.home), None)


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
    section that reaches its threshold; of equal ones the earlier. A paper that a section names as an example
    has its home there whatever the score, and never where it is a counter-example. A section of which the
    paper holds an excluded term is no candidate. `background` are the newsletter's own past papers beside
    what ships.

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
    with _nothing_collected():
        for numbers in _lots(papers):
            lot = [papers[number] for number in numbers]
            for number, placement in zip(numbers, _placed(lot, sections, fitting, thresholds), strict=True):
                placements[number] = placement
    return tuple(placement for placement in placements if placement is not None)


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Keep Python from looking for garbage: all that is made here stays, and looking takes a fifth of the
    time."""
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_collecting:
            gc.enable()


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
    from newsletter.topics.naming import NOTHING, said_of  # noqa: PLC0415 - see `place`
    from newsletter.topics.terms import deciding_terms  # noqa: PLC0415 - see `place`

    fits = fitting.fit(papers)
    decided = decide(fits)
    said = said_of(papers, sections)
    unsaid = [_Ranked(offers=offers, thresholds=thresholds, said=NOTHING) for offers in decided.offers()]
    ranked = [
        one if what is NOTHING else _Ranked(offers=one.offers, thresholds=thresholds, said=what)
        for one, what in zip(unsaid, said, strict=True)
    ]
    moved_by = [
        by if one.home == other.home or _EXAMPLES in by else (*by, _EXAMPLES)
        for by, one, other in zip(decided.moved_by(thresholds), ranked, unsaid, strict=True)
    ]
    terms = deciding_terms(fitting, fits, [one.shown for one in ranked])
    for row, paper in enumerate(papers):
        one = ranked[row]
        if not one.offers:
            yield _homeless(paper)
            continue
        home, nearest = one.home, one.nearest
        yield Placement(
            paper=paper,
            section=None if home is None else sections[home].slug,
            score=one.score,
            evidence=Evidence(
                terms=terms[row],
                keyword_hits=fits.keywords[row].get(one.shown, ()),
                nearest=Fit(section=sections[nearest[0]].slug, score=nearest[1]) if nearest else None,
                margin=round(one.bar - nearest[1], _DIGITS) if nearest else None,
                moved_by=moved_by[row],
            ),
            also_fits=tuple(
                Fit(section=sections[at].slug, score=score)
                for at, score in one.offers
                if at != home and score >= thresholds[at]
            ),
        )
