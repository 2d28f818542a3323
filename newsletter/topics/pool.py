"""Earlier papers as one matrix of counts."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_matrix

from newsletter.topics.reading import Lexicon, pair_terms, read_papers, single_terms, stems_of_pairs
from newsletter.topics.words import stems_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from newsletter.model import Paper

_PAPERS_AT_ONCE = 2000
_FIRST_PAIR = 1 << 32  # below are the numbers of stems
_TAB = "\t"
_LEAST_PAPERS_OF_PAIR = 3  # a pair that hardly occurs tells little and costs much


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pool:
    """Counts of terms in papers, or in small groups of papers taken as one.

    The columns of `counts` are first `stems`, then `pairs` (two columns of stem numbers). `documents` says in
    how many papers each term stands, also where `counts` left it out. `meaning` (stems x dimensions) places
    stems that are used alike close to each other (latent semantic analysis); None where nobody computed it.
    `names` are the names of each paper (see `names_of`), parted by tabs.
    """

    papers: int
    stems: tuple[str, ...]
    pairs: Any
    counts: Any
    documents: Any
    names: tuple[str, ...] = ()
    meaning: Any = field(default=None, repr=False)

    def document_counts(self) -> Mapping[str, int]:
        """In how many papers each term stands."""
        names = [*self.stems, *(f"{self.stems[a]} {self.stems[b]}" for a, b in self.pairs.tolist())]
        return {name: count for name, count in zip(names, self.documents.tolist(), strict=True) if count}


def names_of(paper: Paper) -> tuple[str, ...]:
    """Give what an example may call a paper: its key, its ids, its title."""
    return (paper.key, *paper.ids.values(), name_of_title(paper.title))


def name_of_title(title: str) -> str:
    """Give the form in which titles are compared."""
    return " ".join(stems_of(title))


def pool_of(papers: Sequence[Paper], *, least_papers_of_pair: int = 1) -> Pool:
    """Count the terms of papers; pairs in fewer than `least_papers_of_pair` are left out."""
    lexicon = Lexicon()
    parts = [
        _counted(papers[at : at + _PAPERS_AT_ONCE], lexicon) for at in range(0, len(papers), _PAPERS_AT_ONCE)
    ]
    keys, rows, counts = _joined(parts)
    stems = lexicon.stems[1:]
    pairs = keys >= _FIRST_PAIR
    pair_keys, held = np.unique(keys[pairs], return_counts=True)
    pair_keys = pair_keys[held >= least_papers_of_pair]
    columns = np.where(pairs, len(stems) + np.searchsorted(pair_keys, keys), keys - 1)
    kept = ~pairs | np.isin(keys, pair_keys)
    width = len(stems) + len(pair_keys)
    matrix = csr_matrix(
        (counts[kept], (rows[kept], columns[kept])), shape=(len(papers), width), dtype=np.float32
    )
    first, second = stems_of_pairs(pair_keys)
    pool = Pool(
        papers=len(papers),
        stems=tuple(stems),
        pairs=np.stack([first - 1, second - 1], axis=1).astype(np.int32),
        counts=matrix,
        documents=np.bincount(matrix.indices, minlength=width).astype(np.int32),
        names=tuple(_TAB.join(names_of(paper)) for paper in papers),
    )
    return with_common_terms(pool, stems=1, pairs=1)  # joining words are read, and never counted


def _counted(papers: Sequence[Paper], lexicon: Lexicon) -> tuple[Any, Any, Any, int]:
    reading = read_papers(papers, lexicon)
    singles, pairs = single_terms(reading, lexicon.telling), pair_terms(reading, lexicon.telling)
    keys, rows = np.concatenate([singles.keys, pairs.keys]), np.concatenate([singles.rows, pairs.rows])
    order = np.lexsort((keys, rows))
    keys, rows = keys[order], rows[order]
    new = np.flatnonzero(np.r_[True, (keys[1:] != keys[:-1]) | (rows[1:] != rows[:-1])][: len(keys)])
    counts = np.diff(np.r_[new, len(keys)]).astype(np.float32)
    return keys[new], rows[new], counts, len(papers)


def _joined(parts: Sequence[tuple[Any, Any, Any, int]]) -> tuple[Any, Any, Any]:
    if not parts:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
    before = np.cumsum([0, *(part[3] for part in parts[:-1])])
    rows = np.concatenate([part[1] + start for part, start in zip(parts, before, strict=True)])
    return np.concatenate([part[0] for part in parts]), rows, np.concatenate([part[2] for part in parts])


def rows_of_pool(pool: Pool, rows: Sequence[int]) -> Pool:
    """Keep only some of the papers of a pool that counts each paper by itself."""
    counts = pool.counts[list(rows)]
    return replace(
        pool,
        papers=len(rows),
        counts=counts,
        documents=np.bincount(counts.indices, minlength=counts.shape[1]).astype(np.int32),
        names=tuple(pool.names[row] for row in rows),
    )


def with_common_terms(pool: Pool, *, stems: int, pairs: int) -> Pool:
    """Drop the stems in fewer than `stems` papers, and the pairs in fewer than `pairs` or of such a stem."""
    common = np.flatnonzero(pool.documents[: len(pool.stems)] >= stems)
    numbers = np.full(len(pool.stems), -1)
    numbers[common] = np.arange(len(common))
    whole = (numbers[pool.pairs] >= 0).all(axis=1)
    kept = np.flatnonzero((pool.documents[len(pool.stems) :] >= pairs) & whole)
    columns = np.r_[common, len(pool.stems) + kept]
    return replace(
        pool,
        stems=tuple(pool.stems[stem] for stem in common),
        pairs=numbers[pool.pairs[kept]].astype(np.int32),
        counts=pool.counts.tocsc()[:, columns].tocsr(),
        documents=pool.documents[columns],
        meaning=None if pool.meaning is None else pool.meaning[common],
    )


def united(first: Pool, second: Pool, *, least_papers_of_pair: int = _LEAST_PAPERS_OF_PAIR) -> Pool:
    """Put two pools together; the meaning is the first's. Of the second, new pairs in fewer than
    `least_papers_of_pair` papers are left out."""
    numbers = {stem: number for number, stem in enumerate(first.stems)}
    for stem in second.stems:
        numbers.setdefault(stem, len(numbers))
    moved = np.fromiter((numbers[stem] for stem in second.stems), dtype=np.int64, count=len(second.stems))
    wide = len(numbers)
    common = second.documents[len(second.stems) :] >= least_papers_of_pair
    own = first.pairs.astype(np.int64) @ [wide, 1] if len(first.pairs) else np.zeros(0, dtype=np.int64)
    other = moved[second.pairs] @ [wide, 1] if len(second.pairs) else np.zeros(0, dtype=np.int64)
    keys = _distinct(np.concatenate([own, other[common]]))
    left = np.r_[np.arange(len(first.stems)), wide + np.searchsorted(keys, own)]
    at = np.minimum(np.searchsorted(keys, other), max(len(keys) - 1, 0))
    known = keys[at] == other if len(keys) else np.zeros(0, dtype=bool)
    right = np.r_[moved, np.where(known, wide + at, -1)]
    width = wide + len(keys)
    documents = np.zeros(width, dtype=np.int64)
    np.add.at(documents, left, first.documents)
    np.add.at(documents, right[right >= 0], second.documents[right >= 0])
    meaning = None
    if first.meaning is not None:
        meaning = np.zeros((wide, first.meaning.shape[1]), dtype=np.float32)
        meaning[: len(first.stems)] = first.meaning
    return Pool(
        papers=first.papers + second.papers,
        stems=tuple(numbers),
        pairs=np.stack([keys // wide, keys % wide], axis=1).astype(np.int32),
        counts=_stacked(first.counts, left, second.counts, right, width),
        documents=documents,
        names=(*(first.names or [""] * first.counts.shape[0]), *second.names),
        meaning=meaning,
    )


def _distinct(keys: Any) -> Any:
    """Sort keys and drop the repeated (`np.unique` takes ten times as long for some hundred thousand)."""
    ordered = np.sort(keys)
    return ordered[np.r_[True, ordered[1:] != ordered[:-1]][: len(ordered)]]


def _stacked(first: Any, left: Any, second: Any, right: Any, width: int) -> Any:
    upper = csr_matrix((first.data, left[first.indices], first.indptr), shape=(first.shape[0], width))
    kept = right[second.indices] >= 0
    ends = np.r_[0, np.cumsum(kept)][second.indptr]
    lower = csr_matrix((second.data[kept], right[second.indices][kept], ends), shape=(second.shape[0], width))
    indices = np.concatenate([upper.indices, lower.indices])
    indptr = np.concatenate([upper.indptr, lower.indptr[1:] + upper.indptr[-1]])
    return csr_matrix(
        (np.concatenate([upper.data, lower.data]), indices, indptr),
        shape=(upper.shape[0] + lower.shape[0], width),
    )
