"""An editor's introduction: Markdown becomes blocks of text that templates can draw and escape.

Of Markdown there is what a few lines before a list of papers need: paragraphs, lists, strong and emphasised
words, links. Everything else becomes its text. HTML in it is text, too: it is never taken for mark-up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from newsletter.parsing.text import clean
from newsletter.rendering.links import safe_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_CHARS = 5_000
_HTML = "{http://www.w3.org/1999/xhtml}"
_MAILTO = re.compile(r"mailto:[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,253}")
_INLINE = {"p", "li", "strong", "em", "a", "br"}
_LISTS: dict[str, Literal["bullet", "number"]] = {"ul": "bullet", "ol": "number"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Words that look alike; `url` is None where they are no link."""

    text: str
    strong: bool = False
    emphasised: bool = False
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A paragraph, or an item of a list and its `number`, which counts from 1."""

    kind: Literal["paragraph", "bullet", "number"]
    runs: tuple[Run, ...]
    number: int = 0

    @property
    def text(self) -> str:
        """The words alone."""
        return "".join(run.text for run in self.runs)

    @property
    def in_full(self) -> str:
        """The words with the addresses of their links, for a mail without mark-up."""
        return "".join(f"{run.text} ({run.url})" if _needs_address(run) else run.text for run in self.runs)


def introduction(markdown: str) -> tuple[Block, ...]:
    """Read what an editor wrote, at most 5,000 characters of it."""
    written = markdown[:MAX_CHARS].strip()
    return tuple(_blocks(_tree(_sanitised(written)))) if written else ()


def _sanitised(markdown: str) -> str:
    import nh3  # noqa: PLC0415 - most issues have no introduction
    from markdown_it import MarkdownIt  # noqa: PLC0415 - see above

    html = MarkdownIt("commonmark", {"html": False}).disable("image").render(markdown)
    return nh3.clean(
        html,
        tags=_INLINE | _LISTS.keys(),
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )


def _tree(html: str) -> Any:
    import html5lib  # noqa: PLC0415 - see above

    return html5lib.parseFragment(html, treebuilder="etree", namespaceHTMLElements=True)


def _blocks(parent: Any) -> Iterator[Block]:
    """Give the paragraphs and items below an element; items of inner lists follow the one they belong to."""
    loose: list[Run] = list(_words(parent.text, Run(text="")))
    for child in parent:
        name = _name(child)
        if name in _LISTS or name == "p":
            yield from _closed(loose)
            loose = []
            yield from _items(child, _LISTS[name]) if name in _LISTS else _closed(_runs(child, Run(text="")))
        else:
            loose += _element(child, Run(text=""))
        loose += _words(child.tail, Run(text=""))
    yield from _closed(loose)


def _items(parent: Any, kind: Literal["bullet", "number"]) -> Iterator[Block]:
    for number, item in enumerate(parent, start=1):
        for place, block in enumerate(_blocks(item)):
            yield replace(block, kind=kind, number=number) if place == 0 else block


def _closed(runs: Iterable[Run]) -> Iterator[Block]:
    """Give a paragraph of runs, if there is a word in them."""
    kept = _trimmed([run for run in runs if run.text])
    if "".join(run.text for run in kept).strip():
        yield Block(kind="paragraph", runs=tuple(kept))


def _trimmed(runs: list[Run]) -> list[Run]:
    if runs:
        runs[0] = replace(runs[0], text=runs[0].text.lstrip())
        runs[-1] = replace(runs[-1], text=runs[-1].text.rstrip())
    return [run for run in runs if run.text]


def _runs(element: Any, look: Run) -> Iterator[Run]:
    yield from _words(element.text, look)
    for child in element:
        yield from _element(child, look)
        yield from _words(child.tail, look)


def _element(element: Any, look: Run) -> Iterator[Run]:
    match _name(element):
        case "strong":
            yield from _runs(element, replace(look, strong=True))
        case "em":
            yield from _runs(element, replace(look, emphasised=True))
        case "a":
            yield from _runs(element, replace(look, url=_address(element.get("href"))))
        case "br":
            return  # a line end follows it
        case _:
            yield from _runs(element, look)


def _words(text: str | None, look: Run) -> Iterator[Run]:
    """Clean a text, and keep the blanks at its ends, which part it from what stands beside it."""
    if text:
        words = clean(text)
        before, after = (" " if edge.isspace() else "" for edge in (text[0], text[-1]))
        yield replace(look, text=f"{before}{words}{after}" if words else " ")


def _address(href: str | None) -> str | None:
    return href if href and _MAILTO.fullmatch(href) else safe_url(href)


def _needs_address(run: Run) -> bool:
    return run.url is not None and run.url.removeprefix("mailto:") != run.text


def _name(element: Any) -> str:
    return str(element.tag).removeprefix(_HTML)
