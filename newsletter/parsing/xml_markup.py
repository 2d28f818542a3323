"""The content of an XML element as markup: what was escaped is as it reads, and elements are tags again."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.parsing.xml_tree import Element


def markup_of(element: Element) -> str:
    """Give what is in an element. Text in `type="xhtml"` is escaped again, so that it is unescaped once."""
    if not any(True for _ in element.children()):
        return element.text
    return "".join(_pieces(element))


def _pieces(element: Element) -> Iterator[str]:
    for part in element.content:
        if isinstance(part, str):
            yield part.replace("&", "&amp;").replace("<", "&lt;")
        else:
            name = part.name.rpartition(":")[2].rpartition("}")[2]
            yield f"<{name}>"
            yield from _pieces(part)
            yield f"</{name}>"
