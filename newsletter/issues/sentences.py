"""Where a sentence ends, and where a text may be cut."""

from __future__ import annotations

import re

ELLIPSIS = "…"

# A full stop ends a sentence when a blank and something that can start one follow, unless the word before
# it is an abbreviation. After an initial or "etc." it does where the next word can only start a sentence,
# and where the blank was forgotten. Chinese and Japanese stops need nothing.
_STARTERS = (
    "The|This|These|Those|We|Our|In|It|Its|However|Furthermore|Moreover|Here|To|For|Results|Experiments|"
    "An?|Finally|Then|Thus|Also|Specifically|Second|First|While|When|By|On|Using|With"
)
_BOUNDARY = re.compile(
    r"(?<=[.!?])[)\]\"'”’]*\s+(?=[\"'“‘(\[]?[A-Z0-9\u0080-\U0010FFFF$\\])"
    rf"|(?<=[a-z]{{3}}[.!?])(?=(?:{_STARTERS})[\s,])|(?<=[\u3002\uff01\uff1f])"
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|[Cc]f|vs|et al|resp|approx|[Ff]igs?|[Ee]qs?|Sec|Tab|Refs?|Dr|Prof|Mr|Ms|St|"
    r"Thm|Prop|Def|Lem|Cor|viz|w\.r\.t|a\.k\.a|i\.i\.d))\.$"
)
_DOUBTFUL = re.compile(r"(?:(?:^|\s|\()[A-Z]|\b(?:etc|U\.S|No))\.$")
_STARTS = re.compile(rf"(?:{_STARTERS})\b")

# A blank beside one of these is inside a formula.
_OPERATORS = frozenset("=<>≤≥≪≫≲≳≈≡≠\u223c∝+−-±×·*/∈∉⊂⊆→↦|∥\u222a∩∧\u2228^~")
_UNSPACED = re.compile("[\u0e00-\u0eff\u3001-\u30ff\u3400-\u9fff\uac00-\ud7af\uff01-\uff5e]")
_MAX_BRACKET_CHARS = 200
_TRAILING = " ,;:–—-"


def split_sentences(text: str) -> tuple[str, ...]:
    """Split at sentence ends; abbreviations, initials and decimal points do not end a sentence."""
    sentences = []
    start = 0
    for boundary in _BOUNDARY.finditer(text):
        candidate = text[start : boundary.end()].strip()
        if candidate and _ends_sentence(candidate[-12:], text[boundary.end() : boundary.end() + 15]):
            sentences.append(candidate)
            start = boundary.end()
    rest = text[start:].strip()
    return tuple([*sentences, rest] if rest else sentences) or (text,)


def cut_between_words(text: str, max_chars: int) -> str:
    """Shorten to at most `max_chars` characters, ellipsis included; "" where there is no place for a cut.

    Never inside a word, an address, a formula or a bracket that is not very long.
    """
    if len(text) <= max_chars:
        return text
    end = max((place for place in cuts(text) if place <= max_chars - len(ELLIPSIS)), default=0)
    head = text[:end].rstrip(_TRAILING)
    return head + ELLIPSIS if head else ""


def cuts(text: str) -> list[int]:
    """List the places between words at which nothing is torn apart."""
    closed = _brackets(text)
    places = []
    inside_until = 0
    for i, char in enumerate(text):
        inside_until = max(inside_until, closed.get(i, 0))
        if i < inside_until or i == 0:
            continue
        is_between = char.isspace() and not _in_formula(text, i)
        if is_between or (_UNSPACED.match(char) and _UNSPACED.match(text[i - 1])):
            places.append(i)
    return places


def _in_formula(text: str, blank: int) -> bool:
    before, after = text[max(blank - 2, 0) : blank].strip(), text[blank + 1 : blank + 3].strip()
    return before in _OPERATORS or (after[:1] in _OPERATORS and not after[1:].isalpha())


def _brackets(text: str) -> dict[int, int]:
    """Map where a bracket opens to where it closes; very long ones and those that never close are none."""
    closed = {}
    opened: list[int] = []
    for i, char in enumerate(text):
        if char in "([{⟨":
            opened.append(i)
        elif char in ")]}⟩" and opened:
            start = opened.pop()
            if i - start <= _MAX_BRACKET_CHARS:
                closed[start] = i + 1
    return closed


def _ends_sentence(before: str, after: str) -> bool:
    if _ABBREVIATION.search(before):
        return False
    return not _DOUBTFUL.search(before) or _STARTS.match(after) is not None
