"""Which colours and sizes an element has in the end: the cascade of CSS, as far as contrast needs it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from newsletter.rendering.checks.colours import Colour, over, parse_colour
from newsletter.rendering.checks.style_sheets import Declaration, inline_style

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newsletter.rendering.checks.page import Node, Page
    from newsletter.rendering.checks.style_sheets import Sheet

_NEEDED = frozenset((
    "color", "background", "background-color", "background-image", "font", "font-size", "font-weight",
    "display", "visibility", "opacity",
))  # fmt: skip
_SHORTHANDS = {"background": ("background-color", "background-image"), "font": ("font-size", "font-weight")}
_WIDTH = 600
_FEATURE = re.compile(r"\(\s*([a-z-]+)\s*(?::\s*([^)]*?)\s*)?\)")
_HEADING_SIZES = {"h1": 2.0, "h2": 1.5, "h3": 1.17, "h4": 1.0, "h5": 0.83, "h6": 0.67, "small": 5 / 6}
_BOLD_TAGS = ("b", "strong", "th", "h1", "h2", "h3", "h4", "h5", "h6")
_KEYWORD_SIZES = {"small": 13.0, "medium": 16.0, "large": 18.0, "x-large": 24.0, "xx-large": 32.0}
_BOLD_WEIGHT = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A way a mail is looked at."""

    name: str
    is_dark: bool = False
    has_sheets: bool = True


VIEWS = (
    View(name="in the light scheme"),
    View(name="in the dark scheme", is_dark=True),
    View(name="without style sheets", has_sheets=False),
    View(name="in the dark scheme without style sheets", is_dark=True, has_sheets=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How an element's text is drawn. `has_picture` says that the ground is an image or a gradient."""

    colour: Colour
    ground: Colour
    font_px: float
    is_bold: bool
    is_hidden: bool
    has_picture: bool


# How strongly a declaration counts: important, inline, specificity, order.
_Weight = tuple[bool, bool, tuple[int, ...], int]


@dataclass(frozen=True, slots=True)
class _Said:
    declaration: Declaration
    weight: _Weight
    conditions: tuple[tuple[str, str], ...]


class Cascade:
    """Matches the rules of a page once, and resolves them for each view."""

    def __init__(self, page: Page, sheets: Sequence[Sheet]) -> None:
        self._nodes = page.nodes
        self._takes_dark = _takes_dark(page, sheets)
        inline = lru_cache(maxsize=None)(_inline)
        self._said = [
            [*said, *inline(node.get("style"))]
            for node, said in zip(page.nodes, _matched(page, sheets), strict=True)
        ]

    def looks(self, view: View) -> Iterator[tuple[Node, Look]]:
        """Give each element and how it looks, in reading order."""
        turned = view.is_dark and self._takes_dark
        canvas, ink = (Colour(18, 18, 18), Colour(255, 255, 255)) if turned else (
            Colour(255, 255, 255), Colour(0, 0, 0))  # fmt: skip
        link = Colour(158, 158, 255) if turned else Colour(0, 0, 238)
        first = Look(
            colour=ink, ground=canvas, font_px=16.0, is_bold=False, is_hidden=False, has_picture=False
        )
        looks: dict[int, Look] = {}
        for node, said in zip(self._nodes, self._said, strict=True):
            above = looks[id(node.parent)] if node.parent else first
            values = _winning(said, view)
            look = _look(node, values, above, link)
            looks[id(node)] = look
            yield node, look


def _matched(page: Page, sheets: Sequence[Sheet]) -> Iterator[list[_Said]]:
    import cssselect2  # noqa: PLC0415 - only who checks pays for it

    matcher = cssselect2.Matcher()
    order = 0
    for sheet in sheets:
        for rule in sheet.rules:
            needed = [declaration for declaration in rule.declarations if declaration.name in _NEEDED]
            order += 1
            try:
                selectors = cssselect2.compile_selector_list(rule.selector) if needed else ()
            except cssselect2.SelectorError:
                continue  # a browser skips such a rule
            for selector in selectors:
                if selector.pseudo_element is None:
                    matcher.add_selector(selector, (needed, rule.conditions, order))
    for element in cssselect2.ElementWrapper.from_html_root(page.root).iter_subtree():
        yield [
            _Said(declaration, (declaration.is_important, False, tuple(specificity), at), conditions)
            for specificity, _, _, (needed, conditions, at) in matcher.match(element)
            for declaration in needed
        ]


def _inline(style: str) -> list[_Said]:
    return [
        _Said(declaration, (declaration.is_important, True, (), number), ())
        for number, declaration in enumerate(inline_style(style))
        if declaration.name in _NEEDED
    ]


def _winning(said: Sequence[_Said], view: View) -> dict[str, Declaration]:
    """Give the strongest declaration of each property, a shorthand for each that it sets."""
    best: dict[str, tuple[_Weight, Declaration]] = {}
    for one in said:
        is_inline = one.weight[1]
        if not is_inline and not (view.has_sheets and _applies(one.conditions, view)):
            continue
        name = one.declaration.name
        for aspect in _SHORTHANDS.get(name, (name,)):
            if aspect not in best or best[aspect][0] <= one.weight:
                best[aspect] = (one.weight, one.declaration)
    return {name: declaration for name, (_, declaration) in best.items()}


def _applies(conditions: Sequence[tuple[str, str]], view: View) -> bool:
    return all(
        kind not in ("media", "attribute") or any(_query(q, view) for q in text.lower().split(","))
        for kind, text in conditions
    )


def _query(query: str, view: View) -> bool:
    """Evaluate one media query on a screen 600 pixels wide; no other feature is known to apply."""
    words = _FEATURE.sub(" ", query).split()
    is_screen = not {"print", "speech", "tty"} & set(words)
    holds = is_screen and all(_feature(name, value, view) for name, value in _FEATURE.findall(query))
    return not holds if words[:1] == ["not"] else holds


def _feature(name: str, value: str, view: View) -> bool:
    if name == "prefers-color-scheme":
        return value == ("dark" if view.is_dark else "light")
    pixels = re.fullmatch(r"([\d.]+)px", value)
    if name in ("min-width", "max-width") and pixels:
        return float(pixels[1]) <= _WIDTH if name == "min-width" else float(pixels[1]) >= _WIDTH
    return False


def _look(node: Node, values: dict[str, Declaration], above: Look, link: Colour) -> Look:
    ground, has_picture = _ground(node, values, above)
    colour = _colour(node, values, above, link)
    return Look(
        colour=over(colour, ground),
        ground=ground,
        font_px=_font_px(node, values, above.font_px),
        is_bold=_is_bold(node, values, above),
        is_hidden=above.is_hidden or _is_hidden(node, values),
        has_picture=has_picture,
    )


def _colour(node: Node, values: dict[str, Declaration], above: Look, link: Colour) -> Colour:
    if "color" in values:
        return parse_colour(values["color"].text) or above.colour
    if node.tag == "font" and node.get("color"):
        return parse_colour(node.get("color")) or above.colour
    return link if node.tag == "a" and node.get("href") else above.colour


def _ground(node: Node, values: dict[str, Declaration], above: Look) -> tuple[Colour, bool]:
    own = None
    if "background-color" in values:
        said = values["background-color"]
        parts = [said.text, *(token.serialize() for token in said.tokens[1:] and said.tokens)]
        own = next(filter(None, map(parse_colour, parts)), None)
    elif node.get("bgcolor"):
        own = parse_colour(node.get("bgcolor"))
    ground = above.ground if own is None else over(own, above.ground)
    picture = values.get("background-image")
    draws = picture is not None and ("url(" in picture.text or "gradient(" in picture.text)
    is_opaque = own is not None and own.alpha == 1
    return ground, draws or (above.has_picture and not is_opaque)


def _font_px(node: Node, values: dict[str, Declaration], above: float) -> float:
    for token in values["font-size"].tokens if "font-size" in values else ():
        if token.type == "dimension":
            factor = {"px": 1.0, "pt": 4 / 3, "em": above, "rem": 16.0}.get(token.lower_unit)
            return above if factor is None else float(token.value) * factor
        if token.type == "percentage":
            return float(token.value) / 100 * above
        if token.type == "ident" and token.lower_value in _KEYWORD_SIZES:
            return _KEYWORD_SIZES[token.lower_value]
    return above if "font-size" in values else above * _HEADING_SIZES.get(node.tag, 1.0)


def _is_bold(node: Node, values: dict[str, Declaration], above: Look) -> bool:
    weight = values.get("font-weight")
    if weight is None:
        return node.tag in _BOLD_TAGS or above.is_bold
    if weight.text.lower() in ("inherit", "unset"):
        return above.is_bold
    return any(
        token.value >= _BOLD_WEIGHT if token.type == "number" else token.value in ("bold", "bolder")
        for token in weight.tokens
        if token.type in ("number", "ident")
    )


def _is_hidden(node: Node, values: dict[str, Declaration]) -> bool:
    def says(name: str, *texts: str) -> bool:
        return name in values and values[name].text.lower() in texts

    hides = says("display", "none") or says("visibility", "hidden") or says("opacity", "0", "0.0")
    return (
        hides or node.tag in ("head", "script", "style", "title", "template") or "hidden" in node.attributes
    )


def _takes_dark(page: Page, sheets: Sequence[Sheet]) -> bool:
    """Tell whether the page asks for a dark canvas where the reader prefers one."""
    said: list[Any] = [m.get("content") for m in page.all("meta") if m.get("name").lower() == "color-scheme"]
    said += [
        one.text for sheet in sheets for rule in sheet.rules for one in rule.declarations
        if one.name == "color-scheme"
    ]  # fmt: skip
    return any("dark" in text for text in said)
