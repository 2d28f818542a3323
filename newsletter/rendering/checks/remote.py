"""Nothing is fetched when the mail is opened, and nothing in it runs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsletter.rendering.checks.findings import Finding, Place, excerpt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.rendering.checks.page import Node, Page

_CHECK = "remote"
_LOADING = ("src", "srcset", "background", "poster", "data", "lowsrc", "dynsrc")
# What runs, what holds another document, and what moves every address of this one.
_FOREIGN = (
    "script",
    "iframe",
    "frame",
    "object",
    "embed",
    "applet",
    "form",
    "base",
    "audio",
    "video",
    "portal",
)
_IN_STYLE = re.compile(
    r"@import\b[^;]{0,200}|url\(\s*['\"]?(?!['\"]?(?:data:|#))[^)]{0,200}\)?|image-set\(", re.IGNORECASE
)
_IN_COMMENT = re.compile(
    r"(?:src|srcset|background|poster)\s*=\s*['\"]?\s*(?:[a-z]+:)?//[^\s>]{0,200}", re.IGNORECASE
)


def remote(page: Page) -> Iterator[Finding]:
    """No image, sheet, font or frame comes from elsewhere; there is no script and no form."""
    for node in page.nodes:
        yield from _of_element(node)
    for comment in page.comments:
        found = _IN_COMMENT.search(comment) or _IN_STYLE.search(comment)
        if found:
            yield _finding(f"a comment that Outlook reads loads {excerpt(found[0])!r}", Place(part="HTML"))


def _of_element(node: Node) -> Iterator[Finding]:
    if node.tag in _FOREIGN or (node.tag == "meta" and node.get("http-equiv").lower() == "refresh"):
        yield _finding(f"<{node.tag}> does not belong into a mail", node.place())
    if node.tag == "link" and node.get("href"):
        yield _finding(f"<link> loads {excerpt(node.get('href'))!r}", node.place())
    for name in _LOADING:
        if node.get(name) and not node.get(name).startswith(("data:", "cid:")):
            yield _finding(f"{name} loads {excerpt(node.get(name))!r}", node.place())
    handlers = [name for name in node.attributes if name.lower().startswith("on")]
    if handlers:
        yield _finding(f"{handlers[0]} would run a script", node.place())
    style = node.element.text or "" if node.tag == "style" else node.get("style")
    for found in _IN_STYLE.finditer(style):
        yield _finding(f"a style loads {excerpt(found[0])!r}", node.place())


def _finding(message: str, where: Place) -> Finding:
    return Finding(
        severity="error",
        check=_CHECK,
        message=message,
        hint="take it out: a mail that loads something tells others when and where it is read",
        where=where,
    )
