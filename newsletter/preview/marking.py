"""A place in the HTML of a mail, found again in its source: a copy with a mark on it can be scrolled to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.rendering.outline import start_tags

if TYPE_CHECKING:
    from newsletter.preview.picture import Picture
    from newsletter.rendering.checks import Place

MARK_ID = "newsletter-mark"
_STYLE = (
    f"<style>#{MARK_ID} {{ outline: 3px solid #d6249f !important; outline-offset: 3px; "
    "scroll-margin: 96px; border-radius: 2px }</style>"
)


def marked(html: str, mark: tuple[str, int] | None, *, is_outlined: bool = True) -> str:
    """Put the mark on the n-th start tag of a name, counted from 0; without such a tag nothing changes.

    Without an outline it is only a place to scroll to.
    """
    if mark is None:
        return html
    name, number = mark
    tag = next((tag for tag in start_tags(html) if (tag.name, tag.number) == (name, number)), None)
    if tag is None:
        return html
    # The first of two ids counts, so that it comes before one that the element may have.
    at = tag.start + 1 + len(name)
    html = f'{html[:at]} id="{MARK_ID}"{html[at:]}'
    return html.replace("</head>", f"{_STYLE}</head>", 1) if is_outlined else html


def marks_of(picture: Picture) -> dict[str, str]:
    """Give the mark of each place that a check may name, by what the place says for people."""
    marks: dict[str, str] = {}
    seen: dict[str, int] = {}
    for node in picture.page.nodes:
        number = seen[node.tag] = seen.get(node.tag, -1) + 1
        marks.setdefault(str(node.place()), f"{node.tag}.{number}")
    return marks


def mark_of(place: Place | None, marks: dict[str, str]) -> str | None:
    """Give the mark of a place in the HTML, where it names an element."""
    return marks.get(str(place)) if place and place.element else None
