"""D1, D5, D6: who may send for the domain, where its mail comes back to, and what we are called."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from newsletter.mailing.published.answers import plain
from newsletter.mailing.published.spf_survey import MAX_LOOKUPS, MAX_VOID, SpfSurvey, survey_spf
from newsletter.work.doctor.examining import Check
from newsletter.work.doctor.findings import Finding, found
from newsletter.work.doctor.relay import relay_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.mailing.published.answers import Answer, RecordType
    from newsletter.work.doctor.patient import Patient

_PRINTED = "`newsletter doctor --fix-dns` prints the record to publish"


class Senders:
    """The checks of what DNS says about who sends."""

    def __init__(self, patient: Patient) -> None:
        self._patient = patient

    def checks(self) -> tuple[Check, ...]:
        """List them."""
        return (
            Check(code="D1", look=self._spf),
            Check(code="D5", look=self._returns),
            Check(code="D6", look=self._own_address),
        )

    def _spf(self) -> Iterator[Finding]:
        patient = self._patient
        domain = patient.envelope_domain
        survey = survey_spf(domain, patient.names)
        problems = [*_problems(survey, domain), *self._who_is_missing(survey, domain)]
        yield from problems
        if survey.record and all(one.severity == "info" for one in problems):
            yield found(
                "D1", "ok", f"{domain} has one SPF record, with {survey.lookups} of {MAX_LOOKUPS} look-ups"
            )

    def _who_is_missing(self, survey: SpfSurvey, domain: str) -> Iterator[Finding]:
        relay = relay_of(self._patient.parts.config, self._patient.way_name)
        if survey.record is None or relay is None:
            return
        if relay.spf_include and relay.spf_include not in survey.domains:
            yield found(
                "D1",
                "warning",
                f"the SPF record of {domain} does not name the servers of {relay.host}",
                f"add include:{relay.spf_include}, unless the service returns mail to a domain of its own; "
                f"{_PRINTED}",
            )
        for address in self._patient.own_addresses() if relay.is_here else ():
            if not survey.unknown and not survey.lets_send(address):
                yield found(
                    "D1",
                    "error",
                    f"the SPF record of {domain} does not let {address}, this machine, send",
                    f"add ip{ipaddress.ip_address(address).version}:{address}; {_PRINTED}",
                )

    def _returns(self) -> Iterator[Finding]:
        patient = self._patient
        for domain in dict.fromkeys((patient.envelope_domain, patient.from_domain)):
            what = "returned mail" if domain == patient.envelope_domain else "answers"
            yield _takes_mail(domain, what, patient.names.look_up(domain, "MX"), patient)

    def _own_address(self) -> Iterator[Finding]:
        patient = self._patient
        relay = relay_of(patient.parts.config, patient.way_name)
        if relay is None or not relay.is_here:
            return
        addresses = patient.own_addresses()
        if not addresses:
            yield found(
                "D6",
                "info",
                "this machine sends by itself, and its public address is not known here",
                "see that the address which others see has a name (PTR) that leads back to it",
            )
        for address in addresses:
            yield _name_of(address, patient)


def _problems(survey: SpfSurvey, domain: str) -> Iterator[Finding]:
    if survey.unknown:
        yield found(
            "D1", "warning", f"not all could be asked ({survey.unknown[0]})", "run it again in some minutes"
        )
    if not survey.texts and not survey.unknown:
        yield found("D1", "error", f"{domain} has no SPF record", _PRINTED)
    if len(survey.texts) > 1:
        yield found(
            "D1",
            "error",
            f"{domain} has {len(survey.texts)} SPF records, which counts as an error",
            f"make one of them; {_PRINTED}",
        )
    for fault in survey.faults:
        yield found("D1", "error", f"SPF record of {domain}: {fault}", "mend the record at your DNS provider")
    yield from _limits(survey, domain)
    if survey.record:
        yield from _its_end(survey, domain)


def _limits(survey: SpfSurvey, domain: str) -> Iterator[Finding]:
    if survey.lookups > MAX_LOOKUPS:
        yield found(
            "D1",
            "error",
            f"the SPF record of {domain} needs {survey.lookups} look-ups, at most {MAX_LOOKUPS} may be",
            "take out what sends no more, or send by a subdomain with a record of its own (bounce_address)",
        )
    if survey.voids > MAX_VOID:
        yield found(
            "D1",
            "warning",
            f"{survey.voids} names in the SPF record of {domain} lead nowhere, at most {MAX_VOID} may",
            "take them out",
        )


def _its_end(survey: SpfSurvey, domain: str) -> Iterator[Finding]:
    record = survey.record
    if record is None:
        return
    if record.everybody == "+":
        yield found(
            "D1", "error", f"the SPF record of {domain} lets everybody send (+all)", "end it with ~all"
        )
    elif record.everybody == "?" or (record.everybody is None and record.redirect is None):
        yield found(
            "D1",
            "warning",
            f"the SPF record of {domain} says nothing about who is not named",
            "end it with ~all, or -all once nothing else sends",
        )
    if any(term.name == "ptr" for term in record.terms):
        yield found(
            "D1",
            "warning",
            f"the SPF record of {domain} uses ptr, which is slow and not to be used",
            "take it out",
        )


def _takes_mail(domain: str, what: str, answer: Answer, patient: Patient) -> Finding:
    hosts = [plain(value.split()[-1]) for value in answer.values if value.split()]
    if answer.failure:
        return found("D5", "warning", f"{domain} could not be asked about ({answer.failure})", "run it again")
    if hosts == [""]:
        return found(
            "D5", "error", f"{domain}, where {what} goes, takes no mail (null MX)", _other_address(what)
        )
    if hosts:
        return found("D5", "ok", f"{what} for {domain} goes to {hosts[0]}")
    has_host = any(patient.names.look_up(domain, kind).values for kind in ("A", "AAAA"))
    if has_host:
        return found(
            "D5", "warning", f"{domain}, where {what} goes, has a host but no MX", "publish an MX record"
        )
    return found(
        "D5", "error", f"{domain}, where {what} goes, takes no mail: it has no MX", _other_address(what)
    )


def _other_address(what: str) -> str:
    key = "bounce_address" if what == "returned mail" else "sender"
    return f"publish an MX record for it, or set {key} to an address that takes mail"


def _name_of(address: str, patient: Patient) -> Finding:
    """Follow an address to its name and back (FCrDNS)."""
    reverse = ipaddress.ip_address(address).reverse_pointer
    answer = patient.names.look_up(reverse, "PTR")
    if answer.failure:
        return found(
            "D6", "warning", f"{address} could not be asked about ({answer.failure})", "run it again"
        )
    names = [plain(value) for value in answer.values]
    if not names:
        return found(
            "D6",
            "error",
            f"{address}, this machine, has no name (PTR)",
            "ask your hosting provider to set one",
        )
    kind: RecordType = "AAAA" if ":" in address else "A"
    wanted = ipaddress.ip_address(address)
    back = [value for name in names for value in patient.names.look_up(name, kind).values]
    if not any(ipaddress.ip_address(value) == wanted for value in back):
        return found(
            "D6",
            "error",
            f"{address} is called {names[0]}, which does not lead back to it",
            f"publish {names[0]}. IN {kind} {address}, or let the provider set another name",
        )
    return found("D6", "ok", f"{address} is called {names[0]}, and back")
