"""The words and two-word phrases of a text, as the grouper counts them."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

_URL = re.compile(r"(?:https?://|www\.)\S+")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
# "Code and models are available at ..." says nothing about the topic, and would pull into software sections.
_AVAILABILITY = re.compile(
    r"[^.!?]*\b(?:code|data|datasets?|models?|weights|demos?|project page|implementation)\b[^.!?]*"
    r"\b(?:available|released?|open[- ]sourced?|found at|github)\b[^.!?]*[.!?]?\s*$",
    re.IGNORECASE,
)
# Words of any abstract, whatever it is about.
_ACADEMIC = frozenset(
    (
        "propose", "proposed", "paper", "approach", "method", "using", "based", "result", "show", "novel",
        "new", "use", "used", "work", "study", "present", "demonstrate", "existing", "introduce", "via",
        "however", "recent", "experiment", "extensive", "outperform", "significantly", "achieve",
    )
)  # fmt: skip
_PLURAL_RULES = (("ies", "y", 4), ("sses", "ss", 5), ("ches", "ch", 5), ("shes", "sh", 5), ("xes", "x", 4))


def terms(text: str) -> list[str]:
    """List the words of a text (lower case, singular, without stop words) and the pairs of neighbours."""
    words = [
        stem
        for word in _WORD.findall(_URL.sub(" ", text).lower())
        if word not in ENGLISH_STOP_WORDS and (stem := singular(word)) not in _ACADEMIC and not word.isdigit()
    ]
    return [*words, *(f"{first} {second}" for first, second in pairwise(words))]


def without_availability(abstract: str) -> str:
    """Drop a last sentence that only says where code or data are."""
    return _AVAILABILITY.sub("", abstract)


@lru_cache(maxsize=100_000)
def singular(word: str) -> str:
    """Take the plural off an English word, carefully: "policies" gives "policy", "bias" stays."""
    for ending, replacement, shortest in _PLURAL_RULES:
        if word.endswith(ending) and len(word) >= shortest:
            return word[: -len(ending)] + replacement
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is", "as")):  # noqa: PLR2004 - "gas" is no plural
        return word[:-1]
    return word
