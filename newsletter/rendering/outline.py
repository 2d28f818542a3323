"""The start tags of an HTML text and where they stand in it."""

from __future__ import annotations

from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import accumulate

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


@dataclass(frozen=True, slots=True, kw_only=True)
class StartTag:
    """A start tag: the `number` of its name counted from 0, where its text begins and ends."""

    name: str
    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading: its level, its words, and from where to where the innermost table row around it goes, or
    it alone where there is none."""

    level: int
    number: int
    text: str
    start: int
    end: int


def start_tags(html: str) -> tuple[StartTag, ...]:
    """List the start tags in their order; what stands in comments is none."""
    return tuple(_read(html).tags)


def headings(html: str) -> tuple[Heading, ...]:
    """List the headings that have words, in their order."""
    return tuple(heading for heading in _read(html).headings if heading.text)


def _read(html: str) -> _Reader:
    reader = _Reader(html)
    reader.feed(html)
    reader.close()
    return reader


class _Reader(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[StartTag] = []
        self.headings: list[Heading] = []
        self._lines = [0, *accumulate(len(line) for line in html.split("\n"))]
        self._numbers: dict[str, int] = {}
        self._rows: list[int] = []
        self._open: tuple[str, int, int, int] | None = None  # name, number, start, depth of rows
        self._words: list[str] = []
        self._waiting: list[tuple[int, Heading]] = []

    def _here(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + (line - 1) + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        number = self._numbers[tag] = self._numbers.get(tag, -1) + 1
        start = self._here()
        self.tags.append(
            StartTag(name=tag, number=number, start=start, end=start + len(self.get_starttag_text() or ""))
        )
        if tag == "tr":
            self._rows.append(start)
        elif tag in HEADINGS:
            self._open, self._words = (tag, number, start, len(self._rows)), []

    def handle_data(self, data: str) -> None:
        if self._open:
            self._words.append(data)

    def handle_endtag(self, tag: str) -> None:
        end = self._here() + len(tag) + 3
        if self._open and tag == self._open[0]:
            self._close_heading(end)
        elif tag == "tr" and self._rows:
            self._rows.pop()
            self._close_row(end)

    def _close_heading(self, end: int) -> None:
        assert self._open  # noqa: S101 - the caller has looked
        name, number, start, depth = self._open
        self._open = None
        text = " ".join("".join(self._words).split())
        row = self._rows[depth - 1] if 0 < depth <= len(self._rows) else start
        heading = Heading(level=int(name[1]), number=number, text=text, start=row, end=end)
        self.headings.append(heading)
        if row != start:
            self._waiting.append((len(self._rows), heading))

    def _close_row(self, end: int) -> None:
        depth = len(self._rows) + 1
        done = [heading for at, heading in self._waiting if at == depth]
        self._waiting = [pair for pair in self._waiting if pair[0] != depth]
        for heading in done:
            at = self.headings.index(heading)
            self.headings[at] = Heading(
                level=heading.level,
                number=heading.number,
                text=heading.text,
                start=heading.start,
                end=end,
            )
