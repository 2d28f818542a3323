"""From fits to scores, with a look at what the day's papers are about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newsletter.topics.fits import Fitness, Fits

# A fit of MIDDLE is a score of one half; one of MIDDLE - 3 SLOPE is the usual threshold.
_MIDDLE = 5.9
_SLOPE = 2.5
_DIGITS = 6
_EVEN = 5.0  # papers that every section is thought to have before we look
_PAPERS_OF_DAY = 60  # more papers do not make us surer
_SHARPNESS = 2.0
_LOOKS = 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Decided:
    """Scores of papers (rows) and sections (columns), -1 where a section is no candidate; and what they would
    be `without` each kind of evidence."""

    scores: Any
    without: dict[str, Any]

    def offers(self) -> Iterator[list[tuple[int, float]]]:
        """List the candidates of every paper, best first, of equal ones the earlier."""
        order = np.argsort(-self.scores, axis=1, kind="stable")
        ordered = np.take_along_axis(self.scores, order, axis=1)
        for sections, scores in zip(order.tolist(), ordered.tolist(), strict=True):
            yield [(at, score) for at, score in zip(sections, scores, strict=True) if score >= 0]

    def moved_by(self, thresholds: Sequence[float]) -> list[tuple[str, ...]]:
        """Say for each paper without which evidence it would have another home, or one at all, or none."""
        homes = _homes(self.scores, thresholds)
        movers: list[tuple[str, ...]] = [()] * len(homes)
        for kind, scores in self.without.items():
            for row in np.flatnonzero(_homes(scores, thresholds) != homes).tolist():
                movers[row] = (*movers[row], kind)
        return movers


def _homes(scores: Any, thresholds: Sequence[float]) -> Any:
    """Give the best section of each paper that reaches its threshold, of equal ones the earlier; else -1."""
    reached = np.where((scores >= 0) & (scores >= np.asarray(thresholds)), scores, -1.0)
    best = reached.argmax(axis=1)
    return np.where(np.take_along_axis(reached, best[:, None], axis=1)[:, 0] >= 0, best, -1)


def decide(fits: Fits) -> Decided:
    """Make scores of fits.

    A day's papers are seldom spread evenly: where a few sections dominate a feed, a doubtful paper more
    likely belongs to them. Each paper is judged by the others, so that one alone is judged by itself.
    """
    bias = _shares_of_day(np.where(fits.all.common & ~fits.excluded, fits.all.total, -np.inf))
    return Decided(
        scores=_scores(fits.all, fits.excluded, bias),
        without={kind: _scores(fit, fits.excluded, bias) for kind, fit in fits.without.items()},
    )


def _scores(fit: Fitness, excluded: Any, bias: Any) -> Any:
    allowed = fit.common & ~excluded
    sure = _sure(fit.total + bias, fit.sure, allowed)
    scores = 1 / (1 + np.exp(-(sure - _MIDDLE) / _SLOPE))
    return np.where(allowed, scores.astype(np.float64).round(_DIGITS), -1.0)


def _sure(fits: Any, sure: Any, allowed: Any) -> Any:
    """Judge the best candidate of each paper by how sure it is, and leave the others as far behind it as they
    fit less well."""
    if not fits.size:
        return fits
    best = np.where(allowed, fits, -np.inf).argmax(axis=1)[:, None]
    return np.take_along_axis(sure, best, axis=1) - np.take_along_axis(fits, best, axis=1) + fits


def _shares_of_day(fits: Any) -> Any:
    """Give what the other papers of the day add to each fit: nothing to the section with most papers, the
    less the rarer to the others (expectation maximisation over the shares, Saerens et al. 2002)."""
    bias = np.zeros(fits.shape)
    weight = min(1.0, _PAPERS_OF_DAY / max(len(fits) - 1, 1))
    for _ in range(_LOOKS):
        biased = fits + bias
        top = biased.max(axis=1, keepdims=True)
        likely = np.exp(_SHARPNESS * (biased - np.where(np.isfinite(top), top, 0)))
        total = likely.sum(axis=1, keepdims=True)
        likely /= np.where(total > 0, total, 1)
        others = likely.sum(axis=0) - likely
        shares = np.log(np.maximum(others, 0) * weight + _EVEN)
        bias = shares - shares.max(axis=1, keepdims=True)
    return bias
