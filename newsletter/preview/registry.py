"""Which views there are, and how the navigation groups them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.preview.views import (
    assets,
    checks,
    difference,
    editorial,
    headers,
    inbox,
    links,
    live,
    mail,
    size,
    source,
    text,
    topics,
    trial,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flask import Blueprint

    from newsletter.preview.picture import Scene
    from newsletter.preview.views import View

# A view of yours is added here; see the docstring of `newsletter.preview`.
GROUPS: Sequence[tuple[str, Sequence[View]]] = (
    ("Look", (mail.VIEW, inbox.VIEW, text.VIEW, headers.VIEW, source.VIEW)),
    ("Shape", (topics.VIEW, editorial.VIEW)),
    ("Judge", (checks.VIEW, size.VIEW, links.VIEW, difference.VIEW)),
    ("Send", (trial.VIEW,)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A line of the navigation."""

    name: str
    endpoint: str
    key: str
    badge: str


def blueprints() -> Iterator[Blueprint]:
    """All that is served: the views, and what their pages load."""
    yield assets.BLUEPRINT
    yield live.BLUEPRINT
    for _, views in GROUPS:
        for view in views:
            yield view.blueprint


def navigation(scene: Scene) -> list[tuple[str, list[Item]]]:
    """Give the groups of the navigation with what their badges show now."""
    return [
        (
            title,
            [Item(name=v.name, endpoint=v.endpoint, key=v.key, badge=v.badge(scene)) for v in views],
        )
        for title, views in GROUPS
    ]
