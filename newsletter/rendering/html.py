"""The HTML of an edition: Jinja, then MJML, then the style sheet put into the elements."""

from __future__ import annotations

import hashlib
import logging
import re
from typing import TYPE_CHECKING, Any, NoReturn
from xml.dom import DOMException

from mjml import mjml2html

from newsletter.errors import RenderError
from newsletter.rendering import direction
from newsletter.rendering.environment import draw_markup, draw_text

if TYPE_CHECKING:
    from newsletter.rendering.theme import Theme
    from newsletter.rendering.view import View
    from newsletter.rendering.wording import Words

TEMPLATE = "digest.mjml.j2"
STYLE_SHEET = "inline.css"

# premailer leaves a sheet that carries this alone: rules for dark mode or small screens stay as written.
_IGNORED_STYLE = '<style data-premailer="ignore"'
_STYLE = re.compile(r"<style(?=[\s>])")
_DOCTYPE = re.compile(r"\A\s*<!doctype html>", re.IGNORECASE)
_UNFIT_FOR_ELEMENTS = re.compile(r"@[a-z-]+|!\s*important|::?[a-z-]+(?=[^{};]*\{)", re.IGNORECASE)
_TEXT_WITH_ISOLATES = re.compile(rf">[^<>]*{direction.FSI}[^<>]*(?=<)")
_ISOLATE = re.compile(rf"{direction.FSI}([^{direction.FSI}{direction.PDI}]*){direction.PDI}")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_POSITION = re.compile(r"position (\d+):(\d+)")


def draw_source(view: View, theme: Theme, words: Words) -> str:
    """Give the filled MJML template. Raises `RenderError` naming the file that is wrong."""
    return draw_markup(TEMPLATE, view, theme, words)


def draw_styles(view: View, theme: Theme, words: Words) -> str:
    """Give the style sheet of the elements. Raises `RenderError` naming the file that is wrong."""
    return check_styles(draw_text(STYLE_SHEET, view, theme, words))


def finished(source: str, styles: str) -> str:
    """Make a whole HTML document of both. Raises `RenderError` naming the file that is wrong."""
    html = _prepared(_as_html(source))
    wedge = f"wedge{hashlib.sha256(html.encode('utf-8', 'replace')).hexdigest()}"
    return _inlined(_wedged(html, wedge), styles).replace(wedge, "")


def check_styles(styles: str) -> str:
    """Give back a style sheet that can stand in elements.

    Raises `RenderError` for at-rules, `!important` and pseudo-classes, which belong in head.css.
    """
    bare = _COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), styles)
    found = _UNFIT_FOR_ELEMENTS.search(bare)
    if found:
        line = bare.count("\n", 0, found.start()) + 1
        raise RenderError(
            f"{STYLE_SHEET}, line {line}: {found[0]!r} cannot stand in an element's style",
            hint="move the rule to head.css",
        )
    return styles


def _as_html(source: str) -> str:
    # Without `fonts` it would link Google's; without a loader no file can be included.
    try:
        html: str = mjml2html(source, fonts={}, disable_comments=True)
    except (ValueError, TypeError) as error:
        raise RenderError(
            f"{TEMPLATE} does not give valid MJML: {error}{_excerpt(source, str(error))}",
            hint="every tag needs its end, every attribute its quotes, and text has no bare < or &",
        ) from error
    return html


def _excerpt(source: str, message: str) -> str:
    """Show the line the parser stopped at; it gives byte offsets."""
    found = _POSITION.search(message)
    if not found:
        return ""
    before = source.encode("utf-8", "replace")[: int(found[1])].decode("utf-8", "replace")
    number = before.count("\n") + 1
    return f" (line {number} of the filled template: {source.splitlines()[number - 1].strip()[:80]!r})"


def _prepared(html: str) -> str:
    """Mark the sheets in the head, and write the doctype as premailer knows it: it drops any other spelling,
    and then browsers fall into quirks mode (https://github.com/peterbe/premailer/issues/156)."""
    head, tag, body = html.partition("<body")
    head = _DOCTYPE.sub("<!DOCTYPE html>", _STYLE.sub(_IGNORED_STYLE, head))
    return head + tag + _TEXT_WITH_ISOLATES.sub(_isolates_as_elements, body)


def _isolates_as_elements(text: re.Match[str]) -> str:
    """Say in mark-up what the marks around a text say: more mail clients keep a `dir` than know the marks.
    Only in the text between tags; inside an attribute the marks stay."""
    return _ISOLATE.sub(_isolate_as_element, text[0])


def _isolate_as_element(isolate: re.Match[str]) -> str:
    return f'<span dir="{direction.of_text(isolate[1]) or "auto"}">{isolate[1]}</span>'


def _wedged(html: str, wedge: str) -> str:
    """Part what libxml2 would take for mark-up inside an attribute: from &{ to } a script macro of HTML 4.01
    (B.7.1), from <!-- to --> a server-side include. It writes both without escaping anything in them, and a
    title, which MJML repeats in an attribute, could break out there."""
    return html.replace("&amp;{", f"&amp;{wedge}{{").replace("&lt;!--", f"&lt;{wedge}!--")


def _inlined(html: str, styles: str) -> str:
    premailer = _premailer()
    try:
        inlined: str = premailer.transform(
            html,
            css_text=[styles] if styles.strip() else None,
            keep_style_tags=False,
            strip_important=False,
            remove_classes=False,
            disable_link_rewrites=True,
            align_floating_images=False,
            disable_basic_attributes=["width", "height", "align", "valign", "bgcolor"],
            disable_validation=True,
            allow_network=False,
            allow_loading_external_files=False,
            cssutils_logging_level=logging.CRITICAL,
        )
    except (ValueError, TypeError, AttributeError, LookupError, SyntaxError, DOMException) as error:
        raise RenderError(
            f"{STYLE_SHEET} cannot be put into the elements: {error}", hint="use plain class selectors"
        ) from error
    inlined = inlined.replace(_IGNORED_STYLE, "<style")  # those inside Outlook's comments
    if not inlined.startswith("<!DOCTYPE html>"):
        raise RenderError(f"the HTML of {TEMPLATE} lost its doctype", hint="begin the template with <mjml>")
    return inlined


def _premailer() -> Any:
    """Import premailer when there is something to inline: it takes a tenth of a second."""
    import cssutils  # noqa: PLC0415 - see above
    import premailer  # noqa: PLC0415 - see above

    # `allow_network=False` does not stop an @import: cssutils fetches it by itself.
    cssutils.util._defaultFetcher = _no_network  # noqa: SLF001 - cssutils has no public way to set it
    return premailer


def _no_network(url: str) -> NoReturn:
    raise RenderError(f"a style sheet may not import {url}", hint="copy the rules into the theme")
