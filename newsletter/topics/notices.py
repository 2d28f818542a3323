"""Sentences about where the code is, which say nothing about what a paper is about."""

from __future__ import annotations

import re

_URL = re.compile(r"(?:https?://|www\.)\S+|\b(?:github|gitlab|huggingface)\.(?:com|co|io)/\S*", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_ARTEFACT = re.compile(
    r"\b(?:code|codebase|data|dataset|model|weight|checkpoint|implementation|demo|video|page|website|repository"
    r"|benchmark|result|material)s?\b",
    re.IGNORECASE,
)
_OFFER = re.compile(
    r"\b(?:publicly|freely|openly|made|is|are|be) available\b|\bavailable (?:at|on|here|online|via|from)\b"
    r"|\bopen[- ]?sourced?\b|\b(?:found|accessed|released?|see|visit) here\b"
    r"|\bproject (?:web)?(?:page|site)\b|\bgithub\b|\bhttps?:|\bwww\.",
    re.IGNORECASE,
)
# A text without any of these has no address, and one without these and those no notice; to look is quick.
_SIGNS_OF_ADDRESS = ("http", "www.", "github", "gitlab", "huggingface")
_SIGNS_OF_OFFER = ("availab", "sourc", " here", "project")
# A notice comes at the end, and is short.
_MAX_NOTICES = 2
_MAX_NOTICE_CHARS = 250
_TAIL_CHARS = _MAX_NOTICES * (_MAX_NOTICE_CHARS + 2)


def without_notices(abstract: str) -> str:
    """Drop addresses, and the closing sentences that only offer code, data or a page."""
    abstract = abstract.strip()
    lowered = abstract.lower()
    moved = len(lowered) - len(abstract)  # letters that are longer in lower case
    address = min((at for sign in _SIGNS_OF_ADDRESS if (at := lowered.find(sign)) >= 0), default=-1)
    if address >= 0 or _offers_something(lowered[-_TAIL_CHARS:]):
        abstract = _without_offers(abstract)
    if address < 0:
        return abstract
    before = max(address - moved - 1, 0)  # what stands there tells whether a word starts
    return abstract[:before] + _URL.sub(" ", abstract[before:])


def _offers_something(lowered: str) -> bool:
    for sign in _SIGNS_OF_OFFER:  # noqa: SIM110 - `any` takes twice the time, and every paper comes by here
        if sign in lowered:
            return True
    return False


def _without_offers(abstract: str) -> str:
    for _ in range(_MAX_NOTICES):
        start = _last_sentence(abstract)
        if start and _is_notice(abstract[start:]):
            abstract = abstract[:start].rstrip()
    return abstract


def _last_sentence(text: str) -> int:
    """Say where the last sentence of a text starts, if it is short enough for a notice; 0 if it is not."""
    tail = max(len(text) - _MAX_NOTICE_CHARS - 2, 0)
    ends = list(_SENTENCE_END.finditer(text, tail))
    return ends[-1].end() if ends else 0


def _is_notice(sentence: str) -> bool:
    return (
        len(sentence) <= _MAX_NOTICE_CHARS
        and _ARTEFACT.search(sentence) is not None
        and _OFFER.search(sentence) is not None
    )
