"""A landscape as a compact file: arrays only, small integers where they are exact enough."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

import numpy as np

from newsletter.errors import TopicError
from newsletter.topics.landscape import Landscape
from newsletter.topics.phrasebook import Phrasebook, PhraseRecord
from newsletter.topics.space import TopicSpace

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import IO

_VERSION = 1
_STEPS = 127  # to each side of zero


def write_landscape(file: IO[bytes], landscape: Landscape) -> None:
    """Write the arrays; a reader needs this version of the format."""
    records = landscape.phrases.records
    counts = [[r.papers, r.titles, r.occurrences, r.begins, r.ends] for r in records.values()]
    arrays = {
        "version": np.array([_VERSION]),
        "phrase_papers": np.array([landscape.phrases.papers]),
        "phrase_keys": _packed(records),
        "phrase_surfaces": _packed(record.surface for record in records.values()),
        "phrase_counts": np.array(counts, dtype=np.int32).reshape(-1, 5),
    }
    if landscape.space is not None:
        arrays |= _space_arrays(landscape.space)
    np.savez_compressed(file, allow_pickle=False, **arrays)


def read_landscape(file: IO[bytes]) -> Landscape:
    """Read what `write_landscape` wrote; raises `TopicError` for anything else."""
    try:
        with np.load(file, allow_pickle=False) as arrays:
            if int(arrays["version"][0]) != _VERSION:
                raise TopicError("the landscape has another format", hint="build it again with this version")
            space = _space(arrays) if "terms" in arrays else None
            return Landscape(space=space, phrases=_phrasebook(arrays))
    except (BadZipFile, EOFError, KeyError, IndexError, OSError, TypeError, ValueError) as error:
        raise TopicError(
            "the landscape cannot be read; it is no file of ours or is damaged",
            hint="build it with python -m newsletter.topics.landscape_command PAPERS.jsonl -o FILE",
        ) from error


def _space_arrays(space: TopicSpace) -> dict[str, Any]:
    steps = np.abs(space.vectors).max(axis=0, initial=1e-9) / _STEPS
    return {
        "papers": np.array([space.papers]),
        "terms": _packed(space.terms),
        "weights": space.weights.astype(np.float16),
        "steps": steps.astype(np.float32),
        "vectors": np.round(space.vectors / steps).astype(np.int8),
        "centre": space.centre.astype(np.float16),
        "fields": _packed(space.fields),
        "directions": space.directions.astype(np.float16),
        "trust": space.trust.astype(np.float16),
    }


def _space(arrays: Any) -> TopicSpace:
    terms = {term: row for row, term in enumerate(_unpacked(arrays["terms"]))}
    space = TopicSpace(
        papers=int(arrays["papers"][0]),
        terms=terms,
        weights=arrays["weights"].astype(np.float32),
        vectors=arrays["vectors"].astype(np.float32) * arrays["steps"],
        centre=arrays["centre"].astype(np.float32),
        fields=tuple(_unpacked(arrays["fields"])),
        directions=arrays["directions"].astype(np.float32),
        trust=arrays["trust"].astype(np.float32),
    )
    rows, dimensions = space.vectors.shape
    if not (
        rows == len(terms) == len(space.weights)
        and space.centre.shape == (dimensions,)
        and space.directions.shape == (dimensions, len(space.fields))
        and space.trust.shape == (len(space.fields),)
    ):
        raise ValueError("the arrays do not belong together")
    return space


def _phrasebook(arrays: Any) -> Phrasebook:
    keys, surfaces = _unpacked(arrays["phrase_keys"]), _unpacked(arrays["phrase_surfaces"])
    records = {
        key: PhraseRecord(papers, titles, occurrences, begins, ends, surface)
        for key, surface, (papers, titles, occurrences, begins, ends) in zip(
            keys, surfaces, arrays["phrase_counts"].tolist(), strict=True
        )
    }
    return Phrasebook(papers=int(arrays["phrase_papers"][0]), records=records)


def _packed(texts: Iterable[str]) -> Any:
    return np.frombuffer("\n".join(texts).encode(), dtype=np.uint8)


def _unpacked(packed: Any) -> list[str]:
    return packed.tobytes().decode().split("\n") if packed.size else []
