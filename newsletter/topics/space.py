"""A map of what papers are about, learnt from earlier ones: latent topics (LSA) and fields."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.linalg import svds

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

_MIN_PAPERS_OF_TERM = 3
_MIN_PAPERS_OF_FIELD = 8
_RARITY = 1.5  # the power of the IDF: in small groups rare words tell more than in long lists
_RIDGE = 1.0
_DOUBT = 60  # papers of a field from which its direction is half to be believed
_DIMENSIONS = 200
_FEW = 500
# How much shared words and latent topics add to the fields, which know nothing outside their taxonomy.
_BATCH_SHARE = 0.5
_LATENT_SHARE = 2.0
_LIKELY_SHARE = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicSpace:
    """Learnt statistics without texts. `vectors` has a row per term, `directions` a column per field; `trust`
    (0 to 1) says how far a direction is to be believed, which grows with the papers it was learnt from."""

    papers: int
    terms: Mapping[str, int] = field(hash=False, repr=False)
    weights: Any = field(hash=False, repr=False, compare=False)
    vectors: Any = field(hash=False, repr=False, compare=False)
    centre: Any = field(hash=False, repr=False, compare=False)
    fields: tuple[str, ...]
    directions: Any = field(hash=False, repr=False, compare=False)
    trust: Any = field(hash=False, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearings:
    """Papers in a space: how alike each two are (-1 to 1), and how much each points to a field, in standard
    deviations: 1 and more means that it probably lies there. `shares` says how much the likeness rests on."""

    likeness: Any
    fields: tuple[str, ...]
    leanings: Any
    trust: Any
    shares: float


def topic_space_of(
    rows: Sequence[Mapping[str, int]],
    categories: Sequence[Collection[str]],
    *,
    dimensions: int = _DIMENSIONS,
) -> TopicSpace:
    """Learn a space from papers, given as counts of words; the categories they state tell how fields lie."""
    held = Counter(term for row in rows for term in row)
    terms = {t: n for n, t in enumerate(sorted(t for t, k in held.items() if k >= _MIN_PAPERS_OF_TERM))}
    frequencies = np.array([held[term] for term in terms], dtype=float)
    weights = (np.log((1 + len(rows)) / (1 + frequencies)) + 1) ** _RARITY
    matrix = _unit_rows(_matrix(rows, terms, weights))
    vectors = _leading_directions(matrix, dimensions)
    latent = _unit(matrix @ vectors)
    centre = latent.mean(axis=0) if len(rows) else np.zeros(vectors.shape[1])
    fields, directions = _directions(categories, latent - centre)
    return TopicSpace(
        papers=len(rows),
        terms=terms,
        weights=weights.astype(np.float32),
        vectors=vectors.astype(np.float32),
        centre=centre.astype(np.float32),
        fields=fields,
        directions=directions.astype(np.float32),
        trust=_trust(fields, categories).astype(np.float32),
    )


def _leading_directions(matrix: Any, dimensions: int) -> Any:
    """Take the leading singular vectors over the terms.

    The sparse method is repeatable from one start, but not for the few and alike papers that defeat it.
    """
    size = min(dimensions, *(length - 1 for length in matrix.shape))
    if size < 1:
        return np.zeros((matrix.shape[1], 0))
    if min(matrix.shape) <= _FEW:
        return np.linalg.svd(matrix.toarray(), full_matrices=False)[2][:size].T
    _, strengths, found = svds(matrix, size, v0=np.ones(min(matrix.shape)))
    return found[np.argsort(-strengths)].T


def _directions(categories: Sequence[Collection[str]], latent: Any) -> tuple[tuple[str, ...], Any]:
    """Fit each field by ridge regression, and make rare fields count as much as common ones."""
    known = Counter(category for stated in categories for category in set(stated))
    fields = tuple(sorted(c for c, count in known.items() if _MIN_PAPERS_OF_FIELD <= count < len(categories)))
    if not fields or not latent.shape[1]:
        return (), np.zeros((latent.shape[1], 0))
    member = np.array([[name in stated for name in fields] for stated in categories], dtype=float)
    gram = latent.T @ latent + _RIDGE * np.eye(latent.shape[1])
    fitted = np.linalg.solve(gram, latent.T @ (member - member.mean(axis=0)))
    return fields, fitted / member.std(axis=0)


def _trust(fields: Sequence[str], categories: Sequence[Collection[str]]) -> Any:
    papers = np.array([sum(name in stated for stated in categories) for name in fields], dtype=float)
    return np.sqrt(papers / (papers + _DOUBT))


def bearings(rows: Sequence[Mapping[str, int]], space: TopicSpace | None) -> Bearings:
    """Compare papers, given as counts of words, by the fields they point to, by latent topics, and by the
    words they share."""
    shared = Counter(term for row in rows for term in row)
    words = {t: n for n, t in enumerate(sorted(t for t, k in shared.items() if k > 1))}
    lexical = _unit_rows(_matrix(rows, words, _batch_weights(words, shared, len(rows), space)))
    likeness = (lexical @ lexical.T).toarray()
    if space is None or not space.vectors.shape[1]:
        return Bearings(
            likeness=likeness,
            fields=(),
            leanings=np.zeros((len(rows), 0)),
            trust=np.zeros(0),
            shares=_BATCH_SHARE,
        )
    latent = _unit(_unit_rows(_matrix(rows, space.terms, space.weights)) @ space.vectors)
    leanings = (latent - space.centre) @ space.directions
    pointers = _unit(leanings)
    total = _BATCH_SHARE * likeness + _LATENT_SHARE * latent @ latent.T + pointers @ pointers.T
    whole = _BATCH_SHARE + _LATENT_SHARE + bool(space.fields)
    return Bearings(
        likeness=total / whole, fields=space.fields, leanings=leanings, trust=space.trust, shares=whole
    )


def likeness_with(seen: Bearings, likely: Sequence[Mapping[str, float]]) -> Any:
    """Count in how likely each paper lies in which field, for whatever reason."""
    columns = {key: n for n, key in enumerate(sorted({key for row in likely for key in row}))}
    matrix = np.zeros((len(likely), len(columns)))
    for at, row in enumerate(likely):
        for key, share in row.items():
            matrix[at, columns[key]] = share
    matrix = _unit(matrix)
    return (seen.shares * seen.likeness + _LIKELY_SHARE * matrix @ matrix.T) / (seen.shares + _LIKELY_SHARE)


def _batch_weights(
    words: Mapping[str, int], shared: Mapping[str, int], papers: int, space: TopicSpace | None
) -> Any:
    """Take a word's weight from the space; one it does not know is weighed by the batch."""
    own = {word: (np.log((1 + papers) / (1 + shared[word])) + 1) ** _RARITY for word in words}
    if space is not None:
        own |= {word: space.weights[space.terms[word]] for word in words if word in space.terms}
    return np.array([own[word] for word in words], dtype=float)


def _matrix(rows: Sequence[Mapping[str, int]], terms: Mapping[str, int], weights: Any) -> Any:
    """Dampen counts (1 + log) and weigh the terms that are known."""
    entries = [(r, terms[t], n) for r, row in enumerate(rows) for t, n in row.items() if t in terms]
    at, columns, counts = np.array(entries, dtype=int).reshape(-1, 3).T
    values = (1 + np.log(counts)) * weights[columns]
    return csr_array((values, (at, columns)), shape=(len(rows), len(terms)))


def _unit_rows(matrix: Any) -> Any:
    lengths = np.sqrt(np.asarray((matrix * matrix).sum(axis=1)).ravel())
    scale = 1 / np.where(lengths > 0, lengths, 1)
    return csr_array(matrix.multiply(scale[:, None]))


def _unit(matrix: Any) -> Any:
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    return matrix / np.where(lengths > 0, lengths, 1)
