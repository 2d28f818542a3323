"""The categories of arXiv (https://arxiv.org/category_taxonomy)."""

from __future__ import annotations

import difflib

_SUBJECTS = {
    "astro-ph": "CO EP GA HE IM SR",
    "cond-mat": "dis-nn mes-hall mtrl-sci other quant-gas soft stat-mech str-el supr-con",
    "cs": (
        "AI AR CC CE CG CL CR CV CY DB DC DL DM DS ET FL GL GR GT HC IR IT LG LO MA MM MS NA NE NI OH OS PF "
        "PL RO SC SD SE SI SY"
    ),
    "econ": "EM GN TH",
    "eess": "AS IV SP SY",
    "math": (
        "AC AG AP AT CA CO CT CV DG DS FA GM GN GR GT HO IT KT LO MG MP NA NT OA OC PR QA RA RT SG SP ST"
    ),
    "nlin": "AO CD CG PS SI",
    "physics": (
        "acc-ph ao-ph app-ph atm-clus atom-ph bio-ph chem-ph class-ph comp-ph data-an ed-ph flu-dyn gen-ph "
        "geo-ph hist-ph ins-det med-ph optics plasm-ph pop-ph soc-ph space-ph"
    ),
    "q-bio": "BM CB GN MN NC OT PE QM SC TO",
    "q-fin": "CP EC GN MF PM PR RM ST TR",
    "stat": "AP CO ME ML OT TH",
}
# archives that are one category each
_SINGLE = ("gr-qc", "hep-ex", "hep-lat", "hep-ph", "hep-th", "math-ph", "nucl-ex", "nucl-th", "quant-ph")
_KNOWN = frozenset(
    [
        *_SINGLE,
        *_SUBJECTS,
        *(f"{archive}.*" for archive in _SUBJECTS),
        *(f"{archive}.{subject}" for archive, subjects in _SUBJECTS.items() for subject in subjects.split()),
    ]
)
_BY_CASE = {name.casefold(): name for name in _KNOWN}


def better_spelling(name: str) -> str | None:
    """Give the category that is meant by a name that is none; "" where none is near, None if all is well."""
    if name in _KNOWN:
        return None
    if exact := _BY_CASE.get(name.casefold()):
        return exact
    close = difflib.get_close_matches(name.casefold(), _BY_CASE, n=1)
    return _BY_CASE[close[0]] if close else ""
