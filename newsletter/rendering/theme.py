"""How an edition looks: where its templates are, and the values they take."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from newsletter.errors import RenderError
from newsletter.rendering.fonts import BODY_FONT, HEADING_FONT, font_list, outlook_font
from newsletter.rendering.palette import DARK, LIGHT, Palette

_PACKAGE = Path(__file__).parents[1]

# From the largest card to the smallest: with its key sentences, with the first of them, a title and one line.
Density = Literal["lead", "standard", "compact"]
DENSITIES: tuple[Density, ...] = get_args(Density)


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """How an issue looks. A file in `folder` replaces the file of that name in the default theme.

    `logo_text` stands at the top instead of the newsletter's name, `density` is that of the largest cards,
    and `show_why` lets cards say which terms decided. Raises `ValueError` for fonts that are not a list of
    names.
    """

    folder: Path | None = None
    light: Palette = LIGHT
    dark: Palette = DARK
    heading_font: str = HEADING_FONT
    body_font: str = BODY_FONT
    logo_text: str = ""
    density: Density = "lead"
    show_why: bool = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "heading_font", font_list(self.heading_font))
        object.__setattr__(self, "body_font", font_list(self.body_font))

    @property
    def outlook_heading_font(self) -> str:
        return outlook_font(self.heading_font)

    @property
    def outlook_body_font(self) -> str:
        return outlook_font(self.body_font)

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
