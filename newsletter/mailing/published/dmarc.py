"""DMARC records (RFC 9989, 4.7)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from newsletter.mailing.published.tags import Tags, read_tags, shortened

Policy = Literal["none", "quarantine", "reject"]

_VERSION = re.compile(r"v[ \t]*=[ \t]*DMARC1[ \t]*(;.*)?", re.DOTALL)
_POLICIES: tuple[Policy, ...] = ("none", "quarantine", "reject")
# RFC 9989 has taken them out; receivers that know only RFC 7489 may still heed them.
REMOVED = ("pct", "rf", "ri")
KNOWN = frozenset({"v", "p", "sp", "np", "adkim", "aspf", "fo", "psd", "rua", "ruf", "t", *REMOVED})
_LETTERS = {"adkim": "rs", "aspf": "rs", "psd": "ynu", "t": "yn"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DmarcRecord:
    """A record as a receiver of today reads it: what is wrong in it counts as if it were not there.

    `psd` is "y" for a public suffix, "n" for an organisation's top, "u" for neither. `removed` are tags of
    the past; `faults` says what is ignored.
    """

    policy: Policy
    subdomains: Policy
    absent_subdomains: Policy
    psd: str = "u"
    is_testing: bool = False
    is_strict_dkim: bool = False
    is_strict_spf: bool = False
    reports_to: tuple[str, ...] = ()
    has_policy: bool = True
    removed: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


def is_dmarc(text: str) -> bool:
    """Tell a DMARC record: the version comes first, and exactly so (4.7)."""
    return bool(_VERSION.fullmatch(text))


def read_dmarc(text: str) -> DmarcRecord:
    """Read a record, whatever stands in it."""
    tags = read_tags(text)
    faults = [*tags.faults, *(f"the tag {name} is not known" for name in tags.values if name not in KNOWN)]
    letters = {name: _letter(tags, name, allowed, faults) for name, allowed in _LETTERS.items()}
    policy = _policy(tags, "p", "none", faults)
    subdomains = _policy(tags, "sp", policy, faults)
    return DmarcRecord(
        policy=policy,
        subdomains=subdomains,
        absent_subdomains=_policy(tags, "np", subdomains, faults),
        psd=letters["psd"] or "u",
        is_testing=letters["t"] == "y",
        is_strict_dkim=letters["adkim"] == "s",
        is_strict_spf=letters["aspf"] == "s",
        reports_to=tuple(uri.strip() for uri in tags.get("rua").split(",") if uri.strip()),
        has_policy=tags.get("p").lower() in _POLICIES,
        removed=tuple(name for name in REMOVED if name in tags.values),
        faults=tuple(faults),
    )


def _policy(tags: Tags, name: str, otherwise: Policy, faults: list[str]) -> Policy:
    value = tags.get(name).lower()
    found = next((policy for policy in _POLICIES if policy == value), None)
    if name in tags.values and found is None:
        faults.append(f"{name}={shortened(value)} is no policy; there are none, quarantine and reject")
    return found or otherwise


def _letter(tags: Tags, name: str, allowed: str, faults: list[str]) -> str:
    value = tags.get(name).lower()
    if name not in tags.values or (len(value) == 1 and value in allowed):
        return value
    faults.append(f"{name}={shortened(value)} is none of {', '.join(allowed)}")
    return ""
