"""The baseline of a theme: what some mail clients are known to lose of it."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

from newsletter.errors import RenderError
from newsletter.rendering.checks.clients import BASELINE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsletter.rendering.theme import Theme


def known_losses(theme: Theme) -> Mapping[str, str]:
    """Read it: caniemail's name of a feature to what readers see without it. Raises `RenderError`."""
    files = [folder / BASELINE for folder in theme.folders if (folder / BASELINE).is_file()]
    try:
        said = tomllib.loads(files[0].read_text("utf-8")) if files else {}
    except (OSError, UnicodeDecodeError) as error:
        raise RenderError(f"{BASELINE}: cannot be read: {error}", hint=_HINT) from error
    except tomllib.TOMLDecodeError as error:
        raise RenderError(f"{BASELINE} is not TOML: {error}", hint=_HINT) from error
    for name, effect in said.items():
        if not isinstance(effect, str):
            raise RenderError(f"{BASELINE}, {name}: expected a text, found {effect!r}", hint=_HINT)
    return said


_HINT = 'write one line per feature: css-word-break = "what readers see without it"'
