"""What earlier papers teach about sections: first which of them belong, then which words tell.

Pseudo-relevance feedback: the earlier papers that fit one section clearly better than the others, and hold
one of its keywords, stand in for examples; a complement naive Bayes classifier (Rennie et al. 2003) with all
sections given the same size learns from them. Nobody labels anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_matrix

from newsletter.topics.weighing import unit_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsletter.topics.prepared import Prepared
    from newsletter.topics.vectors import Vocabulary

# The parts of a fit, each divided by how much it usually differs between sections.
COSINE = 1 / 0.04
MEANING = 0.5 / 0.1
HITS = 0.9 / 0.6
LEARNT = 0.75 / 0.43
REST = 1.0

_MOST_SHIPPED = 60  # groups of papers that one section learns from
_OWN_PAST = 0.8  # how much more weight the newsletter's own past can give to what was learnt
_HALF_OWN = 400  # papers of it, of all sections, that give half of that
_ENOUGH_OWN = 100  # more papers of one section do not count for that
_MOST_OWN = 400  # papers of the newsletter's own past
_SIZE = 55  # papers that every section is taken to have, however many it learnt from
_SMOOTHING = 0.1
_EVERYDAY = 0.2  # how much of all earlier papers stands beside the other sections
_HALF_TRUST = 5  # papers at which a section counts half
_REST_SHARE = 0.05
_REST_SMOOTHING = 0.1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lesson:
    """What was learnt: how much each term speaks for each section (`odds`, terms x sections, to be taken
    `weight` times), and how much for none of them (`rest`), where `usual` and `spread` are what earlier
    papers have of that. `foreign` (0 to 1) is the share of earlier papers without a keyword of any section;
    `papers` counts what each section learnt from."""

    odds: Any
    weight: float
    rest: Any
    usual: float
    spread: float
    foreign: float
    papers: Any


def learn(
    prepared: Prepared,
    vocabulary: Vocabulary,
    queries: Any,
    hits: Any,
    *,
    examples: Sequence[Sequence[int]],
    counterexamples: Sequence[Sequence[int]],
) -> Lesson:
    """Learn from earlier papers; `queries` are the sections' rows, `hits` the keywords found in papers,
    `examples` and `counterexamples` the papers that a person named for each section."""
    rows = prepared.rows
    known = queries[:, : vocabulary.known]
    points = unit_rows(vocabulary.meanings(queries))
    fits = (
        COSINE * np.asarray((rows @ known.T).toarray())
        + MEANING * (prepared.points @ points.T)
        + HITS * np.sqrt(hits)
    )
    parts = [(0, prepared.shipped, _MOST_SHIPPED), (prepared.shipped, len(fits), _MOST_OWN)]
    chosen = np.concatenate(
        [_clearest(fits[start:end], hits[start:end], most) for start, end, most in parts if end > start]
    )
    for section, named in enumerate(examples):
        chosen[list(named)] = 0
        chosen[list(named), section] = 1
    for section, named in enumerate(counterexamples):
        chosen[list(named), section] = 0
    sums = np.asarray((csr_matrix(chosen.T) @ rows).todense(), dtype=np.float32)
    odds = _odds(sums, known, chosen.sum(axis=0), np.asarray(rows.mean(axis=0)).ravel())
    rest = _rest(rows, fits, hits)
    apart = rows @ rest
    own = float(np.minimum(chosen[prepared.shipped :].sum(axis=0), _ENOUGH_OWN).sum())
    return Lesson(
        odds=_widened(odds, vocabulary.width),
        weight=LEARNT * (1 + _OWN_PAST * own / (own + _HALF_OWN)),
        rest=_widened(rest[:, None], vocabulary.width)[:, 0],
        usual=float(apart.mean()),
        spread=float(apart.std()) or 1.0,
        foreign=_foreign(prepared, hits),
        papers=chosen.sum(axis=0),
    )


def _clearest(fits: Any, hits: Any, most: int) -> Any:
    """Choose, for each section, the papers that it wins by most and that hold one of its keywords."""
    best = fits.argmax(axis=1)
    ordered = np.sort(fits, axis=1).clip(0)  # a rival that fits less than nothing is none
    margins = ordered[:, -1] - (ordered[:, -2] if fits.shape[1] > 1 else 0)
    chosen = np.zeros(fits.shape, dtype=np.float32)
    for section in range(fits.shape[1]):
        own = np.flatnonzero((best == section) & (hits[:, section] > 0))
        chosen[own[np.argsort(-margins[own], kind="stable")[:most]], section] = 1
    return chosen


def _odds(sums: Any, queries: Any, papers: Any, everyday: Any) -> Any:
    """Compare the words of the other sections' papers with those of all: a word that is rare outside a
    section speaks for it. A further section that has nothing to do with the others changes nothing."""
    trust = (papers + 1) / (papers + 1 + _HALF_TRUST)
    shares = (sums + np.maximum(queries.toarray(), 0)) * (_SIZE * trust / (papers + 1))[:, None].astype(
        np.float32
    )
    everything = shares.sum(axis=0) + _EVERYDAY * _SIZE * everyday + _SMOOTHING
    overall = np.log(everything / everything.sum())
    for section in range(len(shares)):
        others = np.maximum(everything - shares[section], _SMOOTHING)
        shares[section] = overall - np.log(others / others.sum())
    return shares.T


def _rest(rows: Any, fits: Any, hits: Any) -> Any:
    """Learn the words of papers that fit nothing against those of papers that fit something."""
    top = fits.max(axis=1).clip(0) + np.where(hits.max(axis=1) > 0, 5.0, 0.0)
    order = np.argsort(top, kind="stable")
    count = max(int(_REST_SHARE * len(order)), 1)
    outside, inside = order[:count], order[len(order) // 2 :]
    rare = np.asarray(rows[outside].mean(axis=0)).ravel() * 100 + _REST_SMOOTHING
    usual = np.asarray(rows[inside].mean(axis=0)).ravel() * 100 + _REST_SMOOTHING
    return np.log(rare / usual).astype(np.float32)


def _foreign(prepared: Prepared, hits: Any) -> float:
    """Estimate how many earlier papers no section asks for; what ships counts several papers as one, and all
    of them have to be without a keyword."""
    without = hits.max(axis=1, initial=0) == 0
    shipped, own = without[: prepared.shipped], without[prepared.shipped :]
    papers = prepared.pool.papers - len(own)
    alone = float(shipped.mean()) ** (len(shipped) / papers)
    return float(alone * papers + own.sum()) / prepared.pool.papers


def _widened(values: Any, width: int) -> Any:
    wide = np.zeros((width, values.shape[1]), dtype=np.float32)
    wide[: len(values)] = values
    return wide


def hits_among_earlier(prepared: Prepared, phrases: Sequence[Sequence[tuple[int, ...]]]) -> Any:
    """Count the keywords of each section that stand in each earlier paper."""
    hits = np.zeros((prepared.rows.shape[0], len(phrases)), dtype=np.float32)
    for section, columns_of_section in enumerate(phrases):
        for columns in columns_of_section:
            rows = _rows_with(prepared, columns[0])
            for column in columns[1:]:
                rows = np.intersect1d(rows, _rows_with(prepared, column), assume_unique=True)
            hits[rows, section] += 1
    return hits


def _rows_with(prepared: Prepared, column: int) -> Any:
    indptr = prepared.columns.indptr
    return prepared.columns.indices[indptr[column] : indptr[column + 1]]
