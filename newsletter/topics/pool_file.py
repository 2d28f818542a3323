"""A pool as a file: numpy arrays, compressed, nothing that could run."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_matrix

from newsletter.errors import TopicError
from newsletter.topics.pool import Pool

if TYPE_CHECKING:
    from typing import BinaryIO

_FORMAT = 1
_MOST_COUNTED = 255
_STEPS = 127  # of a signed byte, in which the meaning is kept


def write_pool(pool: Pool, file: BinaryIO | Any, *, quickly: bool = False) -> None:
    """Write a pool, in a tenth of the time or in less room; the same pool gives the same bytes."""
    counts = pool.counts.tocsr(copy=True)
    counts.sort_indices()
    meaning = np.zeros((0, 0), dtype=np.float32) if pool.meaning is None else pool.meaning
    scale = np.abs(meaning).max(axis=0, initial=0) / _STEPS
    arrays = {
        "format": np.int32(_FORMAT),
        "papers": np.int64(pool.papers),
        "stems": _packed(pool.stems),
        "names": _packed(pool.names),
        "pairs": pool.pairs.astype(np.int32).T,
        "documents": pool.documents.astype(np.int32),
        "sizes": np.diff(counts.indptr).astype(np.int32),
        "steps": _steps(counts).astype(np.int32),
        "counts": np.minimum(counts.data, _MOST_COUNTED).astype(np.uint8),
        "meaning": np.rint(meaning / np.where(scale > 0, scale, 1)).astype(np.int8),
        "scale": scale.astype(np.float32),
    }
    save = np.savez if quickly else np.savez_compressed
    save(file, **arrays)


def read_pool(file: BinaryIO | Any) -> Pool:
    """Read what `write_pool` wrote; raises `TopicError` for anything else."""
    try:
        with np.load(file, allow_pickle=False) as arrays:
            return _pool(arrays)
    except (OSError, ValueError, KeyError, IndexError, EOFError, zipfile.BadZipFile) as error:
        raise TopicError(
            "the file of background statistics cannot be read",
            hint="build it again: python -m newsletter.topics.background PAPERS.jsonl -o FILE",
        ) from error


def _pool(arrays: Any) -> Pool:
    if int(arrays["format"]) != _FORMAT:
        raise ValueError("another format")
    stems, names = _unpacked(arrays["stems"]), _unpacked(arrays["names"])
    documents, sizes = arrays["documents"], arrays["sizes"]
    indptr = np.r_[0, np.cumsum(sizes)]
    total = np.cumsum(arrays["steps"], dtype=np.int64)
    starts = np.repeat(np.r_[0, total][indptr[:-1]], sizes)
    counts = csr_matrix(
        (arrays["counts"].astype(np.float32), total - starts, indptr), shape=(len(sizes), len(documents))
    )
    counts.check_format()
    meaning = arrays["meaning"]
    return Pool(
        papers=int(arrays["papers"]),
        stems=stems,
        pairs=arrays["pairs"].T,
        counts=counts,
        documents=documents,
        names=names,
        meaning=meaning.astype(np.float32) * arrays["scale"] if len(meaning) else None,
    )


def _steps(counts: Any) -> Any:
    """Give the distance of each column from the one before in its row: small numbers, which pack well."""
    steps = np.diff(counts.indices.astype(np.int64), prepend=0)
    starts = counts.indptr[:-1][np.diff(counts.indptr) > 0]
    steps[starts] = counts.indices[starts]
    return steps


def _packed(texts: tuple[str, ...]) -> Any:
    return np.frombuffer("\n".join(texts).encode("utf-8", "surrogatepass"), dtype=np.uint8)


def _unpacked(array: Any) -> tuple[str, ...]:
    text = array.tobytes().decode("utf-8", "surrogatepass")
    return tuple(text.split("\n")) if text else ()
