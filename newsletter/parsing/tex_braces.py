"""The braces of BibTeX go: they keep the case of letters, or a name together, and mean nothing to readers."""

from __future__ import annotations

from newsletter.parsing.tex import plain

_LEFT, _RIGHT = "\ue001", "\ue002"  # private characters, for as long as it takes
_SHOWN = {
    "\\{": _LEFT,
    "\\}": _RIGHT,
    "\\textbraceleft{}": _LEFT,
    "\\textbraceright{}": _RIGHT,
}


def unbraced(raw: str) -> str:
    """Turn a value of BibTeX into plain Unicode; braces written with a backslash are to be shown and stay."""
    if "{" not in raw and "}" not in raw:
        return plain(raw)
    for written, kept in _SHOWN.items():
        raw = raw.replace(written, kept)
    text = plain(raw).replace("{", "").replace("}", "")
    return text.replace(_LEFT, "{").replace(_RIGHT, "}")
