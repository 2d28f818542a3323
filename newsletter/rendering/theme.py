"""Where the templates and style sheets of an edition are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from newsletter.errors import RenderError

_PACKAGE = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """How an issue looks. A file in `folder` replaces the file of that name in the default theme."""

    folder: Path | None = None

    @property
    def folders(self) -> tuple[Path, ...]:
        """Where a file is looked for, in this order. Raises `RenderError` without a default theme."""
        default = default_templates() / "email"
        return (default,) if self.folder is None else (self.folder, default)


def default_templates() -> Path:
    """Find the templates that come with the package: inside a wheel, else beside the package."""
    for folder in (_PACKAGE / "templates", _PACKAGE.parent / "templates"):
        if (folder / "email").is_dir():
            return folder
    raise RenderError(
        f"the default templates are missing: there is no {_PACKAGE / 'templates'}",
        hint="install the package again",
    )
