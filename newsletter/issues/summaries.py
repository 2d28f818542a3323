"""The few sentences of an abstract that say what a paper did."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsletter.model import Summary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsletter.model import Paper

_ELLIPSIS = "…"

# What an author writes where the contribution starts, and where the findings start.
_DID = re.compile(
    r"\b(?:we|this (?:paper|work|article|study|letter|thesis))\b(?:\s+\w+){0,3}?\s+"
    r"(?:propose|present|introduce|develop|study|investigate|show|prove|describe|design|explore|demonstrate|"
    r"analy[sz]e|provide|derive|examine|address|release|build|argue|establish|consider|find|report)s?\b"
    r"|\b(?:in this (?:paper|work|article|study|letter|thesis)|here,? we)\b",
    re.IGNORECASE,
)
_FOUND = re.compile(
    r"\b(?:experiments?|results?|evaluations?|extensive|outperforms?|achieves?|improves?|"
    r"state[- ]of[- ]the[- ]art)\b",
    re.IGNORECASE,
)

# A full stop ends a sentence when a blank and something that can start one follow, unless the word before
# it is an abbreviation, an initial or a number's part.
_BOUNDARY = re.compile(r"(?<=[.!?])[)\]\"'”’]*\s+(?=[\"'“‘(\[]?[A-Z0-9\u0080-\U0010FFFF$\\])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|cf|vs|et al|resp|approx|Fig|Figs|Eq|Eqs|Sec|Tab|Ref|Refs|Dr|Prof|Mr|Ms|St|No|"
    r"Thm|Prop|Def|Lem|Cor|viz|w\.r\.t|a\.k\.a|i\.i\.d|U\.S|etc)|(?:^|\s)[A-Z])\.$",
    re.IGNORECASE,
)


def summarise(paper: Paper, *, max_chars: int) -> Summary | None:
    """Choose sentences of the abstract, in their order, of at most `max_chars` characters together.

    The sentence that announces the contribution comes first, then what follows it. Only when even the best
    sentence is too long is it cut, between words, with an ellipsis. None where there is no abstract.
    """
    if not paper.abstract or max_chars <= 0:
        return None
    sentences = split_sentences(paper.abstract)
    best = _best(sentences)
    if len(sentences[best]) > max_chars:
        return Summary(text=cut_between_words(sentences[best], max_chars), origin="extract")
    chosen = _grow(sentences, best, max_chars)
    return Summary(text=" ".join(sentences[i] for i in sorted(chosen)), origin="extract")


def split_sentences(text: str) -> tuple[str, ...]:
    """Split at sentence ends; abbreviations, initials and decimal points do not end a sentence."""
    sentences = []
    start = 0
    for boundary in _BOUNDARY.finditer(text):
        candidate = text[start : boundary.end()].strip()
        if candidate and not _ABBREVIATION.search(candidate[-12:]):
            sentences.append(candidate)
            start = boundary.end()
    rest = text[start:].strip()
    return tuple([*sentences, rest] if rest else sentences) or (text,)


def cut_between_words(text: str, max_chars: int) -> str:
    """Shorten to at most `max_chars` characters, ellipsis included, never inside a word, a URL or an open
    bracket that closes later; a first word that is longer than that is kept up to the limit."""
    if len(text) <= max_chars:
        return text
    room = max_chars - len(_ELLIPSIS)
    end = max(text.rfind(" ", 0, room + 1), 0)
    head = _before_open_bracket(text[:end]).rstrip(" ,;:–—-")
    return (head or text[:room]) + _ELLIPSIS


def _before_open_bracket(head: str) -> str:
    opened: list[int] = []
    for i, char in enumerate(head):
        if char in "([{":
            opened.append(i)
        elif char in ")]}" and opened:
            opened.pop()
    return head[: opened[0]] if opened and opened[0] > len(head) // 2 else head


def _best(sentences: Sequence[str]) -> int:
    return next((i for i, s in enumerate(sentences) if _DID.search(s)), 0)


def _grow(sentences: Sequence[str], best: int, max_chars: int) -> set[int]:
    """Add what fits: a sentence with findings first, then neighbours after and before."""
    after = range(best + 1, len(sentences))
    findings = [i for i in after if _FOUND.search(sentences[i])]
    chosen = {best}
    room = max_chars - len(sentences[best])
    for i in [*findings, *after, *range(best - 1, -1, -1)]:
        if i not in chosen and len(sentences[i]) + 1 <= room and _adjoins(i, chosen, findings):
            chosen.add(i)
            room -= len(sentences[i]) + 1
    return chosen


def _adjoins(index: int, chosen: set[int], findings: Sequence[int]) -> bool:
    """A sentence torn from its neighbours reads badly, unless it states a finding."""
    return index in findings or index - 1 in chosen or index + 1 in chosen
