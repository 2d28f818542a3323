"""The two Jinja environments of a theme: one that escapes, for mark-up, and one that does not, for text."""

from __future__ import annotations

import textwrap
import traceback
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, TemplateNotFound
from jinja2.exceptions import TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from newsletter.errors import RenderError
from newsletter.parsing.scripts import runs
from newsletter.rendering import direction

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsletter.rendering.theme import Theme
    from newsletter.rendering.view import View
    from newsletter.rendering.wording import Words

# What the expressions of a template can raise besides Jinja's own errors.
_TEMPLATE_FAULTS = (
    TemplateError, ArithmeticError, AttributeError, LookupError, OSError, RecursionError, TypeError,
    ValueError,
)  # fmt: skip
_EXTENSIONS = ("jinja2.ext.i18n",)
_SUFFIXES = (".j2", ".css")


def draw_markup(name: str, view: View, theme: Theme, words: Words) -> str:
    """Fill a template in which every value is escaped. Raises `RenderError` naming file and line."""
    return _draw(_markup_environment(theme, words), name, view, theme)


def draw_text(name: str, view: View, theme: Theme, words: Words) -> str:
    """Fill a template of plain text or of a style sheet. Raises `RenderError` naming file and line."""
    return _draw(_text_environment(theme, words), name, view, theme)


@lru_cache(maxsize=32)
def _markup_environment(theme: Theme, words: Words) -> Environment:
    # Always escaping: `select_autoescape` leaves .mjml.j2 files unescaped.
    environment = ImmutableSandboxedEnvironment(
        autoescape=True,
        extensions=_EXTENSIONS,
        loader=_Loader(theme.folders),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["runs"] = runs
    return _speaking(environment, words)


@lru_cache(maxsize=32)
def _text_environment(theme: Theme, words: Words) -> Environment:
    environment = ImmutableSandboxedEnvironment(
        autoescape=False,  # plain text has no mark-up to escape
        extensions=_EXTENSIONS,
        loader=_Loader(theme.folders),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["fold"] = fold
    return _speaking(environment, words)


def _speaking(environment: Environment, words: Words) -> Environment:
    """Give templates `_`, `ngettext`, `pgettext` and `npgettext`, which escape the values put into a message
    where the template escapes, and filters for numbers and for texts that may run the other way."""
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        words.catalogue.gettext,
        words.catalogue.ngettext,
        newstyle=True,
        pgettext=words.catalogue.pgettext,
        npgettext=words.catalogue.npgettext,
    )
    environment.filters["isolated"] = words.isolated
    environment.filters["number"] = words.number
    environment.filters["direction"] = direction.of_text
    return environment


def fold(text: str, indent: str = "", first: str | None = None, width: int = 76) -> str:
    """Set a paragraph in lines of at most `width` columns; what has no blank (an address) stays whole.

    Programs take every line for a paragraph: a line of a text from right to left says so where it would be
    taken to run the other way.
    """
    lines = textwrap.wrap(
        text,
        width,
        initial_indent=indent if first is None else first,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    if direction.of_text(text) == "rtl":
        lines = [line if direction.of_text(line) == "rtl" else direction.RLM + line for line in lines]
    return "\n".join(lines)


class _Loader(FileSystemLoader):
    """Takes the first folder that has a file, and looks again once an earlier one has it too."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        source, path, is_unchanged = super().get_source(environment, template)
        first = self._first(template)
        return source, path, lambda: is_unchanged() and self._first(template) == first

    def _first(self, template: str) -> Path | None:
        places = (Path(folder, template) for folder in self.searchpath)
        return next((place for place in places if place.is_file()), None)


def _draw(environment: Environment, name: str, view: View, theme: Theme) -> str:
    try:
        return environment.get_template(name).render(view=view, theme=theme)
    except _TEMPLATE_FAULTS as error:
        raise _explained(error, name) from error


def _explained(error: Exception, name: str) -> RenderError:
    hint = "mend the file in the theme's folder, or delete it there to use the default one"
    if isinstance(error, TemplateNotFound):
        return RenderError(f"{name}: the theme has no file {error.name!r}", hint=hint)
    if isinstance(error, UnicodeDecodeError):
        return RenderError(f"{name}: expected UTF-8, found byte 0x{error.object[error.start]:02x}", hint=hint)
    where = _place(error)
    return RenderError(f"{where or name}: {error}".replace("\n", " ")[:500], hint=hint)


def _place(error: Exception) -> str | None:
    """Name the template and the line, where they are known."""
    if isinstance(error, TemplateSyntaxError):
        return f"{error.name}, line {error.lineno}"
    frames = [
        frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(_SUFFIXES)
    ]
    return f"{frames[-1].filename}, line {frames[-1].lineno}" if frames else None
