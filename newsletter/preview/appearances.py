"""How mail programs change what they show: the forms in which readers may see one and the same HTML."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.preview.darkening import darkened

if TYPE_CHECKING:
    from collections.abc import Callable

_DARK = "(prefers-color-scheme: dark)"
_NEVER = "(prefers-color-scheme: none)"
_ALWAYS = "(min-width: 0px)"
_BOTH_SCHEMES = re.compile(r"(?<=[\"\s:{;])light dark(?=[\s\";}])")
_STYLE = re.compile(r"<style\b.*?</style>", re.DOTALL)
_SOURCE = re.compile(r'(<img\b[^>]*?) (?:src|srcset)="[^"]*"')
_INVERTED = "<style>html { filter: invert(1) hue-rotate(180deg); background: #fff }</style>"
_DARK_GROUND = "<style>body { background: #121212; color: #e8e8e8 } a { color: #8ab4f8 }</style>"


def in_light(html: str) -> str:
    """The light scheme, whatever the system's is."""
    return _BOTH_SCHEMES.sub("light", html).replace(_DARK, _NEVER)


def in_dark(html: str) -> str:
    """The dark scheme that the mail brings with it."""
    return _BOTH_SCHEMES.sub("dark", html).replace(_DARK, _ALWAYS)


def in_gmail_dark(html: str) -> str:
    """What Gmail does on Android: it knows no dark scheme, and turns light grounds and dark words around."""
    return darkened(_in_head(in_light(html), _DARK_GROUND))


def in_outlook_dark(html: str) -> str:
    """What Outlook does on the web and on phones: the same, but it marks what it changed, and rules for its
    marks win."""
    marked = darkened(_in_head(in_light(html), _DARK_GROUND))
    return re.sub(r"<body\b", "<body data-ogsc data-ogsb", marked, count=1)


def inverted(html: str) -> str:
    """What Gmail does on iPhones, and Outlook for Windows: every colour is turned around, its hue kept."""
    return in_light(html).replace("</head>", f"{_INVERTED}</head>", 1)


def without_styles(html: str) -> str:
    """What Gmail shows in accounts of others, and of a mail that it clipped: no style sheet."""
    return _STYLE.sub("", in_light(html))


def without_images(html: str) -> str:
    """What is seen before a reader lets images load."""
    return _SOURCE.sub(r"\1", in_light(html))


def _in_head(html: str, style: str) -> str:
    """Put a sheet before the mail's own, which win over it."""
    return re.sub(r"<head>", lambda found: found[0] + style, html, count=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearance:
    """A form, its name in addresses and for people, and where it is met."""

    slug: str
    name: str
    where: str
    change: Callable[[str], str]


APPEARANCES = (
    Appearance(slug="light", name="Light", where="as it is written", change=in_light),
    Appearance(
        slug="dark", name="Dark", where="its own dark scheme: Apple Mail, Thunderbird", change=in_dark
    ),
    Appearance(
        slug="gmail", name="Gmail dark", where="partly inverted: Gmail on Android", change=in_gmail_dark
    ),
    Appearance(
        slug="outlook",
        name="Outlook dark",
        where="partly inverted, with Outlook's marks: Outlook on the web and on phones",
        change=in_outlook_dark,
    ),
    Appearance(
        slug="inverted",
        name="Inverted",
        where="wholly inverted: Gmail on iPhones, Outlook for Windows",
        change=inverted,
    ),
    Appearance(
        slug="unstyled",
        name="No styles",
        where="style sheets stripped: Gmail in accounts of others, and where it clips",
        change=without_styles,
    ),
    Appearance(
        slug="no-images", name="No images", where="before a reader lets images load", change=without_images
    ),
)


def appearance(slug: str) -> Appearance:
    """Find one by its slug; the light one for whatever is unknown."""
    return next((one for one in APPEARANCES if one.slug == slug), APPEARANCES[0])
