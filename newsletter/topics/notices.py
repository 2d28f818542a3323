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
# A text without any of these has no address and no notice; to look for them is quick.
_SIGNS_OF_ADDRESS = ("http", "www.", "github", "gitlab", "huggingface")
_SIGNS_OF_OFFER = (*_SIGNS_OF_ADDRESS, "availab", "sourc", " here", "project")
# A notice comes at the end, and is short.
_MAX_NOTICES = 2
_MAX_NOTICE_CHARS = 250


def without_notices(abstract: str) -> str:
    """Drop addresses, and the closing sentences that only offer code, data or a page."""
    abstract = abstract.strip()
    end = abstract[-_MAX_NOTICES * (_MAX_NOTICE_CHARS + 2) :].lower()
    if any(sign in end for sign in _SIGNS_OF_OFFER):
        abstract = _without_offers(abstract)
    lowered = abstract.lower()
    return _URL.sub(" ", abstract) if any(sign in lowered for sign in _SIGNS_OF_ADDRESS) else abstract


def _without_offers(abstract: str) -> str:
    sentences = _SENTENCE_END.split(abstract)
    for _ in range(_MAX_NOTICES):
        if len(sentences) > 1 and _is_notice(sentences[-1]):
            sentences.pop()
    return " ".join(sentences)


def _is_notice(sentence: str) -> bool:
    return (
        len(sentence) <= _MAX_NOTICE_CHARS
        and _ARTEFACT.search(sentence) is not None
        and _OFFER.search(sentence) is not None
    )
