"""What a sentence of an abstract does: announce, find, report, or only lead up to something."""

from __future__ import annotations

import re
from dataclasses import dataclass

from newsletter.issues.phrases import KINDS, either

_WE = rf"\b(?:we|this (?:{KINDS})|the (?:present )?(?:{KINDS}))\b(?:\s+[\w-]+){{0,3}}?\s+"

_MAKING = either("""
    advance build construct contribute create curate derive design develop devise describe establish extend
    formali[sz]e formulate give implement introduce offer open-source outline present propose provide release
""")
_MAKES = re.compile(
    rf"{_WE}(?:{_MAKING})(?:e?[sd])?\b|\b(?:is|are) (?:proposed|introduced|presented|developed)\b|"
    r"\b(?:our|the) (?:main |key |core )?contributions?\b|\bwe identif(?:y|ied) a (?:new|novel)\b|"
    r"\bwe\b[^.;:]{0,120}\band (?:propose|introduce|present|develop)\b",
)
_STUDYING = either("""
    address aim analy[sz]e answer apply applies argue ask attempt attribute characteri[sz]e compare conduct
    conjecture consider describe discuss evaluate examine exploit explore focus formulate generali[sz]e
    identify identifies investigate leverage measure model observe overcome perform quantify report revisit
    seek study studies survey tackle test use
""")
_STUDIES = re.compile(rf"{_WE}(?:{_STUDYING})(?:e?[sd])?\b|\b(?:in this (?:{KINDS})|here),? we\b")
_FINDING = either("""
    achieve conclude confirm demonstrate derive discover establish exhibit find found identify improve measure
    note observe obtain outperform prove reach reduce report reveal see show validate verify
""")
_TRIALS = either("""
    results? experiments? evaluations? simulations? analys[ei]s findings study studies evidence observations
    tests comparisons
""")
_TELLING = either(
    "confirm demonstrate establish highlight indicate prove reveal show suggest validate verify"
)
_GAINS = either("achieves attains boosts generali[sz]es improves mitigates reaches reduces yields")
_FINDS = re.compile(
    rf"{_WE}(?:{_FINDING})(?:e?[sd])?\b|"
    rf"\b(?:{_TRIALS})\b[^.;:]{{0,60}}?\b(?:{_TELLING}|point out)(?:e?[sd])?\b|"
    rf"\b(?:outperform|surpass|exceed)(?:s|ed|ing)?\b|\b(?:{_GAINS})\b",
)
_NUMBERS = re.compile(
    r"\d(?:\.\d+)?\s?(?:%|\\%|percent|per cent|x\b|×|times|points|\u03c3)|\b\d+-fold\b|\b\d+\.\d+\b",
)
_BEST = re.compile(r"\bstate[- ]of[- ]the[- ]art\b|\bsota\b|\bfirst\b(?! (?:we|,))|\boutperform")

# Sentences that praise or promise.
_VAGUE = re.compile(
    r"\b(?:we (?:hope|believe|expect|anticipate|envision)|future (?:work|research|directions|studies)|"
    r"pav(?:e|es|ing) the way|sheds? (?:\w+ )?lights?|opens? (?:\w+ )?(?:up|new|avenues|perspectives)|"
    r"new (?:standard|paradigm|avenues)|(?:broad|important|interesting|practical) implications|"
    r"raise (?:\w+ )?questions|underscor\w+|significant potential|promising|foundation for|"
    r"highlights? the (?:need|importance|potential|value)|crucial for|"
    r"(?:our|this|these) (?:work|study|paper|findings?|results?) "
    r"(?:advances?|provides?|establish(?:es)?|contributes?|offers?|enables?))\b",
)
_UNSOLVED = either("unclear unknown elusive open challenging difficult limited unexplored")
_EARLIER = either("existing current previous prior most traditional conventional recent")
_GAP = re.compile(
    rf"\b(?:however|remains? (?:\w+ ){{0,2}}(?:{_UNSOLVED})|challenges?|suffer|struggle|lack|"
    rf"(?:{_EARLIER}) (?:\w+[ -]){{0,3}}(?:methods?|approaches|works?|studies|techniques|models))\b",
)
_OWN = re.compile(r"\b(?:we|our|us)\b")
_CITES = re.compile(r"\[\d+(?:, ?\d+)*\]|\bet al\b|\\cite|\(\w+,? (?:19|20)\d\d\)")
_OTHERS = re.compile(r"\bit (?:has been|is|was) (?:\w+ )?(?:shown|known|reported|established|believed)\b")
_ITEM = re.compile(r"\(?(?:\d{1,2}|[ivx]{1,4}|[a-e])\)\s")
_OFFER = re.compile(
    r"\b(?:is|are|be|been|made|become) (?:\w+ )?(?:available|released|open[- ]?sourced)\b|"
    r"\bavailable (?:at|on|here|online|via|from|through|upon)\b|\bwe (?:\w+ )?(?:release|open[- ]?source)\b|"
    r"\b(?:coming soon|open[- ]?sourced|found here|see here)\b|https?:|www\.|\bgithub\b|"
    r"\bproject (?:web)?(?:page|site)\b",
)
_GOODS = either("""
    codes? data datasets? models? weights checkpoints? implementations? demos? videos? pages? websites?
    package repositor(?:y|ies) benchmarks? materials? software library examples results visuali[sz]ations
    publicly freely openly https? www
""")
_OFFERED = re.compile(rf"\b(?:{_GOODS})\b")
_LIST = re.compile(r"\((?:i|1|a)\)|\b1\) |: (?:first|1\.)")
_CONCESSION = re.compile(r"(?:although|while|whereas|though|despite)\b")
_DETAIL = re.compile(r"(?:first|second|third|next|then|finally|for (?:example|instance))\b")
_MAX_NOTICE_CHARS = 220
_CUE_CHARS = 180
_LIST_CHARS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """What a sentence does, as far as its words tell. `contribution` and `finding` are from 0 to 1."""

    contribution: float
    finding: float
    is_notice: bool
    is_question: bool
    is_item: bool
    is_own: bool
    is_vague: bool
    is_list: bool
    penalty: float


def role_of(sentence: str) -> Role:
    """Read the cues of one sentence."""
    said = sentence.lower()  # several times faster than patterns that ignore case
    makes, studies, finds = (cue.search(said, 0, _CUE_CHARS) for cue in (_MAKES, _STUDIES, _FINDS))
    return Role(
        contribution=1.0 if makes else 0.7 if studies else 0.4 if finds else 0.0,
        finding=_finding(said, is_found=finds is not None),
        is_notice=makes is None and _is_notice(said),
        is_question=sentence.endswith("?"),
        is_item=_ITEM.match(sentence) is not None,
        is_own=_OWN.search(said) is not None,
        is_vague=_VAGUE.search(said) is not None,
        is_list=_LIST.search(said, 0, _LIST_CHARS) is not None,
        penalty=_penalty(said, says_what=bool(makes or finds)),
    )


def _is_notice(sentence: str) -> bool:
    return (
        len(sentence) <= _MAX_NOTICE_CHARS
        and _OFFER.search(sentence) is not None
        and _OFFERED.search(sentence) is not None
    )


def _finding(sentence: str, *, is_found: bool) -> float:
    value = 0.6 if is_found else 0.0
    value += 0.25 if _NUMBERS.search(sentence) else 0.0
    value += 0.15 if _BEST.search(sentence) else 0.0
    return min(value, 1.0)


def _penalty(sentence: str, *, says_what: bool) -> float:
    found = (
        (0.5, None if says_what else _GAP.search(sentence)),
        (1.5, _OTHERS.search(sentence)),
        (0.3, _CITES.search(sentence)),
        (0.3, _DETAIL.match(sentence)),
        (0.4, _CONCESSION.match(sentence)),
    )
    return sum(value for value, is_so in found if is_so)
