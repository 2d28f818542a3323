"""Where links lead: nothing but the web and mailboxes."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from newsletter.rendering.checks.findings import Finding, excerpt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.rendering.checks.page import Node, Page


def links(page: Page) -> Iterator[Finding]:
    """Every href is http(s) or mailto, whole, and stands on words."""
    for node in page.all("a", "area"):
        if "href" not in node.attributes:
            continue
        href = node.get("href")
        fault = _fault(href)
        if fault:
            yield Finding(
                severity="error",
                check="links",
                message=f"the link {excerpt(href)!r} {fault}",
                hint="use a whole http, https or mailto address, or leave the link out",
                where=node.place(),
            )
        elif href.startswith("#"):
            yield Finding(
                severity="warning",
                check="links",
                message=f"the link {excerpt(href)!r} points into the mail, where many clients go nowhere",
                hint="link to the thing itself",
                where=node.place(),
            )
        if not node.inside() and not _has_picture(node):
            yield Finding(
                severity="error",
                check="links",
                message=f"the link to {excerpt(href)!r} stands on no words",
                hint="write what it leads to between <a> and </a>",
                where=node.place(),
            )


def _fault(href: str) -> str | None:
    """Say what is wrong with an address, in words that follow "the link X"."""
    if href.startswith("#") and href != "#":
        return None
    try:
        parts = urlsplit(href)
    except ValueError:
        return "cannot be read as an address"
    if parts.scheme == "mailto":
        return None if "@" in parts.path else "names no mailbox"
    if parts.scheme not in ("http", "https"):
        return "is not http, https or mailto"
    if not parts.hostname:
        return "names no host"
    return "hides its host behind a user name" if "@" in parts.netloc else None


def _has_picture(node: Node) -> bool:
    return any(image.get("alt") for image in node.element.iter("img"))
