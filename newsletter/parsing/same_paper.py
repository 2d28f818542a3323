"""Which records are about one paper.

An id that two records share makes them one, through a third record too. A title does so where nothing
contradicts it: two ids of one scheme, or authors none of whom are the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.parsing.identity import arxiv_id, doi_of, title_id

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from newsletter.model import Paper

TITLE = "title"
# A title of more papers than that is a rubric ("Editorial"): it tells nothing, and to compare all would take
# hours.
MOST_OF_ONE_TITLE = 50
_ARXIV_DOI = "10.48550/arxiv."
_VERSION_OF_PREPRINT = re.compile(r"(?<=\d)v\d{1,3}$")
_PREPRINT_DOIS = ("10.1101/", "10.64898/")  # bioRxiv and medRxiv write the version behind
_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What a record can be told by: ids by scheme, titles (as hashes), and the words of its authors' names
    (none where it gives no authors)."""

    ids: Mapping[str, frozenset[str]]
    titles: frozenset[str]
    names: frozenset[str]

    def contradicts(self, other: Marks) -> bool:
        """Whether both have ids of one scheme and share none of them, or authors and share none."""
        if any(scheme in other.ids and ids.isdisjoint(other.ids[scheme]) for scheme, ids in self.ids.items()):
            return True
        return bool(self.names and other.names and self.names.isdisjoint(other.names))

    def joined(self, other: Marks) -> Marks:
        """Take both together."""
        schemes = {*self.ids, *other.ids}
        none: frozenset[str] = frozenset()
        return Marks(
            ids={name: self.ids.get(name, none) | other.ids.get(name, none) for name in schemes},
            titles=self.titles | other.titles,
            names=self.names | other.names,
        )


def marks_of(paper: Paper) -> Marks:
    """Read the ids of a paper in the one form in which they are compared."""
    ids: dict[str, frozenset[str]] = {}
    for scheme, value in paper.ids.items():
        if scheme != TITLE and value:
            name, own = compared(scheme, value)
            ids[name] = ids.get(name, frozenset()) | {own}
    return Marks(ids=ids, titles=frozenset((title_of(paper),)), names=_names(paper.authors or ()))


def title_of(paper: Paper) -> str:
    """Give the hash of a paper's title, also where a source did not."""
    return paper.ids.get(TITLE) or title_id(paper.title)


def compared(scheme: str, value: str) -> tuple[str, str]:
    """Give a scheme and a value such that an id is always written in one way: the DOIs that arXiv gives,
    and the ids of Hugging Face that are arXiv's, are those of arXiv."""
    if scheme in ("arxiv", "doi", "hf") and (number := arxiv_id(value)):
        return "arxiv", number
    if scheme == "doi":
        name = doi_of(value) or value.strip().casefold()
        if name.startswith(_ARXIV_DOI):
            return "arxiv", name.removeprefix(_ARXIV_DOI)
        return scheme, _VERSION_OF_PREPRINT.sub("", name) if name.startswith(_PREPRINT_DOIS) else name
    return scheme, value.strip()


def _names(authors: Iterable[str]) -> frozenset[str]:
    text = unicodedata.normalize("NFKD", " ".join(authors)).casefold()
    return frozenset(_WORD.findall("".join(sign for sign in text if not unicodedata.combining(sign))))


def one_each(records: Sequence[Marks], *, rubrics: Collection[str] = ()) -> list[list[int]]:
    """Part records, named by their places, into papers; their order makes no difference to the parts.

    Titles in `rubrics` ("Editorial") head so many papers that they tell nothing; so do those of many records.
    """
    parts = _Parts(records)
    by_id: dict[tuple[str, str], int] = {}
    by_words: dict[tuple[frozenset[str], frozenset[str]], int] = {}
    for place, marks in enumerate(records):
        if not marks.ids and marks.titles.isdisjoint(rubrics):  # nothing tells such records apart
            parts.join(place, by_words.setdefault((marks.titles, marks.names), place))
        for scheme, values in marks.ids.items():
            for value in values:
                parts.join(place, by_id.setdefault((scheme, value), place))
    for first, second in _with_one_title(parts, set(rubrics)):
        if not parts.marks(first).contradicts(parts.marks(second)):
            parts.join(first, second)
    return parts.listed()


class _Parts:
    """Disjoint sets of records, each with the marks of all its members."""

    def __init__(self, records: Sequence[Marks]) -> None:
        self._parents = list(range(len(records)))
        self._marks = list(records)

    def root(self, place: int) -> int:
        while self._parents[place] != place:
            self._parents[place] = self._parents[self._parents[place]]
            place = self._parents[place]
        return place

    def marks(self, place: int) -> Marks:
        return self._marks[self.root(place)]

    def join(self, first: int, second: int) -> None:
        first, second = sorted((self.root(first), self.root(second)))
        if first != second:
            self._parents[second] = first
            self._marks[first] = self._marks[first].joined(self._marks[second])

    def roots(self) -> list[int]:
        return [place for place in range(len(self._parents)) if self._parents[place] == place]

    def listed(self) -> list[list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        for place in range(len(self._parents)):
            found[self.root(place)].append(place)
        return list(found.values())


def _with_one_title(parts: _Parts, rubrics: set[str]) -> list[tuple[int, int]]:
    """List pairs of parts that share a title, those that are surest of themselves first."""
    ordered = sorted(parts.roots(), key=lambda place: _rank(parts.marks(place)))
    by_title: dict[str, list[int]] = defaultdict(list)
    for rank, place in enumerate(ordered):
        for title in parts.marks(place).titles - rubrics:
            by_title[title].append(rank)
    pairs = {
        (first, second)
        for ranks in by_title.values()
        if len(ranks) <= MOST_OF_ONE_TITLE
        for at, first in enumerate(ranks)
        for second in ranks[at + 1 :]
    }
    return [(ordered[first], ordered[second]) for first, second in sorted(pairs)]


def _rank(marks: Marks) -> tuple[object, ...]:
    ids = sorted((scheme, tuple(sorted(values))) for scheme, values in marks.ids.items())
    return (not ids, ids, not marks.names, sorted(marks.names), sorted(marks.titles))
