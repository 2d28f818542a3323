"""What a sentence leans on, and how it stands without what only joins it to others."""

from __future__ import annotations

import re

from newsletter.issues.phrases import KINDS, either

_POINTERS = r"(?:this|these|that|those|it|its|their|such|both|the above|our|all)\b"
_FIXES = either("""
    achieve address alleviate answer avoid bridge circumvent close combat explore facilitate fill handle
    illustrate investigate isolate meet mitigate overcome reduce remedy resolve solve study support tackle
    test
""")
_JOINS = either("""
    accordingly additionally also as_such besides concretely consequently crucially finally first firstly
    further furthermore hence here importantly in_addition in_conclusion in_particular in_short in_summary
    interestingly lastly more_importantly more_specifically moreover most_importantly notably overall
    particularly remarkably specifically surprisingly therefore thus to_conclude to_our_best_knowledge
    to_our_knowledge to_that_end to_this_end for_this_purpose toward_this_end towards_this_end
""")
# The part of an opener that can go without loss: it points back, or only joins.
_OPENER = re.compile(
    rf"(?:(?:in order )?to (?:{_FIXES}) {_POINTERS}[^,.;:]{{0,60}}|"
    r"(?:building|based|drawing|relying|grounded) (?:up)?on (?:this|these|that|those|our)\b[^,.;:]{0,40}|"
    r"drawing from th[^,.;:]{1,40}|in light of (?:this|these)\b[^,.;:]{0,40}|"
    r"(?:led|motivated|inspired|guided|driven) by "
    r"(?:this|these|that|those|the above|the theory)\b[^,.;:]{0,40}|"
    rf"in (?:this|the present) (?:{KINDS})|{_JOINS}), (?=\S)|"
    rf"(?:in (?:this|the present) (?:{KINDS})|here),? (?=we\b)|"
    r"(?:however|nevertheless|nonetheless), (?=(?:we|(?:in )?this (?:paper|work|study|article))\b)|"
    rf"to (?:{_FIXES}|do) (?:this|that|so),? (?=we\b)|(?:and|but|so) (?=we\b)",
    re.IGNORECASE,
)
_MAX_OPENERS = 3
# What only adds: a second contribution, not the first.
_ADDS = re.compile(
    r"(?:moreover|furthermore|further|in addition|additionally|also|besides|finally|lastly|second|third)\b|"
    r"we (?:also|further|additionally|finally|then|next)\b",
    re.IGNORECASE,
)
# Where authors say that their own work begins.
_OWN_WORK = re.compile(rf"\b(?:in )?this (?:{KINDS})\b|\bhere,? we\b", re.IGNORECASE)

_FOOTNOTE = re.compile(r"\s*\\(?:footnote|thanks)\b.*", re.DOTALL)
# "an approach designed to tackle these challenges": the approach is enough.
_DESIGNED = re.compile(
    rf"(?:,? (?:specifically |specially )?(?:designed|aimed|developed|intended|aiming|built) (?:to|at) "
    rf"(?:{_FIXES})(?:ing)? (?:this|these|those|such)(?: [a-z]+){{1,2}})(?: by(?= [a-z]+ing\b)|(?=[.,;]))"
)

# "We aim to bridge this gap by presenting X": what was done is "We present X".
_BY_DOING = re.compile(
    r"(?P<who>We|This (?:paper|work|study|article))\b(?: (?:aims?|attempts?|seeks?|try|tries) to)? "
    rf"(?:{_FIXES})(?:e?s)? {_POINTERS}[^,.;:]{{0,40}}? by (?P<how>[a-z]+ly )?(?P<doing>[a-z]+ing)\b(?= )"
)
_WE_ALSO = re.compile(
    r"^We (?:then|next|also|further|furthermore|additionally|subsequently|finally|lastly) (?=[a-z])"
)
# "We argue that this is too slow and propose X".
_AND_DOES = re.compile(
    rf"We [a-z]+ (?:that )?{_POINTERS}[^,.;:]{{0,45}} and (?=(?:propose|introduce|present|develop)\b)"
)
_VERBS = {
    "analyzing": "analyze", "applying": "apply", "building": "build", "combining": "combine",
    "constructing": "construct", "creating": "create", "designing": "design", "developing": "develop",
    "devising": "devise", "employing": "employ", "exploiting": "exploit", "formalizing": "formalize",
    "formulating": "formulate", "integrating": "integrate", "introducing": "introduce",
    "leveraging": "leverage", "presenting": "present", "proposing": "propose", "providing": "provide",
    "offering": "offer", "studying": "study", "using": "use",
}  # fmt: skip

# A sentence that says nothing without the one before it.
_CONNECTIVES = either("""
    after_that afterwards again and as_a_consequence as_a_result but by_contrast by_doing_so conversely
    e\\.g\\. for_example for_instance however i\\.e\\. in_comparison in_contrast in_doing_so in_that_case
    in_this_way in_turn instead likewise meanwhile nevertheless next nonetheless on_the_contrary
    on_the_other_hand or otherwise rather second secondly similarly so subsequently that_is then third
    thirdly yet
""")
_RELATIONS = either("""
    after among as at by despite due_to during for from given in of on through under unlike using via with
""")
_LEANS = re.compile(
    rf"(?:this|these|those)\b(?! (?:{KINDS})\b)|(?:it|they|its|their|he|she|such|both)\b|"
    r"the (?:former|latter|same|two|other|others|second|third|resulting|identified)\b|"
    rf"(?:{_CONNECTIVES})(?!\w)|"
    rf"(?:{_RELATIONS}) (?:this|these|those|such|that|them|it|which)\b(?! (?:{KINDS})\b)",
    re.IGNORECASE,
)
_MENTIONS = re.compile(
    rf"\b(?:this|these|such)\s+(?!(?:{KINDS}|end|is|are|was|as|that|a|an)\b)[a-z-]+|"
    r"\b(?:this|these)(?= (?:by|in|with|to|using|via)\b)|"
    r"\b(?:for|with|of|on|to|from|between|than) (?:them|it|both|each)\b|\b(?:in|for) both settings\b",
    re.IGNORECASE,
)
_MENTION_CHARS = 140


def standing(sentence: str) -> str:
    """Leave out openers that point back or only add ("To address this,", "Moreover,"), and what the paper
    set out to mend where it says by what it did."""
    sentence = _FOOTNOTE.sub(".", sentence) if "\\" in sentence else sentence
    for _ in range(_MAX_OPENERS):
        opener = _OPENER.match(sentence)
        if opener is None:
            break
        sentence = _capitalised(sentence[opener.end() :])
    sentence = _WE_ALSO.sub("We ", sentence, count=1)
    sentence = _AND_DOES.sub("We ", sentence, count=1)
    return _DESIGNED.sub("", _BY_DOING.sub(_did, sentence, count=1))


def only_adds(sentence: str) -> bool:
    """Whether a sentence says itself that it adds to another ("Moreover,", "We also")."""
    return _ADDS.match(sentence) is not None


def begins_own_work(sentence: str) -> bool:
    """Whether a sentence speaks of "this paper" or the like."""
    return _OWN_WORK.search(sentence) is not None


def leans(sentence: str) -> bool:
    """Whether a sentence, without its opener, needs the one before it to be understood."""
    return _LEANS.match(sentence) is not None


def mentions_back(sentence: str) -> bool:
    """Whether a sentence speaks early of "this problem" or the like."""
    return _MENTIONS.search(sentence, 0, _MENTION_CHARS) is not None


def _did(found: re.Match[str]) -> str:
    verb = _VERBS.get(found["doing"])
    if verb is None:
        return found[0]
    if found["who"] != "We":
        verb = f"{verb[:-1]}ies" if verb.endswith(("ly", "dy")) else f"{verb}s"
    return f"{found['who']} {found['how'] or ''}{verb}"


def _capitalised(text: str) -> str:
    """Raise the first letter of an ordinary word; "mRNA" and "t-SNE" stay as they are."""
    first = text.split(" ", 1)[0]
    return text[:1].upper() + text[1:] if first.islower() and "-" not in first[:2] else text
