"""How well labelled papers are placed."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from newsletter.topics.background import background_of
from newsletter.topics.placing import place

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from newsletter.model import Paper, Placement, PlacingPolicy, Section
    from newsletter.topics.background import Background

NO_SECTION = "none"
_WORST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A paper and where a person put it: a section's slug, or "none" for one that fits no section.

    `id` decides into which batch it comes; `acceptable` are slugs that would be right as well.
    """

    id: str
    paper: Paper
    label: str
    acceptable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionScore:
    """How one section did, by forced choice; None where nothing was there to divide by."""

    slug: str
    title: str
    papers: int
    precision: float | None
    recall: float | None
    f1: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """Papers of one section that were placed into another; `share` is of the papers of `label`."""

    label: str
    placed: str
    papers: int
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """The figures; None where they do not exist, as without papers labelled "none".

    `accuracy`, `acceptable` and `macro_f1` are of the best section whatever its score, papers labelled
    "none" left out; macro means over the sections that papers are labelled with. `macro_f1_with_more` counts
    "none" as a class that stands for "More papers". `coverage` is the share of the papers of sections that
    got one; `auroc_more` says how well the score tells papers of a section from the others.
    """

    papers: int
    none: int
    accuracy: float | None
    acceptable: float | None
    macro_f1: float | None
    macro_f1_with_more: float | None
    coverage: float | None
    auroc_more: float | None
    sections: tuple[SectionScore, ...]
    confusions: tuple[Confusion, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Verdict:
    """What became of a paper: its home, and the best section whatever its score."""

    labelled: Labelled
    home: str
    best: str
    score: float


def evaluate(
    labelled: Sequence[Labelled],
    sections: Sequence[Section],
    *,
    policy: PlacingPolicy | None = None,
    batch: int | None = None,
    background: Background | None = None,
    halves: bool = False,
) -> Evaluation:
    """Place the papers and compare.

    They are placed in the order of the SHA-1 of their ids, so that the order of a file means nothing:
    `batch` at a time, else all at once. With `halves` each half of that order is placed with the other half,
    without its labels, as `background`.
    """
    ordered = sorted(
        labelled, key=lambda one: (hashlib.sha1(one.id.encode(), usedforsecurity=False).hexdigest(), one.id)
    )
    verdicts: list[_Verdict] = []
    for part, past in _parts(ordered, background, halves=halves):
        for lot in _lots(part, batch):
            placements = place([one.paper for one in lot], sections, policy=policy, background=past)
            verdicts += [_verdict(one, placed) for one, placed in zip(lot, placements, strict=True)]
    return _figures(verdicts, sections)


def _parts(
    ordered: Sequence[Labelled], background: Background | None, *, halves: bool
) -> list[tuple[Sequence[Labelled], Background | None]]:
    if not halves:
        return [(ordered, background)]
    middle = ceil(len(ordered) / 2)
    first, second = ordered[:middle], ordered[middle:]
    return [(first, _past(second)), (second, _past(first))]


def _past(labelled: Iterable[Labelled]) -> Background:
    return background_of(one.paper for one in labelled)


def _lots(part: Sequence[Labelled], size: int | None) -> list[Sequence[Labelled]]:
    size = size or max(len(part), 1)
    return [part[start : start + size] for start in range(0, len(part), size)]


def _verdict(labelled: Labelled, placement: Placement) -> _Verdict:
    """The best section is the home, or the nearest one if a threshold stood in its way."""
    nearest = placement.evidence.nearest
    best: str | None = placement.section
    if nearest and (best is None or nearest.score > placement.score):
        best = nearest.section
    score = max(placement.score, nearest.score) if nearest else placement.score
    return _Verdict(
        labelled=labelled, home=placement.section or NO_SECTION, best=best or NO_SECTION, score=score
    )


def _figures(verdicts: Sequence[_Verdict], sections: Sequence[Section]) -> Evaluation:
    homed = [verdict for verdict in verdicts if verdict.labelled.label != NO_SECTION]
    forced = [(verdict.labelled.label, verdict.best) for verdict in homed]
    scores = _scores(forced, [section.slug for section in sections])
    with_more = _scores(
        [(verdict.labelled.label, verdict.home) for verdict in verdicts],
        [*(section.slug for section in sections), NO_SECTION],
    )
    return Evaluation(
        papers=len(verdicts),
        none=len(verdicts) - len(homed),
        accuracy=_share(sum(label == best for label, best in forced), len(homed)),
        acceptable=_share(sum(_is_acceptable(verdict) for verdict in homed), len(homed)),
        macro_f1=_macro(scores),
        macro_f1_with_more=_macro(with_more),
        coverage=_share(sum(verdict.home != NO_SECTION for verdict in homed), len(homed)),
        auroc_more=auroc(
            [verdict.score for verdict in homed],
            [verdict.score for verdict in verdicts if verdict.labelled.label == NO_SECTION],
        ),
        sections=tuple(
            SectionScore(
                slug=section.slug,
                title=section.title,
                papers=scores[section.slug].papers,
                precision=scores[section.slug].precision,
                recall=scores[section.slug].recall,
                f1=scores[section.slug].f1,
            )
            for section in sections
        ),
        confusions=_confusions(forced),
    )


def _is_acceptable(verdict: _Verdict) -> bool:
    return verdict.best in (verdict.labelled.label, *verdict.labelled.acceptable)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Score:
    """Counts of one class."""

    papers: int
    placed: int
    right: int

    @property
    def precision(self) -> float | None:
        return _share(self.right, self.placed)

    @property
    def recall(self) -> float | None:
        return _share(self.right, self.papers)

    @property
    def f1(self) -> float | None:
        """None without papers; a class of which none was found scores 0."""
        return _share(2 * self.right, self.papers + self.placed) if self.papers else None


def _scores(pairs: Sequence[tuple[str, str]], classes: Sequence[str]) -> Mapping[str, _Score]:
    """Count per class from pairs (label, placed)."""
    labels, placed = Counter(label for label, _ in pairs), Counter(found for _, found in pairs)
    right = Counter(label for label, found in pairs if label == found)
    return {name: _Score(papers=labels[name], placed=placed[name], right=right[name]) for name in classes}


def _macro(scores: Mapping[str, _Score]) -> float | None:
    found = [score.f1 for score in scores.values() if score.f1 is not None]
    return sum(found) / len(found) if found else None


def _confusions(forced: Sequence[tuple[str, str]]) -> tuple[Confusion, ...]:
    totals = Counter(label for label, _ in forced)
    wrong = Counter((label, best) for label, best in forced if label != best)
    worst = sorted(wrong.items(), key=lambda item: (-item[1], item[0]))[:_WORST]
    return tuple(
        Confusion(label=label, placed=best, papers=count, share=count / totals[label])
        for (label, best), count in worst
    )


def auroc(above: Sequence[float], below: Sequence[float]) -> float | None:
    """Give the chance that one of `above` is larger than one of `below`; a tie is half a chance."""
    if not above or not below:
        return None
    lower, higher = Counter(below), Counter(above)
    passed, wins = 0, 0.0
    for value in sorted(lower.keys() | higher.keys()):
        wins += higher[value] * (passed + lower[value] / 2)
        passed += lower[value]
    return wins / (len(above) * len(below))


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
