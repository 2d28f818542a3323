"""D3, D4, D7: what the domain asks receivers to do, and whether our mail is what it vouches for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.mailing.published.dmarc_walk import DmarcWalk, are_aligned, walk_dmarc
from newsletter.work.doctor.examining import Check
from newsletter.work.doctor.findings import Finding, found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.mailing.published.dmarc import DmarcRecord
    from newsletter.work.doctor.patient import Patient

_PRINTED = "`newsletter doctor --fix-dns` prints the record to publish"
# Names and versions of records that are nice to have.
_EXTRAS = (
    ("_mta-sts.{}", "v=stsv1", "MTA-STS"),
    ("_smtp._tls.{}", "v=tlsrptv1", "TLS-RPT"),
    ("default._bimi.{}", "v=bimi1", "BIMI"),
)


class Policies:
    """The checks of DMARC and what comes with it."""

    def __init__(self, patient: Patient) -> None:
        self._patient = patient

    def checks(self) -> tuple[Check, ...]:
        """List them."""
        return (
            Check(code="D3", look=self._policy),
            Check(code="D4", look=self._alignment),
            Check(code="D7", look=self._extras),
        )

    def _policy(self) -> Iterator[Finding]:
        domain = self._patient.from_domain
        walk = walk_dmarc(domain, self._patient.names)
        for several in walk.several:
            yield found(
                "D3",
                "error",
                f"_dmarc.{several} has more than one DMARC record, which counts as none",
                "leave only one of them",
            )
        if walk.governing:
            yield from _of_record(walk, domain)
        elif walk.failure:
            yield found("D3", "warning", f"not all could be asked ({walk.failure})", "run it again")
        elif not walk.several:
            yield found("D3", "error", f"{domain} has no DMARC record, nor has what is above it", _PRINTED)

    def _alignment(self) -> Iterator[Finding]:
        patient = self._patient
        author = walk_dmarc(patient.from_domain, patient.names)
        envelope = walk_dmarc(patient.envelope_domain, patient.names)
        signer = patient.parts.signer()
        signature = walk_dmarc(signer.domain, patient.names) if signer else None
        if any(walk and walk.failure for walk in (author, envelope, signature)):
            yield found("D4", "warning", "not all could be asked, so nothing is sure", "run it again")
            return
        record = author.governing[1] if author.governing else None
        by_spf = are_aligned(author, envelope, is_strict=bool(record and record.is_strict_spf))
        by_dkim = bool(signature) and are_aligned(
            author, signature or author, is_strict=bool(record and record.is_strict_dkim)
        )
        yield _judged(author, envelope, signature, by_spf=by_spf, by_dkim=by_dkim)

    def _extras(self) -> Iterator[Finding]:
        domain = self._patient.from_domain
        groups: dict[str, list[str]] = {"published": [], "not used": [], "not to be found out about": []}
        for name, version, title in _EXTRAS:
            answer = self._patient.names.look_up(name.format(domain), "TXT")
            is_there = any(value.lower().replace(" ", "").startswith(version) for value in answer.values)
            told = "published" if is_there else "not to be found out about" if answer.failure else "not used"
            groups[told].append(title)
        for told, titles in groups.items():
            if titles:
                yield found("D7", "ok" if told == "published" else "info", f"{told}: {', '.join(titles)}")


def _of_record(walk: DmarcWalk, domain: str) -> Iterator[Finding]:
    if walk.governing is None:
        return
    place, record = walk.governing
    for fault in record.faults:
        yield found("D3", "warning", f"_dmarc.{place}: {fault}, and is ignored", "mend the record")
    if not record.has_policy:
        yield found("D3", "warning", f"_dmarc.{place} names no policy, which counts as p=none", "add p=none")
    if record.removed:
        yield found(
            "D3",
            "warning",
            f"_dmarc.{place} uses {', '.join(record.removed)}, which RFC 9989 has taken out",
            "take it out" + ("; t=y is what pct=0 was for" if "pct" in record.removed else ""),
        )
    if record.psd == "y" and place == domain:
        yield found(
            "D3", "warning", f"_dmarc.{place} says that {place} is a public suffix (psd=y)", "take psd=y out"
        )
    yield from _notes(record, place)
    policy = record.policy if place == domain else record.subdomains
    where = "" if place == domain else f", by the record of {place}"
    testing = ", only as a test (t=y)" if record.is_testing else ""
    yield found("D3", "ok", f"mail from {domain} that fails is to be treated as {policy}{where}{testing}")


def _notes(record: DmarcRecord, place: str) -> Iterator[Finding]:
    if not record.reports_to:
        yield found(
            "D3",
            "info",
            f"_dmarc.{place} asks for no reports, so nobody sees what fails",
            f"add rua=mailto:dmarc@{place}",
        )


def _judged(
    author: DmarcWalk, envelope: DmarcWalk, signature: DmarcWalk | None, *, by_spf: bool, by_dkim: bool
) -> Finding:
    signed = f"signatures by {signature.start}" if signature else "no signatures of ours"
    told = f"From is {author.start}, mail returns to {envelope.start}, {signed}"
    if by_spf and by_dkim:
        return found("D4", "ok", f"{told}: both count for the sender")
    if by_dkim:
        return found("D4", "info", f"{told}: the signature alone counts for the sender")
    if by_spf and signature:
        return found(
            "D4",
            "warning",
            f"{told}: the signature does not count, and SPF ends where mail is forwarded",
            "let [dkim] domain be the sender's domain, or one of the same organisation",
        )
    if by_spf:
        return found("D4", "info", f"{told}: SPF counts for the sender, until mail is forwarded")
    return found(
        "D4",
        "error",
        f"{told}: nothing counts for the sender, so DMARC fails",
        "sign by the sender's domain ([dkim] domain), or let bounce_address lie in it",
    )
