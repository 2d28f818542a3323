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
_KINDS = "paper|work|article|study|letter|thesis|monograph|survey|report|chapter|review"
_DID = re.compile(
    rf"\b(?:we|this (?:{_KINDS}))\b(?:\s+[\w-]+){{0,3}}?\s+"
    r"(?:aim|analy[sz]e|answer|apply|applies|address|argue|build|conduct|consider|construct|demonstrate|"
    r"derive|"
    r"describe|design|develop|establish|examine|explore|extend|find|formulate|identify|identifies|introduce|"
    r"investigate|leverage|offer|perform|present|propose|prove|provide|release|report|reveal|revisit|seek|"
    r"show|study|studies)(?:e?s)?\b"
    rf"|\b(?:in this (?:{_KINDS})|here,? we)\b",
    re.IGNORECASE,
)
_FOUND = re.compile(
    r"\b(?:experiments?|results?|evaluations?|extensive|outperforms?|achieves?|improves?|"
    r"state[- ]of[- ]the[- ]art)\b",
    re.IGNORECASE,
)
# A sentence that leans on the one before it, and the part of an opener that can go without loss.
_LEANS = re.compile(
    r"(?:this|these|those|it|they|such|led by|based on th|under th|to (?:this|that) end)\b", re.IGNORECASE
)
_OPENER = re.compile(
    r"(?:to (?:address|tackle|overcome|solve|bridge|fill|remedy|mitigate|achieve|isolate) "
    r"(?:this|these|that|it|its)\b[^,.;:]{0,50}|"
    r"building on th[^,.;:]{1,40}|(?:led|motivated|inspired) by th[^,.;:]{1,40}|"
    rf"in this (?:{_KINDS})|however|therefore|thus|hence|moreover|furthermore|in addition|additionally|"
    r"interestingly|specifically|in particular|here), (?=\w)",
    re.IGNORECASE,
)

# A full stop ends a sentence when a blank and something that can start one follow, unless the word before
# it is an abbreviation. After an initial or "etc." it does where the next word can only start a sentence.
_BOUNDARY = re.compile(r"(?<=[.!?])[)\]\"'”’]*\s+(?=[\"'“‘(\[]?[A-Z0-9\u0080-\U0010FFFF$\\])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|[Cc]f|vs|et al|resp|approx|[Ff]igs?|[Ee]qs?|Sec|Tab|Refs?|Dr|Prof|Mr|Ms|St|"
    r"Thm|Prop|Def|Lem|Cor|viz|w\.r\.t|a\.k\.a|i\.i\.d))\.$"
)
_DOUBTFUL = re.compile(r"(?:(?:^|\s|\()[A-Z]|\b(?:etc|U\.S|No))\.$")
_STARTS = re.compile(
    r"(?:The|This|These|Those|We|Our|In|It|Its|However|Furthermore|Moreover|Here|To|For|Results|Experiments|"
    r"An?|Finally|Then|Thus|Also|Specifically|Second|First|While|When|By|On|Using|With)\b"
)


def summarise(paper: Paper, *, max_chars: int) -> Summary | None:
    """Choose sentences of the abstract, in their order, of at most `max_chars` characters together.

    The sentence that announces the contribution comes first, without an opener that points back ("To
    address this,"), then findings and what follows. Only when even the first sentence is too long is it cut,
    between words, with an ellipsis. None where there is no abstract.
    """
    if not paper.abstract or max_chars <= 0:
        return None
    sentences = list(split_sentences(paper.abstract))
    best = _best(sentences)
    sentences[best] = _without_opener(sentences[best])
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
        if candidate and _ends_sentence(candidate[-12:], text[boundary.end() : boundary.end() + 15]):
            sentences.append(candidate)
            start = boundary.end()
    rest = text[start:].strip()
    return tuple([*sentences, rest] if rest else sentences) or (text,)


def cut_between_words(text: str, max_chars: int) -> str:
    """Shorten to at most `max_chars` characters, ellipsis included, never inside a word or a URL, nor inside
    a bracket that opens in the second half; a first word that is longer is kept up to the limit."""
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


def _ends_sentence(before: str, after: str) -> bool:
    if _ABBREVIATION.search(before):
        return False
    return not _DOUBTFUL.search(before) or _STARTS.match(after) is not None


def _without_opener(sentence: str) -> str:
    opener = _OPENER.match(sentence)
    return sentence[opener.end()].upper() + sentence[opener.end() + 1 :] if opener else sentence


def _best(sentences: Sequence[str]) -> int:
    return next((i for i, s in enumerate(sentences) if _DID.search(s)), 0)


def _grow(sentences: Sequence[str], best: int, max_chars: int) -> set[int]:
    """Add what fits: sentences with findings first, then those that follow; none without what it leans on."""
    after = range(best + 1, len(sentences))
    findings = [i for i in after if _FOUND.search(sentences[i])]
    chosen = {best}
    room = max_chars - len(sentences[best])
    for i in [*findings, *after]:
        stands = i - 1 in chosen or (i in findings and not _LEANS.match(sentences[i]))
        if i not in chosen and stands and len(sentences[i]) + 1 <= room:
            chosen.add(i)
            room -= len(sentences[i]) + 1
    return chosen
