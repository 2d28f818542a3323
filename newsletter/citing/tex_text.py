r"""Plain text as TeX reads it: no sign of it commands anything.

`x^2 & 50%` is `x\textasciicircum{}2 \& 50\%`. Letters stay Unicode, as BibLaTeX, Biber and every newer
BibTeX read them.
"""

from __future__ import annotations

import re

_WRITTEN = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",  # BibTeX counts braces, a backslash before them or not
    "}": r"\textbraceright{}",
    "$": r"\$",
    "&": r"\&",
    "%": r"\%",
    "#": r"\#",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "`": r"\textasciigrave{}",
}
_WORD = re.compile(r"(?<!\\)[^\W_]+")
_SIGN = re.compile(r"[\\{}$&%#_~^<>`]|-(?=-)|'(?=')")


def as_tex(text: str) -> str:
    """Escape what means something to TeX; two hyphens stay two hyphens, and no dash."""
    return _SIGN.sub(lambda found: _WRITTEN.get(found[0]) or f"{found[0]}{{}}", text)


def with_capitals(escaped: str) -> str:
    """Keep a style from making small letters of names in a title: `GPT` becomes `{GPT}`."""
    return _WORD.sub(lambda found: f"{{{found[0]}}}" if _is_name(found[0]) else found[0], escaped)


def _is_name(word: str) -> bool:
    """Whether a capital in it has to stay one: BERT, iPhone, T5, Q; not the first letter of a word, nor A."""
    within = any(letter.isupper() for letter in word[1:])
    is_code = len(word) == 1 or any(sign.isdigit() for sign in word)
    return within or (is_code and word[0].isupper() and word != "A")
