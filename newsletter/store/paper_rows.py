"""Papers as rows, and back."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from newsletter import codec
from newsletter.model import Paper, PaperKey, Summary
from newsletter.parsing.merging import merged
from newsletter.parsing.sightings import Sighting

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Row

# How fields of a paper are read back: what the codec does for any class takes five times as long.
_LISTS = frozenset(("authors", "categories", "keywords", "flags"))
_DAYS = frozenset(("published", "updated", "announced"))
_MAX_NAME_CHARS = 400  # an index of PostgreSQL takes 2,704 bytes


def content_of(paper: Paper) -> str:
    """Write a paper as JSON, without what it does not give, and raw texts only where they differ."""
    data = codec.encode(paper)
    assert isinstance(data, dict)  # noqa: S101 - a dataclass
    for raw, text in (("title_raw", "title"), ("abstract_raw", "abstract")):
        if data[raw] == data[text]:
            data[raw] = None
    given = {name: value for name, value in data.items() if value is not None and value != []}
    return json.dumps(given, separators=(",", ":"))


def paper_in(content: str) -> Paper:
    """Read what `content_of` wrote. Raises `ValueError`."""
    data = json.loads(content)
    try:
        data.setdefault("title_raw", data["title"])
        data.setdefault("abstract_raw", data.get("abstract"))
        for name in _LISTS.intersection(data):
            data[name] = tuple(data[name])
        for name in _DAYS.intersection(data):
            data[name] = date.fromisoformat(data[name])
        if "summary" in data:
            data["summary"] = codec.decode(Summary, data["summary"])
        return Paper(**data)
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"not a paper as it is stored: {error}") from error


def sighting_in(row: Row[Any]) -> Sighting:
    """Read a row of the table `paper_sightings`."""
    return Sighting(
        paper=paper_in(row.content),
        source=row.source,
        first_at=row.first_at,
        at=row.seen_at,
        day=row.day,
        place=row.place,
    )


def sighting_row(one: Sighting, paper_id: int) -> dict[str, Any]:
    """Give the columns of such a row."""
    return {
        "paper_id": paper_id,
        "source": storable(one.source),
        "kind": storable(one.paper.source or ""),
        "first_at": one.first_at,
        "seen_at": one.at,
        "day": one.day,
        "place": one.place,
        "content": content_of(one.paper),
    }


def paper_row(paper: Paper, sightings: Iterable[Sighting]) -> dict[str, Any]:
    """Give the columns of the table `papers`, but for the id and the key."""
    first = min(sightings, key=lambda one: (one.day, one.first_at, one.place))
    return {
        "day": first.day,
        "arrived_at": first.first_at,
        "place": first.place,
        "version": paper.version,
        "title": storable(paper.title),
        "authors": storable(", ".join(paper.authors or ())),
        "abstract": storable(paper.abstract or ""),
        "terms": storable(" ".join((*(paper.keywords or ()), *(paper.categories or ())))),
    }


def whole_paper(sightings: Sequence[Sighting], key: str) -> Paper:
    """Put a paper of the archive together, under its key there."""
    paper = merged(sightings)
    return paper if paper.key == key else replace(paper, key=PaperKey(key))


def storable(text: str) -> str:
    """Drop what no database takes: NUL, and halves of surrogate pairs."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def name_value(text: str) -> str:
    """Give a name in a form that an index takes: one that is too long is hashed."""
    name = storable(text)
    return name if len(name) <= _MAX_NAME_CHARS else hashlib.sha256(name.encode()).hexdigest()
