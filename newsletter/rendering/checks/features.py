"""Which features of HTML and CSS a mail uses, by the names that caniemail gives them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from newsletter.rendering.checks.findings import Place
from newsletter.rendering.checks.style_sheets import inline_style

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

    from newsletter.rendering.checks.page import Node, Page
    from newsletter.rendering.checks.style_sheets import Declaration, Rule, Sheet

_SHORTHANDS = ("border", "margin", "padding", "list-style", "flex", "overflow")
_PROPERTIES = {
    "left": "css-left-right-top-bottom", "right": "css-left-right-top-bottom",
    "top": "css-left-right-top-bottom", "bottom": "css-left-right-top-bottom",
    "row-gap": "css-gap", "column-gap": "css-gap", "columns": "css-column-layout-properties",
    "margin-inline-start": "css-margin-inline-start-end", "margin-inline-end": "css-margin-inline-start-end",
    "margin-inline": "css-margin-inline-block", "margin-block": "css-margin-inline-block",
    "margin-block-start": "css-margin-block-start-end", "margin-block-end": "css-margin-block-start-end",
    "padding-inline-start": "css-padding-inline-start-end",
    "padding-inline-end": "css-padding-inline-start-end",
    "padding-inline": "css-padding-inline-block", "padding-block": "css-padding-inline-block",
    "padding-block-start": "css-padding-block-start-end",
    "padding-block-end": "css-padding-block-start-end",
    "border-inline": "css-border-inline-block", "border-block": "css-border-inline-block",
    "block-size": "css-block-inline-size", "grid-template-columns": "css-grid-template",
    "grid-template-rows": "css-grid-template", "grid-template-areas": "css-grid-template",
}  # fmt: skip
_VALUES = {
    "flex": "css-display-flex", "grid": "css-display-grid", "none": "css-display-none",
    "inline-flex": "css-display-flex", "inline-grid": "css-display-grid",
}  # fmt: skip
_UI_FONTS = ("system-ui", "ui-serif", "ui-sans-serif", "ui-rounded", "ui-monospace")
_FUNCTIONS = {
    "var": "css-variables", "calc": "css-unit-calc", "lch": "css-modern-color", "lab": "css-modern-color",
    "oklch": "css-modern-color", "oklab": "css-modern-color",
    **{name: f"css-function-{name}" for name in ("clamp", "light-dark", "max", "min")},
}  # fmt: skip
_SELECTORS = {
    "css-selector-class": re.compile(r"\.[\w-]"),
    "css-selector-id": re.compile(r"#[\w-]"),
    "css-selector-attribute": re.compile(r"\["),
    "css-selector-universal": re.compile(r"(?:^|[\s>+~,(])\*"),
    "css-selector-child": re.compile(r">"),
    "css-selector-adjacent-sibling": re.compile(r"\+"),
    "css-selector-general-sibling": re.compile(r"~(?!=)"),
    "css-selector-descendant": re.compile(r"[\w\])*]\s+[\w.#\[*:]"),
    "css-selector-chaining": re.compile(r"\.[\w-]+\.|\w\[[^\]]*\]\.|[\w-]\.[\w-]"),
    "css-selector-type": re.compile(r"(?:^|[\s>+~,(])[a-z]", re.IGNORECASE),
    "css-selector-grouping": re.compile(r","),
}
_PSEUDO = re.compile(r"(::?)([a-z-]+)", re.IGNORECASE)
_MEDIA = {
    "hover": "hover", "any-hover": "hover", "orientation": "orientation",
    "prefers-color-scheme": "prefers-color-scheme", "prefers-reduced-motion": "prefers-reduced-motion",
    "-webkit-device-pixel-ratio": "device-pixel-ratio",
}  # fmt: skip
_FEATURE = re.compile(r"\(\s*(?:min-|max-)?(-?[a-z-]+)", re.IGNORECASE)
_ELEMENTS = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "html-h1-h6"),
    **dict.fromkeys(("ul", "ol", "dl"), "html-lists"),
    **dict.fromkeys(
        ("article", "aside", "details", "figcaption", "figure", "footer", "header", "main", "mark", "nav",
         "section", "summary", "time"), "html-semantics"),
    "map": "html-image-maps", "b": "html-strong", "svg": "html-svg",
}  # fmt: skip
_ATTRIBUTES = ("srcset", "sizes", "loading")
_IMAGES = {"jpeg": "jpg", "tif": "tiff", "heic": "heif"}


def uses(page: Page, sheets: Sequence[Sheet], known: Container[str]) -> dict[str, Place]:
    """Give every feature among `known` that the mail uses, and where it does so first."""
    found: dict[str, Place] = {"html-doctype": Place(part="HTML", line=1)}
    for sheet in sheets:
        for slug, line in _of_sheet(sheet, known):
            if slug not in found:
                found[slug] = sheet.place(line)
    styles: set[str] = set()
    for node in page.nodes:
        style = node.get("style")
        inline = inline_style(style) if style not in styles else ()
        styles.add(style)
        for slug in (*_of_element(node), *_of_declarations(inline, known)):
            if slug in known and slug not in found:
                found[slug] = node.place()
    return {slug: place for slug, place in found.items() if slug in known}


def _of_sheet(sheet: Sheet, known: Container[str]) -> Iterator[tuple[str, int]]:
    if "/*" in sheet.text:
        yield "css-comments", sheet.text.count("\n", 0, sheet.text.index("/*")) + 1
    for rule in sheet.at_rules:
        yield f"css-at-{rule.name}", rule.line
        for feature in _FEATURE.findall(rule.prelude) if rule.name == "media" else ():
            yield f"css-at-media-{_MEDIA.get(feature.lower(), '')}", rule.line
    for style_rule in sheet.rules:
        for slug in (*_of_selector(style_rule), *_of_declarations(style_rule.declarations, known)):
            yield slug, style_rule.line


def _of_selector(rule: Rule) -> Iterator[str]:
    yield from (slug for slug, pattern in _SELECTORS.items() if pattern.search(rule.selector))
    for colons, name in _PSEUDO.findall(rule.selector):
        is_element = colons == "::" or name.lower() in ("before", "after", "first-letter", "first-line")
        yield f"css-pseudo-{'element' if is_element else 'class'}-{name.lower()}"


def _of_declarations(declarations: Sequence[Declaration], known: Container[str]) -> Iterator[str]:
    for declaration in declarations:
        yield _of_property(declaration.name, known)
        if declaration.is_important:
            yield "css-important"
        if declaration.name == "display":
            yield _VALUES.get(declaration.text.lower(), "")
        yield from _of_tokens(declaration.tokens)


def _of_property(name: str, known: Container[str]) -> str:
    slug = _PROPERTIES.get(name, f"css-{name}")
    if slug in known:
        return slug
    return next((f"css-{short}" for short in _SHORTHANDS if name.startswith(f"{short}-")), slug)


def _of_tokens(tokens: Sequence[object]) -> Iterator[str]:
    for token in tokens:
        kind = getattr(token, "type", "")
        if kind == "dimension":
            yield f"css-unit-{getattr(token, 'lower_unit', '')}"
        elif kind == "percentage":
            yield "css-unit-percent"
        elif kind == "ident":
            word = str(getattr(token, "lower_value", ""))
            yield "css-sytem-ui" if word in _UI_FONTS else f"css-unit-{word}" if word == "initial" else ""
        elif kind == "function":
            name = str(getattr(token, "lower_name", ""))
            yield _FUNCTIONS.get(name, f"css-{name}")
            yield from _of_tokens(getattr(token, "arguments", ()))


def _of_element(node: Node) -> Iterator[str]:
    yield _ELEMENTS.get(node.tag, f"html-{node.tag}")
    for name in node.attributes:
        yield "html-srcset" if name in _ATTRIBUTES[:2] else f"html-{name}"
    yield "html-loading-attribute" if "loading" in node.attributes else ""
    if node.tag == "a":
        yield "html-anchor-links" if node.get("href").startswith("#") else ""
        yield "html-mailto-links" if node.get("href").startswith("mailto:") else ""
    elif node.tag == "meta" and node.get("name") == "color-scheme":
        yield "html-meta-color-scheme"
    elif node.tag in ("input", "button"):
        yield f"html-{node.tag}-{node.get('type') or 'text'}"
    elif node.tag == "img":
        yield _of_image(node.get("src"))


def _of_image(source: str) -> str:
    if source.startswith("data:"):
        return "image-base64"
    ending = urlsplit(source).path.rpartition(".")[2].lower()
    return f"image-{_IMAGES.get(ending, ending)}"
