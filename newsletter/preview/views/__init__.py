"""The views of the preview, in the order in which its navigation lists them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import current_app, g

from newsletter.preview.workshop import Workshop

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Blueprint

    from newsletter.preview.picture import Scene

EXTENSION = "newsletter.workshop"


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A page of the preview: its blueprint, whose endpoint "page" it is; its `name` in the navigation; `key`,
    which opens it; and `badge`, a short figure beside the name ("" for none)."""

    blueprint: Blueprint
    name: str
    key: str
    badge: Callable[[Scene], str] = lambda _: ""

    @property
    def endpoint(self) -> str:
        return f"{self.blueprint.name}.page"


def the_workshop() -> Workshop:
    """Give the workshop of the running preview."""
    workshop = current_app.extensions[EXTENSION]
    if not isinstance(workshop, Workshop):
        raise TypeError("the application was made without a workshop")
    return workshop


def the_scene() -> Scene:
    """Give the scene of this request: one and the same, however the files change meanwhile."""
    if "scene" not in g:
        g.scene = the_workshop().scene
    scene: Scene = g.scene
    return scene
