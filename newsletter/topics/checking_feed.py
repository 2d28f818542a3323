"""What papers that were there say about sections."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from newsletter.model import PlacingPolicy
from newsletter.topics.findings import Finding, listed
from newsletter.topics.notices import without_notices
from newsletter.topics.phrases import PhraseFinder
from newsletter.topics.placing import place
from newsletter.topics.profiles import profile_section
from newsletter.topics.words import stems_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from newsletter.model import Paper, Placement, Section, SectionSlug
    from newsletter.topics.background import Background
    from newsletter.topics.phrases import Phrase

_ENOUGH_PAPERS = 5  # to call what they share a habit
_RARE_WORD_PAPERS = 100  # fewer papers need not hold every keyword
_CLOSE = 0.3  # of the score: which of two sections won was a matter of luck
_CONTESTED = 0.35
_SWALLOWED = 0.6
_DOMINANT = 0.5
_FEW_SECTIONS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Feed:
    """Papers as the sections see them. `hits` are the keywords found in each paper, `fits` the scores of all
    sections, whatever the thresholds."""

    sections: Mapping[SectionSlug, Section]
    policy: PlacingPolicy
    placements: Sequence[Placement]
    fits: Sequence[Mapping[SectionSlug, float]]
    hits: Sequence[frozenset[Phrase]]
    keywords: Mapping[SectionSlug, Mapping[Phrase, str]]

    @property
    def homes(self) -> Counter[SectionSlug | None]:
        return Counter(placed.section for placed in self.placements)

    def title(self, slug: SectionSlug) -> str:
        return repr(self.sections[slug].title)


def check_feed(
    sections: Sequence[Section],
    papers: Sequence[Paper],
    policy: PlacingPolicy | None = None,
    background: Background | None = None,
) -> tuple[Finding, ...]:
    """Find sections that never match, overlap, swallow others, ask for too much, or look for words that no
    paper uses."""
    if not sections or not papers:
        return ()
    feed = _feed(sections, papers, policy or PlacingPolicy(), background)
    return (
        *_too_strict(feed),
        *_never_matching(feed),
        *_dominant(feed),
        *_swallowed(feed),
        *_overlapping(feed),
        *_unheard(feed),
    )


def _feed(
    sections: Sequence[Section],
    papers: Sequence[Paper],
    policy: PlacingPolicy,
    background: Background | None,
) -> _Feed:
    keywords = {section.slug: profile_section(section).keywords for section in sections}
    finder = PhraseFinder(phrase for phrases in keywords.values() for phrase in phrases)
    open_wide = [replace(section, min_score=0.0) for section in sections]
    at_any_score = replace(policy, min_score=0.0)
    return _Feed(
        sections={section.slug: section for section in sections},
        policy=policy,
        placements=place(papers, sections, policy=policy, background=background),
        fits=[
            _fits(placed) for placed in place(papers, open_wide, policy=at_any_score, background=background)
        ],
        hits=[_found(finder, paper) for paper in papers],
        keywords=keywords,
    )


def _fits(placed: Placement) -> dict[SectionSlug, float]:
    fits = {fit.section: fit.score for fit in placed.also_fits}
    nearest = placed.evidence.nearest
    if nearest is not None:
        fits[nearest.section] = nearest.score
    if placed.section is not None:
        fits[placed.section] = placed.score
    return fits


def _found(finder: PhraseFinder, paper: Paper) -> frozenset[Phrase]:
    in_abstract = finder.find(stems_of(without_notices(paper.abstract or "")))
    return finder.find(stems_of(paper.title)) | in_abstract


def _threshold(feed: _Feed, slug: SectionSlug) -> float:
    own = feed.sections[slug].min_score
    return feed.policy.min_score if own is None else own


def _best_score(feed: _Feed, slug: SectionSlug) -> float:
    return max((fits.get(slug, 0.0) for fits in feed.fits), default=0.0)


def _too_strict(feed: _Feed) -> Iterator[Finding]:
    for slug in feed.sections:
        if _asks_too_much(feed, slug):
            best, threshold = _best_score(feed, slug), _threshold(feed, slug)
            own = feed.sections[slug].min_score is not None
            yield _warning(
                "threshold",
                (slug,),
                f"no paper reaches the threshold of {feed.title(slug)}, {threshold:g}:"
                f" the best has {best:.3f}",
                f"lower {'its min_score' if own else 'min_score of [topics]'} below {best:.2f}",
            )


def _asks_too_much(feed: _Feed, slug: SectionSlug) -> bool:
    """Only a threshold that a person raised can be too high; else it is the words that fit no paper."""
    raised = _threshold(feed, slug) > PlacingPolicy().min_score
    return raised and 0 < _best_score(feed, slug) < _threshold(feed, slug)


def _never_matching(feed: _Feed) -> Iterator[Finding]:
    homes = feed.homes
    for slug in feed.sections:
        wanted = _papers_with_keyword(feed, slug)
        if homes[slug] or _asks_too_much(feed, slug):
            continue
        rivals = Counter(feed.placements[i].section for i in wanted)
        rivals.pop(None, None)
        why, advice = "", "give it words that papers use, or drop it"
        if rivals:
            rival = min(rivals, key=lambda other: (-rivals[other], other or ""))
            why = f"; {rivals[rival]} of {len(wanted)} that hold its keywords went to {_title(feed, rival)}"
            advice = f"give it the words that tell its papers from those of {_title(feed, rival)}, or drop it"
        elif not wanted:
            why = ", and none holds one of its keywords"
        yield _warning(
            "never-matches",
            (slug,),
            f"{feed.title(slug)} got none of {_counted(len(feed.placements))}{why}",
            advice,
        )


def _dominant(feed: _Feed) -> Iterator[Finding]:
    homes = feed.homes
    placed = sum(count for slug, count in homes.items() if slug is not None)
    for slug in feed.sections:
        if len(feed.sections) >= _FEW_SECTIONS and homes[slug] > _DOMINANT * placed:
            yield _warning(
                "swallows",
                (slug,),
                f"{feed.title(slug)} takes {homes[slug]} of {_counted(placed)} that found a section",
                "part it in two, or give it fewer and longer keywords;"
                " `newsletter topics suggest --all` shows what its papers share",
            )


def _swallowed(feed: _Feed) -> Iterator[Finding]:
    for slug in feed.sections:
        wanted = _papers_with_keyword(feed, slug)
        if len(wanted) < _ENOUGH_PAPERS or not feed.homes[slug]:
            continue
        for other, count in Counter(feed.placements[i].section for i in wanted).most_common(1):
            if other not in (None, slug) and count >= _SWALLOWED * len(wanted):
                yield _warning(
                    "swallows",
                    (str(other), slug),
                    f"{_title(feed, other)} takes {count} of {_counted(len(wanted))} that hold keywords of"
                    f" {feed.title(slug)}",
                    f"give {feed.title(slug)} longer keywords of its own, or exclude them from"
                    f" {_title(feed, other)}",
                )


def _overlapping(feed: _Feed) -> Iterator[Finding]:
    homes = feed.homes
    contested: Counter[tuple[SectionSlug, ...]] = Counter()
    for placed in feed.placements:
        nearest, margin = placed.evidence.nearest, placed.evidence.margin
        if placed.section and nearest and margin is not None and abs(margin) <= _CLOSE * placed.score:
            contested[tuple(sorted((placed.section, nearest.section)))] += 1
    for pair, count in sorted(contested.items(), key=lambda item: (-item[1], item[0])):
        smaller = min(homes[slug] for slug in pair)
        if count >= _ENOUGH_PAPERS and count >= _CONTESTED * smaller:
            first, second = (feed.title(slug) for slug in pair)
            yield _warning(
                "overlap",
                pair,
                f"{first} and {second} overlap: {count} papers fit both about equally",
                "make one section of them, or move the words they share to one side",
            )


def _unheard(feed: _Feed) -> Iterator[Finding]:
    if len(feed.placements) < _RARE_WORD_PAPERS:
        return
    heard = {phrase for hits in feed.hits for phrase in hits}
    for slug, keywords in feed.keywords.items():
        missing = [text for phrase, text in keywords.items() if phrase not in heard]
        if missing:
            yield _warning(
                "unheard-keyword",
                (slug,),
                f"none of {_counted(len(feed.placements))} holds these keywords of {feed.title(slug)}:"
                f" {listed(missing)}",
                "write them as papers do, or remove them",
            )


def _papers_with_keyword(feed: _Feed, slug: SectionSlug) -> list[int]:
    return [i for i, hits in enumerate(feed.hits) if not hits.isdisjoint(feed.keywords[slug])]


def _title(feed: _Feed, slug: SectionSlug | None) -> str:
    return feed.title(slug) if slug else "More papers"


def _counted(papers: int) -> str:
    return "1 paper" if papers == 1 else f"{papers} papers"


def _warning(kind: str, sections: tuple[str, ...], message: str, advice: str) -> Finding:
    return Finding(severity="warning", kind=kind, sections=sections, message=message, advice=advice)
