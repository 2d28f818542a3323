"""Dark mode as mail programs do it that know no dark scheme of a mail: its colours are turned around in part.

Nobody publishes the rules. This is what is seen of them: grounds that are light get dark and words that are
dark get light, each keeping its hue; what already is the other way stays.
"""

from __future__ import annotations

import colorsys
import re
from functools import cache

from newsletter.rendering.colours import colour, relative_luminance

_TAG = re.compile(r"<[a-zA-Z][^<>]*>")
_STYLE_ATTRIBUTE = re.compile(r'(?<=\sstyle=")[^"]*(?=")')
_GROUND_ATTRIBUTE = re.compile(r'(?<=\sbgcolor=")#[0-9a-fA-F]{3,6}(?=")')
_SHEET = re.compile(r"(?<=>)[^<]*(?=</style>)")
_DECLARATION = re.compile(
    r"(?<![\w-])(?P<name>background(?:-color)?|color|border(?:-[a-z]+)*)(?P<value>\s*:[^;{}\"]*)"
)
_COLOUR = re.compile(r"#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b|\b(?:white|black)\b")
_NAMED = {"white": "#ffffff", "black": "#000000"}
_MIDDLE = 0.35
_DARKEST, _LIGHTEST = 0.07, 0.94


def darkened(html: str) -> str:
    """Turn the colours of a whole document around, in its elements and in its style sheets."""
    html = _TAG.sub(lambda tag: _tag(tag[0]), html)
    return _SHEET.sub(lambda sheet: _declarations(sheet[0]), html)


def _tag(tag: str) -> str:
    tag = _STYLE_ATTRIBUTE.sub(lambda style: _declarations(style[0]), tag)
    return _GROUND_ATTRIBUTE.sub(lambda found: _turned(found[0], is_ground=True), tag)


def _declarations(css: str) -> str:
    def turned(declaration: re.Match[str]) -> str:
        is_ground = declaration["name"].startswith("background")
        value = _COLOUR.sub(lambda found: _turned(found[0], is_ground=is_ground), declaration["value"])
        return declaration["name"] + value

    return _DECLARATION.sub(turned, css)


@cache
def _turned(text: str, *, is_ground: bool) -> str:
    value = colour(_NAMED.get(text.lower(), text))
    channels = [int(value[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    is_light = relative_luminance(channels) > _MIDDLE
    if is_light != is_ground:
        return value
    hue, light, saturation = colorsys.rgb_to_hls(*channels)
    light = max(_DARKEST, min(_LIGHTEST, 1 - light))
    return "#" + "".join(f"{round(part * 255):02x}" for part in colorsys.hls_to_rgb(hue, light, saturation))
