"""D2: can receivers check our signatures with what DNS holds?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.mailing.dkim_keys import MIN_BITS, dns_record
from newsletter.mailing.published.dkim_record import DkimRecord, read_dkim
from newsletter.work.doctor.examining import Check
from newsletter.work.doctor.findings import Finding, found
from newsletter.work.doctor.relay import relay_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.mailing.dkim_keys import SigningKey
    from newsletter.work.doctor.patient import Patient

_PRINTED = "`newsletter doctor --fix-dns` prints the record to publish"


class Keys:
    """The checks of the keys that DNS publishes."""

    def __init__(self, patient: Patient) -> None:
        self._patient = patient

    def checks(self) -> tuple[Check, ...]:
        """List them."""
        return (Check(code="D2", look=self._keys),)

    def _keys(self) -> Iterator[Finding]:
        signer = self._patient.parts.signer()
        if signer is None:
            yield self._unsigned()
            return
        for key in signer.keys:
            yield from self._key(key, signer.domain)

    def _unsigned(self) -> Finding:
        relay = relay_of(self._patient.parts.config, self._patient.way_name)
        service = relay and (relay.preset or relay.likely_preset)
        if relay and service and not relay.is_here:
            return found(
                "D2",
                "info",
                f"we sign nothing; {service} signs for the domain that you set up there",
                "see there that it signs by the sender's domain",
            )
        return found(
            "D2",
            "warning",
            "nothing is signed, unless your mail server does it",
            "`newsletter dkim keygen` makes keys and says what to add; or let the mail server sign",
        )

    def _key(self, key: SigningKey, domain: str) -> Iterator[Finding]:
        name = dns_record(key, domain).name
        answer = self._patient.names.look_up(name, "TXT")
        if answer.failure:
            yield found(
                "D2", "warning", f"{name} could not be asked about ({answer.failure})", "run it again"
            )
        elif not answer.values:
            yield found("D2", "error", f"{name} has no key: no receiver can check our signatures", _PRINTED)
        elif len(answer.values) > 1:
            yield found(
                "D2",
                "error",
                f"{name} has {len(answer.values)} TXT records; receivers take any of them",
                "leave only that of the key in use",
            )
        else:
            yield from judge_key(read_dkim(answer.values[0]), key, name)


def judge_key(record: DkimRecord, key: SigningKey, name: str) -> Iterator[Finding]:
    """Say whether a record is the right one for a key."""
    for fault in record.faults:
        yield found("D2", "error", f"{name}: {fault}", f"publish it anew; {_PRINTED}")
    if record.is_revoked:
        yield found(
            "D2", "error", f"{name}: the key was taken back (p= is empty)", "make another key and selector"
        )
    elif record.public is not None and not record.is_of(key):
        yield found(
            "D2",
            "error",
            f"{name}: another key than the one we sign with, so every signature fails",
            f"publish ours ({_PRINTED}), or configure the key that belongs to it",
        )
    elif record.is_testing:
        yield found(
            "D2",
            "warning",
            f"{name}: marked as a test (t=y), so that receivers may ignore it",
            "take t=y out",
        )
    elif record.bits is not None and record.bits < MIN_BITS:
        yield found("D2", "warning", f"{name}: {record.bits} bits", f"make a key of {MIN_BITS} bits or more")
    elif record.is_of(key) and not record.faults:
        size = f", {record.bits:,} bits" if record.bits else ""
        yield found("D2", "ok", f"{name} has our key ({key.algorithm}{size})")
