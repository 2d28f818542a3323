"""From the `[theme]` table to a `Theme` that every reader can read."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from newsletter.rendering.colours import MIN_CONTRAST, contrast, readable
from newsletter.rendering.palette import DARK, GROUNDS, LIGHT, WORDS
from newsletter.rendering.theme import Theme

if TYPE_CHECKING:
    from newsletter.config.load import Config
    from newsletter.rendering.palette import Palette


def theme_of(config: Config) -> Theme:
    """Give the theme in force.

    Raises `ConfigError` for a folder that is not there, and for a colour whose words could not be read.
    """
    table = config.schema.theme
    folder = config.folder / table.folder if table.folder is not None else None
    if folder is not None and not folder.is_dir():
        raise config.error(f"there is no folder {folder}", "theme", "folder")
    return Theme(
        folder=folder,
        light=_palette(config, "light", LIGHT),
        dark=_palette(config, "dark", DARK),
        heading_font=table.heading_font,
        body_font=table.body_font,
        logo_text=table.logo_text,
        density=table.density,
        show_why=table.show_why,
    )


def _palette(config: Config, scheme: str, default: Palette) -> Palette:
    given = getattr(config.schema.theme, scheme).model_dump(exclude_none=True)
    palette = replace(default, **given)
    for words in WORDS:
        for ground in GROUNDS:
            if contrast(getattr(palette, words), getattr(palette, ground)) < MIN_CONTRAST:
                _refuse(config, scheme, palette, words=words, ground=ground, given=given)
    return palette


def _refuse(
    config: Config, scheme: str, palette: Palette, *, words: str, ground: str, given: dict[str, str]
) -> None:
    """Name the key that a person wrote, and a colour close to theirs that would do."""
    ratio = contrast(getattr(palette, words), getattr(palette, ground))
    key = words if words in given else ground
    nearest = readable(getattr(palette, words), tuple(getattr(palette, name) for name in GROUNDS))
    raise config.error(
        f"{words} {getattr(palette, words)} on {ground} {getattr(palette, ground)} has a contrast of "
        f"{ratio:.1f} to 1; to be read it needs {MIN_CONTRAST} (WCAG 2.2)",
        "theme",
        scheme,
        key,
        hint=f'in [theme.{scheme}], {words} = "{nearest}" can be read there',
    )
