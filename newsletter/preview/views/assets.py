"""Style sheets and scripts of the preview's own pages."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort

from newsletter.rendering.theme import default_templates

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

BLUEPRINT = Blueprint("assets", __name__)
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@cache
def _files() -> Mapping[str, Path]:
    """The files that may be asked for: a name is looked up among them, and never joined to a path."""
    folder = default_templates() / "preview" / "static"
    return {path.name: path for path in folder.iterdir() if path.suffix in _TYPES}


@BLUEPRINT.get("/static/<name>")
def file(name: str) -> Response:
    """Serve one of our own files as it is now."""
    path = _files().get(name) or abort(404)
    return Response(path.read_bytes(), mimetype=_TYPES[path.suffix])
