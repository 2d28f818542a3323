"""Super- and subscripts in plain text: x², H₂O, T^(2/3), M_(max).

A script is written with the characters that Unicode has for it, else in brackets behind ^ or _. That can be
read as it stands, in a subject or a terminal, is an ordinary string to whoever stores, cuts or compares it,
and can be read back by whoever can draw it. People hardly ever write these brackets themselves, and where
they do (`10^(-9)`) they mean a script.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Script = Literal["normal", "super", "sub"]

# Signs that stand high by themselves are no letters to raise.
_HIGH = "°′″*∗⋆†‡"
_SUPERSCRIPTS = dict(zip("0123456789+-=()ni−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ⁻", strict=True))
_SUPERSCRIPTS |= {sign: sign for sign in _HIGH} | {"∘": "°"}
_SUBSCRIPTS = dict(zip("0123456789+-=()−", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎₋", strict=True))
_ORDINALS = frozenset(("st", "nd", "rd", "th"))

# A script needs something to stand on, and is no longer than a formula is.
_WRITTEN = re.compile(r"(?<=[^\W_]|[)\]}|⟩‖′″*°])([\^_])\(((?:[^()\n]|\([^()\n]{0,60}\)){1,120})\)")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A stretch of text that is set alike."""

    text: str
    script: Script = "normal"


def written(content: str, script: Script, *, behind: str) -> str:
    """Write a super- or subscript into plain text; `behind` is the character it follows."""
    content = content.strip()
    if script == "normal" or not content:
        return content
    if script == "super" and behind.isdigit() and content in _ORDINALS:
        return content
    table, mark = (_SUPERSCRIPTS, "^") if script == "super" else (_SUBSCRIPTS, "_")
    if all(char in table for char in content):
        return "".join(table[char] for char in content)
    return f"{mark}({content})"


def runs(text: str) -> tuple[Run, ...]:
    """Tell the bracketed scripts of a text apart; neighbours may be alike and none is empty.

    What Unicode wrote as a script (x²) stays as it is, and an address is never touched.
    """
    if "^(" not in text and "_(" not in text:
        return (Run(text=text),) if text else ()
    addresses = [found.span() for found in _ADDRESS.finditer(text)]
    found: list[Run] = []
    at = 0
    for match in _WRITTEN.finditer(text):
        if any(start <= match.start() < end for start, end in addresses):
            continue
        found.append(Run(text=text[at : match.start()]))
        found.append(Run(text=match[2], script="super" if match[1] == "^" else "sub"))
        at = match.end()
    found.append(Run(text=text[at:]))
    return tuple(run for run in found if run.text)
