"""The HTML of a mail as a tree, as any browser would read it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from newsletter.rendering.checks.findings import Place, excerpt

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseError:
    """A place that a parser has to mend: the 1-based line, the column, and what the HTML standard says."""

    line: int
    column: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Node:
    """An element: its attributes, its parent, and the last heading that began before it."""

    tag: str
    attributes: Mapping[str, str]
    parent: Node | None
    heading: str
    element: Any = field(repr=False)

    def get(self, name: str) -> str:
        """Give an attribute, "" without it."""
        return self.attributes.get(name, "")

    def inside(self) -> str:
        """All text in it, on one line."""
        return " ".join("".join(self.element.itertext()).split())

    def own_text(self) -> str:
        """The text that stands in it and in no element of it."""
        tails = (child.tail for child in self.element)
        return "".join(filter(None, (self.element.text, *tails)))

    def ancestors(self) -> Iterator[Node]:
        """Its parents, nearest first."""
        node = self.parent
        while node:
            yield node
            node = node.parent

    def place(self) -> Place:
        """Say where it is, for people."""
        shown = [f'{name}="{excerpt(self.get(name), 40)}"' for name in ("id", "class") if self.get(name)]
        own = next((child for child in self.element.iter() if child.tag in HEADINGS), None)
        card = self.heading if own is None else " ".join("".join(own.itertext()).split())
        return Place(part="HTML", element=f"<{' '.join([self.tag, *shown])}>", card=excerpt(card, 50) or None)


class Page:
    """A parsed document. `errors` lists what a strict parser would refuse."""

    def __init__(self, html: str) -> None:
        import html5lib  # noqa: PLC0415 - only who checks pays for it
        from html5lib.constants import E as MESSAGES  # noqa: PLC0415 - see above

        builder = _builder()
        parser = html5lib.HTMLParser(builder, namespaceHTMLElements=False)
        self.source = html
        self.root: Any = parser.parse(html)
        told = [
            ParseError(line=line, column=column, message=MESSAGES[code] % values)
            for (line, column), code, values in parser.errors
        ]
        self.errors = (*told, *(_misplaced(text, html) for text in parser.tree.misplaced))
        self.nodes: tuple[Node, ...] = tuple(_nodes(self.root))

    def all(self, *tags: str) -> Iterator[Node]:
        """The elements of these names, in reading order."""
        return (node for node in self.nodes if node.tag in tags)

    def body(self) -> Iterator[Node]:
        """The elements inside the body."""
        return (node for node in self.nodes if any(parent.tag == "body" for parent in node.ancestors()))

    @cached_property
    def comments(self) -> tuple[str, ...]:
        """The texts of all comments, those that only Outlook reads among them."""
        return tuple(e.text or "" for e in self.root.iter() if not isinstance(e.tag, str))


def _nodes(root: Any) -> Iterator[Node]:
    """Walk in reading order without recursion: how deep a document is, a stranger may have decided."""
    heading = ""
    waiting: list[tuple[Any, Node | None]] = [(root, None)]
    while waiting:
        element, parent = waiting.pop()
        if element.tag in HEADINGS:
            heading = " ".join("".join(element.itertext()).split())
        node = Node(
            tag=element.tag,
            attributes=dict(element.attrib),
            parent=parent,
            heading=heading,
            element=element,
        )
        yield node
        children = [child for child in element if isinstance(child.tag, str)]
        waiting.extend((child, node) for child in reversed(children))


def _misplaced(text: str, source: str) -> ParseError:
    at = max(0, source.find(text))
    return ParseError(
        line=source.count("\n", 0, at) + 1,
        column=at - source.rfind("\n", 0, at) - 1,
        message="Text stands in a table but in none of its cells: it will be moved out of the table.",
    )


@cache
def _builder() -> Any:
    """Make html5lib's tree builder that also tells the one parse error which html5lib mends in silence."""
    import html5lib  # noqa: PLC0415 - only who checks pays for it
    from html5lib.constants import tableInsertModeElements  # noqa: PLC0415 - see above

    base: Any = html5lib.getTreeBuilder("etree")

    class Watching(base):  # type: ignore[misc]  # html5lib has no types
        def reset(self) -> None:
            super().reset()
            self.misplaced: list[str] = []

        def insertText(self, data: str, parent: Any = None) -> None:  # noqa: N802 - html5lib's name
            if self.insertFromTable and self.openElements[-1].name in tableInsertModeElements:
                self.misplaced.append(data.strip())
            super().insertText(data, parent)

    return Watching
