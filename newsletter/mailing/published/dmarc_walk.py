"""Whose policy counts for a domain, and to which organisation it belongs: the walk up the tree of DNS that
takes the place of a list of public suffixes (RFC 9989, 4.10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.mailing.published.answers import labels, plain
from newsletter.mailing.published.dmarc import DmarcRecord, is_dmarc, read_dmarc

if TYPE_CHECKING:
    from newsletter.mailing.published.answers import Names

# A longer name is cut to so many labels after the first look, so that eight looks always do.
_LABELS = 7

# A domain, and the one record that was found there.
Found = tuple[str, DmarcRecord]


@dataclass(frozen=True, slots=True, kw_only=True)
class DmarcWalk:
    """What the walk from `start` found. `governing` is the record that counts for mail from there, and where
    it stands; `several` are domains with more than one, which count as having none; `failure` says why the
    walk ended early, so that nothing is sure."""

    start: str
    organization: str
    governing: Found | None = None
    several: tuple[str, ...] = ()
    failure: str | None = None


def walk_dmarc(domain: str, names: Names) -> DmarcWalk:
    """Walk from a domain up to the top."""
    start, failure = plain(domain), None
    found: list[Found] = []
    several: list[str] = []
    for target in targets(start):
        answer = names.look_up(f"_dmarc.{target}", "TXT")
        if answer.failure:
            failure = f"_dmarc.{target}: {answer.failure}"
            break
        texts = tuple(filter(is_dmarc, answer.values))
        if len(texts) > 1:
            several.append(target)
        elif texts:
            found.append((target, read_dmarc(texts[0])))
            if found[-1][1].psd != "u":
                break
    organization = _organization(start, found)
    return DmarcWalk(
        start=start,
        organization=organization,
        governing=_governing(start, organization, found),
        several=tuple(several),
        failure=failure,
    )


def targets(domain: str) -> tuple[str, ...]:
    """List the domains that are looked at, at most eight."""
    parts = labels(domain)
    shorter = parts[-_LABELS:] if len(parts) > _LABELS else parts[1:]
    names = [parts, *(shorter[cut:] for cut in range(len(shorter)))]
    return tuple(".".join(name) for name in names if name)


def _organization(start: str, found: Sequence[Found]) -> str:
    """Choose the organisation's domain (4.10.2)."""
    for domain, record in found:
        if record.psd == "n":
            return domain
        if record.psd == "y" and domain != start:
            depth = len(labels(domain)) + 1
            return ".".join(labels(start)[-depth:])
    return found[-1][0] if found else start


def _governing(start: str, organization: str, found: Sequence[Found]) -> Found | None:
    """Choose what counts: the record of the domain, its organisation or its public suffix (4.10.1)."""
    known = dict(found)
    suffix = next((domain for domain, record in found if record.psd == "y"), None)
    for domain in (start, organization, suffix):
        if domain is not None and domain in known:
            return domain, known[domain]
    return None


def are_aligned(first: DmarcWalk, second: DmarcWalk, *, is_strict: bool) -> bool:
    """Tell whether two domains count as one sender: the same, or (relaxed) of one organisation (4.4)."""
    if first.start == second.start:
        return True
    return not is_strict and first.organization == second.organization
