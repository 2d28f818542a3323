"""The elements of an XML document, and how a parser's events become them."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# What we call a namespace, whatever a document calls it; old and new forms of one thing have one name.
PREFIXES = {
    "http://www.w3.org/2005/Atom": "atom:",
    "http://purl.org/atom/ns#": "atom:",
    "http://purl.org/rss/1.0/": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://backend.userland.com/rss": "",
    "http://backend.userland.com/rss2": "",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf:",
    "http://arxiv.org/schemas/atom": "arxiv:",
    "http://purl.org/dc/elements/1.1/": "dc:",
    "http://purl.org/dc/terms/": "dcterms:",
    "http://purl.org/rss/1.0/modules/content/": "content:",
    "http://prismstandard.org/namespaces/basic/2.0/": "prism:",
    "http://prismstandard.org/namespaces/basic/2.1/": "prism:",
    "http://prismstandard.org/namespaces/basic/3.0/": "prism:",
    "http://prismstandard.org/namespaces/2.0/basic/": "prism:",
    "http://prismstandard.org/namespaces/1.2/basic/": "prism:",
    "http://purl.org/rss/1.0/modules/prism/": "prism:",
    "http://search.yahoo.com/mrss/": "media:",
    "http://a9.com/-/spec/opensearch/1.1/": "opensearch:",
    "http://www.openarchives.org/OAI/2.0/": "oai:",
    "http://www.openarchives.org/OAI/2.0/oai_dc/": "oai_dc:",
    "http://arxiv.org/OAI/arXiv/": "arXiv:",
    "http://arxiv.org/OAI/arXivRaw/": "arXivRaw:",
    "http://www.w3.org/XML/1998/namespace": "xml:",
    "http://www.w3.org/1999/xhtml": "html:",
    "http://www.w3.org/1998/Math/MathML": "mml:",
    "http://www.ncbi.nlm.nih.gov/JATS1": "jats:",
}
_MAX_DEPTH = 60
_MAX_ELEMENTS = 200_000
_MAX_ATTRIBUTES = 50
_NONE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """An element: `name` such as "item", "atom:entry" or "dc:creator" (see `PREFIXES`; another namespace
    stands in braces), the line where it begins, and text and elements in order."""

    name: str
    line: int
    attributes: Mapping[str, str] = field(default_factory=dict, hash=False)
    content: tuple[str | Element, ...] = ()

    @property
    def text(self) -> str:
        """All text within, that of inner elements included, as it was written."""
        return "".join(part if isinstance(part, str) else part.text for part in self.content)

    def children(self, *names: str) -> Iterator[Element]:
        """Give the elements directly within that have one of the names; all of them without names."""
        for part in self.content:
            if not isinstance(part, str) and (not names or part.name in names):
                yield part

    def child(self, *names: str) -> Element | None:
        """Give the first of them."""
        return next(self.children(*names), None)

    def text_of(self, *names: str) -> str | None:
        """Give the text of a child that has any but blanks, verbatim; a name earlier in the list wins."""
        texts = (child.text for name in names for child in self.children(name))
        return next((text for text in texts if text.strip()), None)

    def within(self, *names: str) -> Iterator[Element]:
        """Give every element of such a name at any depth, in order."""
        for child in self.children():
            if child.name in names:
                yield child
            yield from child.within(*names)


class Stopped(Exception):  # noqa: N818 - no error of ours
    """Reading ends here. Expat itself runs on to the end of the document, so that the place is kept."""

    def __init__(self, place: Place, shift: int) -> None:
        super().__init__()
        self.offset, self.line = place.CurrentByteIndex, place.CurrentLineNumber + shift


class Enough(Stopped):
    """As much was read as is ever read."""


class Unclosed(Stopped):
    """A record begins within another one."""


class Place(Protocol):
    """What an expat parser says of where it is."""

    @property
    def CurrentLineNumber(self) -> int: ...  # noqa: N802 - expat's name

    @property
    def CurrentByteIndex(self) -> int: ...  # noqa: N802


@dataclass(slots=True, kw_only=True)
class _Frame:
    name: str
    line: int
    attributes: Mapping[str, str]
    content: list[str | Element]

    def close(self) -> Element:
        return Element(
            name=self.name, line=self.line, attributes=self.attributes, content=tuple(self.content)
        )


class TreeBuilder:
    """Collects the records of a document, and all the rest as its root."""

    _place: Place

    def __init__(self, records: frozenset[str], *, max_records: int) -> None:
        self._record_names = records
        self._max_records = max_records
        self._names: dict[str, str] = {}
        self._stack: list[_Frame] = []
        self._elements = 0
        self.open_record: int | None = None
        self.root: Element | None = None
        self.records: list[Element] = []

    def begin(self, place: Place, *, shift: int) -> None:
        """Start anew, keeping the records; `shift` is what the parser's lines lack to the document's."""
        self._stack.clear()
        self._place, self._shift = place, shift
        self.open_record, self.root = None, None

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name, line = self._named(tag), self._place.CurrentLineNumber + self._shift
        self._elements += 1
        if name in self._record_names:
            self._open_record(line)
        if len(self._stack) >= _MAX_DEPTH or self._elements > _MAX_ELEMENTS:
            raise Enough(self._place, self._shift)
        kept = {self._named(key): value for key, value in islice(attributes.items(), _MAX_ATTRIBUTES)}
        self._stack.append(_Frame(name=name, line=line, attributes=kept or _NONE, content=[]))

    def data(self, text: str) -> None:
        if self._stack:
            self._stack[-1].content.append(text)

    def end(self, tag: str) -> None:  # noqa: ARG002 - expat has matched it
        done = self._stack.pop().close()
        if done.name in self._record_names:
            self.records.append(done)
            self.open_record = None
        elif self._stack:
            self._stack[-1].content.append(done)
        if not self._stack:
            self.root = done

    def close(self) -> None:
        """End the document, or what there is of it."""
        while self._stack:
            self.end(self._stack[-1].name)

    def drop(self) -> None:
        """Forget the record that is open."""
        while self.open_record is not None:
            if self._stack.pop().name in self._record_names:
                self.open_record = None

    def _open_record(self, line: int) -> None:
        if self.open_record is not None:
            raise Unclosed(self._place, self._shift)
        if len(self.records) >= self._max_records:
            raise Enough(self._place, self._shift)
        self.open_record = line

    def _named(self, tag: str) -> str:
        name = self._names.get(tag)
        if name is None:
            space, brace, local = tag.rpartition("}")
            prefix = PREFIXES.get(space.removeprefix("{"), f"{space}}}") if brace else ""
            name = self._names[tag] = f"{prefix}{local}"
        return name


__all__ = ["PREFIXES", "Element", "Enough", "Stopped", "TreeBuilder", "Unclosed"]
