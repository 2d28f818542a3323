"""All links of a mail and where they lead; none is followed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from newsletter.preview.picture import Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedLink:
    """A link: its words, its address and host ("" for none), `times` it occurs, and its mark in the mail.
    `is_own` says that each reader gets another one."""

    text: str
    url: str
    host: str
    times: int
    mark: str
    is_own: bool


def links(picture: Picture) -> tuple[ListedLink, ...]:
    """List each address once, in the order of the mail."""
    found: dict[str, ListedLink] = {}
    base = picture.app.letterhead().base_url
    times = Counter(node.get("href") for node in picture.page.all("a"))
    for number, node in enumerate(picture.page.all("a")):
        url = node.get("href")
        if not url or url in found:
            continue
        found[url] = ListedLink(
            text=node.inside(),
            url=url,
            host=host_of(url),
            times=times[url],
            mark=f"a.{number}",
            is_own=url.startswith((f"{base}/unsubscribe/", f"{base}/preferences/")),
        )
    return tuple(found.values())


def hosts(listed: tuple[ListedLink, ...]) -> list[tuple[str, int]]:
    """Count the links of each host, most first."""
    return Counter(link.host or "no host" for link in listed).most_common()


def host_of(url: str) -> str:
    """Give the host of an address, of a mailbox the domain; "" where there is none."""
    try:
        parts = urlsplit(url)
        return parts.hostname or (parts.path.rpartition("@")[2] if parts.scheme == "mailto" else "")
    except ValueError:
        return ""
