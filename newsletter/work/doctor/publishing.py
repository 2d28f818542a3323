"""The DNS records that are missing or wrong, ready to be pasted into a zone."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Literal

from newsletter.errors import UsageError
from newsletter.mailing.dkim_keys import DnsRecord, dns_record
from newsletter.mailing.published.dkim_record import read_dkim
from newsletter.mailing.published.dmarc import is_dmarc
from newsletter.mailing.published.dmarc_walk import walk_dmarc
from newsletter.mailing.published.mending import mended_dmarc, mended_spf
from newsletter.mailing.published.spf_survey import SpfSurvey, survey_spf
from newsletter.work.doctor.relay import relay_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.work.doctor.patient import Patient


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """A record to publish: which check asks for it, and how many records of that name it takes the place
    of."""

    code: str
    what: str
    name: str
    type: Literal["TXT", "MX"]
    value: str
    replaces: int = 0

    @property
    def zone(self) -> str:
        """The record as lines of a zone file, under a comment."""
        place = f", in the place of {self.replaces} there" if self.replaces else ""
        comment = f"; {self.code}: {self.what}{place}"
        if self.type == "MX":
            return f"{comment}\n{self.name}. IN MX {self.value}"
        return f"{comment}\n{DnsRecord(name=self.name, value=self.value).zone_line}"


def publications(patient: Patient) -> tuple[Publication, ...]:
    """List what is to be published, by what DNS says now. Raises `NewsletterError`."""
    if not patient.is_configured:
        raise UsageError(
            "no sender is configured, so there is no domain to publish records for",
            hint='set sender = "Daily Papers <digest@example.org>" in [newsletter]',
        )
    return (*_spf(patient), *_keys(patient), *_dmarc(patient), *_mx(patient))


def _spf(patient: Patient) -> Iterator[Publication]:
    domain = patient.envelope_domain
    survey = survey_spf(domain, patient.names)
    if survey.unknown:
        return
    wanted = _missing_senders(patient, survey)
    mended = mended_spf(survey.texts, wanted)
    if len(survey.texts) != 1 or sorted(mended.lower().split()) != sorted(survey.texts[0].lower().split()):
        yield Publication(
            code="D1",
            what="who may send (SPF)",
            name=domain,
            type="TXT",
            value=mended,
            replaces=len(survey.texts),
        )


def _missing_senders(patient: Patient, survey: SpfSurvey) -> list[str]:
    relay = relay_of(patient.parts.config, patient.way_name)
    if relay is None:
        return []
    if relay.spf_include:
        return [] if relay.spf_include in survey.domains else [f"include:{relay.spf_include}"]
    if relay.is_here:
        missing = [address for address in patient.own_addresses() if not survey.lets_send(address)]
        return [f"ip{ip_address(address).version}:{address}" for address in missing]
    # who sends behind another server is known to its owner; its own address is a beginning
    return [] if survey.texts else [f"a:{relay.host}"]


def _keys(patient: Patient) -> Iterator[Publication]:
    signer = patient.parts.signer()
    for key in signer.keys if signer else ():
        record = dns_record(key, signer.domain if signer else "")
        answer = patient.names.look_up(record.name, "TXT")
        is_right = len(answer.values) == 1 and read_dkim(answer.values[0]).is_of(key)
        if not is_right and not answer.failure:
            yield Publication(
                code="D2",
                what=f"the key of our signatures (DKIM, {key.algorithm})",
                name=record.name,
                type="TXT",
                value=record.value,
                replaces=len(answer.values),
            )


def _dmarc(patient: Patient) -> Iterator[Publication]:
    walk = walk_dmarc(patient.from_domain, patient.names)
    if walk.failure:
        return
    domain = walk.several[0] if walk.several else walk.governing[0] if walk.governing else walk.start
    texts = tuple(filter(is_dmarc, patient.names.look_up(f"_dmarc.{domain}", "TXT").values))
    mended = mended_dmarc(texts[0] if texts else None, patient.parts.letterhead().sender.address)
    record = walk.governing[1] if walk.governing else None
    is_right = record and record.has_policy and not record.faults and not record.removed
    if walk.several or not is_right:
        yield Publication(
            code="D3",
            what="what receivers are asked to do with what fails (DMARC)",
            name=f"_dmarc.{domain}",
            type="TXT",
            value=mended,
            replaces=len(texts),
        )


def _mx(patient: Patient) -> Iterator[Publication]:
    """Let returned mail go where answers go, if they go anywhere."""
    names = patient.names
    there = names.look_up(patient.envelope_domain, "MX")
    example = names.look_up(patient.from_domain, "MX")
    if there.values or there.failure or not example.values:
        return
    for value in example.values:
        yield Publication(
            code="D5",
            what="where returned mail goes, as that of the sender does",
            name=patient.envelope_domain,
            type="MX",
            value=value,
        )
