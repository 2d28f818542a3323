"""Shorter forms of a sentence that are sentences still: without remarks, then without the last clauses."""

from __future__ import annotations

import re

# A remark in brackets that can go: more than a short name for what stands before it.
_REMARK = re.compile(
    r" \((?:e\.g\.|i\.e\.|see |cf\.|such as |including |[A-Z][\w-]+ et al\.)[^()]*\)|"
    r" – [^–()]{5,150} –(?= )| — [^—()]{5,150} —(?= )|"
    r" \([^()]*\b(?:https?://|www\.)[^()]*\)| \[\d+(?:[,–-] ?\d+)*\]| \[[A-Z][\w-]+ et al\.[^\[\]]*\]"
)
# What follows a comma and can go: it says more about what was said.
_AFTER_COMMA = re.compile(
    r"(?:(?:which|where|whose|who|thereby|thus|hence|while|whereas|including|such as|e\.g\.|i\.e\.|namely|"
    r"based on|inspired by|compared|especially|particularly|in particular|with|without|when compared|"
    r"(?:[a-z]+ly )?[a-z]{3,}ing)\b|and, |"
    r"and (?:for|to|we|it|they|that|this|then|thus|further|also|show|demonstrate|find|prove|propose|"
    r"introduce|provide|analy[sz]e|obtain|reveal|identify|validate|evaluate|discuss|present|develop)\b)"
)
_BETWEEN = re.compile(r"(?<!i\.e\.)(?<!e\.g\.),\s+")
_LISTS = re.compile(r"(?:including|such as|namely|e\.g\.|i\.e\.|covering|spanning|comprising)\b")
_LAST_ITEM = re.compile(r"(?:and|or|as well as)\b")
# What can follow a later comma without going on with the main clause.
_GOES_ON = re.compile(
    r"(?:and|or|as well as|even|respectively|but|yet|when|if|since|because|by|for|from|to|at|across|under|"
    r"on|in|"
    r"regardless)\b"
)
_OTHER_CLAUSE = re.compile(r"[;:] (?=\S)")
_DASH = re.compile(r" (?:[–—]|-) (?=\S)")
_WHILE = re.compile(r" while (?=[a-z]+ing\b)")
_COMMA = re.compile(r", (?=\S)")
# A sentence may open with a clause of its own; what says something comes behind its comma.
_FRONTED = re.compile(
    r"(?:While|Although|Though|By|With|Using|For|In|On|At|To|When|Based|Through|Given|Unlike|Inspired|"
    r"Motivated|As|If|After|Before|Under|Despite|Due|From|Across|Compared|Since|Because|Within|Among|"
    r"Contrary|Beyond|Besides|Built|[A-Z][a-z]+(?:ing|ed))\b"
)
_LOOSE_END = re.compile(
    r"\b(?:a|an|and|as|at|both|but|by|for|following|follows|from|i\.e\.|in|into|is|its|namely|of|on|or|over|that|"
    r"the|their|to|via|with|are|was|were|be)$",
    re.IGNORECASE,
)
# A clause behind a colon may open like that too.
_ONLY_LEADS = re.compile(
    r"[:;] (?:after|although|as|because|by|depending|for|given|if|in|since|under|using|when|while|with)\b"
    r"[^,]*$",
    re.IGNORECASE,
)
_MIN_CHARS = 45
_MIN_SHARE = 0.2


def forms(sentence: str) -> tuple[str, ...]:
    """Give the sentence, then ever shorter forms of it; each is whole in itself and ends with a full stop."""
    bare = _REMARK.sub("", sentence)
    found = [sentence, bare] if bare != sentence else [sentence]
    ends = sorted(_clause_ends(bare), reverse=True)
    found += [f"{head}." for end in ends if _stands((head := bare[:end].rstrip(" ,;:–—-")), bare)]
    return tuple(dict.fromkeys(found))


def _clause_ends(sentence: str) -> list[int]:
    start = _main_clause(sentence)
    dashes = [found.start() for found in _DASH.finditer(sentence, start)]
    ends = [found.start() for found in _OTHER_CLAUSE.finditer(sentence, start)] + dashes[-1:]
    ends += [found.start() for found in _WHILE.finditer(sentence, start)]
    commas = [
        found for found in _COMMA.finditer(sentence, start) if _AFTER_COMMA.match(sentence, found.end())
    ]
    return ends + [found.start() for found in commas if _runs_to_the_end(sentence, found.end())]


def _runs_to_the_end(sentence: str, start: int) -> bool:
    """Whether the clause that begins here is not followed by the rest of the one before it: "a model, with
    few parameters, fits" cannot end at the first comma. Nor is it an item of a list."""
    first, *later = _BETWEEN.split(sentence[start:])
    if _LISTS.match(first) and later:
        return _LAST_ITEM.match(later[-1]) is not None
    goes_on = all(_AFTER_COMMA.match(part) or _GOES_ON.match(part) for part in later)
    return first == "and" or (goes_on and " " in first)


def _main_clause(sentence: str) -> int:
    """Say behind which place a clause may end: not in one that only leads to the main one."""
    if not _FRONTED.match(sentence):
        return 0
    comma = _COMMA.search(sentence)
    return comma.end() if comma else len(sentence)


def _stands(head: str, sentence: str) -> bool:
    return (
        len(head) >= max(_MIN_CHARS, _MIN_SHARE * len(sentence))
        and _LOOSE_END.search(head) is None
        and _ONLY_LEADS.search(head) is None
        and all(head.count(a) == head.count(b) for a, b in ("()", "[]", "{}", "“”"))
        and head.count('"') % 2 == 0
    )
