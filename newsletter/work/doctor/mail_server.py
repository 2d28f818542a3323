"""S: does the mail server take our mail, how much of it, and until when?"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from newsletter.delivery.pacing import least_time, shown, windows
from newsletter.model import Deferred, Refused
from newsletter.ports import Probing, RateLimited
from newsletter.store.quotas import Quotas
from newsletter.work.doctor.examining import Check
from newsletter.work.doctor.findings import Finding, found
from newsletter.work.doctor.relay import relay_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.model import Limits
    from newsletter.outcome import Probe
    from newsletter.work.doctor.patient import Patient

# How often a mail waits for the server where nothing is sent ahead (MAIL, RCPT, DATA, dot).
_TRIPS = 4
_WORTH_TELLING = timedelta(minutes=1)
_SPEED_UPS = ("PIPELINING", "CHUNKING")


class MailServer:
    """What one look at the mail server tells; the checks share it."""

    def __init__(self, patient: Patient) -> None:
        self._patient = patient
        self._probe: Probe | None = None

    def checks(self) -> tuple[Check, ...]:
        """List the checks of a whole examination."""
        return (*self.cheap_checks(), Check(code="S4", look=self._service), Check(code="S5", look=self._time))

    def cheap_checks(self) -> tuple[Check, ...]:
        """List those that a first send is made to wait for."""
        return (
            Check(code="S1", look=self._reach),
            Check(code="S2", look=self._offers),
            Check(code="S3", look=self._sender),
        )

    def _reach(self) -> Iterator[Finding]:
        patient = self._patient
        backend = patient.parts.backend(patient.way)
        if not backend.reaches_people:
            yield found("S1", "info", f"mail leaves through {patient.way_name}, which reaches nobody")
            return
        if not isinstance(backend, Probing):
            yield found("S1", "info", f"the backend {patient.way_name} cannot be asked without sending")
            return
        self._probe = probe = backend.probe(patient.probe_mail())
        how = "encrypted, its certificate valid" if probe.is_encrypted else "not encrypted"
        login = ", logged in" if probe.has_logged_in else ", without a login"
        relay = relay_of(patient.parts.config, patient.way_name)
        is_open = not probe.is_encrypted and not (relay and relay.is_here)
        yield found(
            "S1",
            "warning" if is_open else "ok",
            f"{probe.where} answers: {how}{login}",
            'set security = "starttls" or "tls" in [backends.smtp]' if is_open else "",
        )

    def _offers(self) -> Iterator[Finding]:
        probe = self._probe
        if probe is None:
            return
        if probe.unfit:
            yield found(
                "S2",
                "error",
                f"the server cannot take the longest mail: {probe.unfit}",
                "show fewer papers (max_papers), lower size_budget, or use another server",
            )
        people = self._patient.people()
        if people and people.beyond_ascii and "SMTPUTF8" not in probe.offers:
            yield found(
                "S2",
                "warning",
                f"addresses that need SMTPUTF8, which the server does not offer: {people.beyond_ascii:,}",
                "these people will be refused: ask them for another address, or use another server",
            )
        limit = f"mails up to {probe.max_size:,} octets" if probe.max_size else "mails of any size"
        ahead = [name for name in _SPEED_UPS if name in probe.offers]
        yield found(
            "S2", "ok" if ahead else "info", f"takes {limit}; {' and '.join(ahead) or 'nothing sent ahead'}"
        )

    def _sender(self) -> Iterator[Finding]:
        probe = self._probe
        if probe is None:
            return
        match probe.sender, probe.recipient:
            case Refused() as refusal, _:
                yield found(
                    "S3",
                    "error",
                    f"the server takes no mail from our sender: {refusal.reason}",
                    "use an address that this login may send from, or let its owner allow yours",
                )
            case Deferred() as put_off, _:
                yield found(
                    "S3", "warning", f"the sender is put off: {put_off.reason}", "try again in some minutes"
                )
            case _, Refused() as refusal:
                yield _refused_to_itself(refusal)
            case _, Deferred() as put_off:
                yield found("S3", "info", f"a mail to the sender itself is put off: {put_off.reason}")
            case _:
                yield found("S3", "ok", "the server takes our sender, and a mail to it; nothing was sent")

    def _service(self) -> Iterator[Finding]:
        patient = self._patient
        relay = relay_of(patient.parts.config, patient.way_name)
        limits = _limits(patient)
        told = ", ".join(f"{window.mails:,} per {window.name}" for window in windows(limits))
        if relay and relay.likely_preset and not relay.preset:
            yield found(
                "S4",
                "info",
                f"{relay.host} looks like the service {relay.likely_preset}, whose limits are known",
                f'write preset = "{relay.likely_preset}" into [backends.smtp]',
            )
        if limits is None:
            yield found(
                "S4",
                "info",
                "no limit is known: mail goes as fast as the server takes it",
                "write what your server allows into [sending.limits]",
            )
        else:
            yield found("S4", "ok", f"held to {told}")

    def _time(self) -> Iterator[Finding]:
        patient = self._patient
        people = patient.people()
        if people is None or not people.active:
            yield found("S5", "info", "nobody is subscribed, so nothing takes any time")
            return
        limits = _limits(patient)
        lasts = max(least_time(people.active, limits, self._used(limits)), self._on_the_wire(people.active))
        most = timedelta(hours=patient.parts.config.schema.sending.finish_within_hours)
        end = (patient.now() + lasts).astimezone()
        until = f"{shown(lasts)} at least: begun now, until {end:%a %H:%M}"
        takes = until if lasts >= _WORTH_TELLING else "no time to speak of"
        told = f"an issue for {people.active:,} takes {takes}"
        if lasts > most:
            yield found(
                "S5",
                "warning",
                f"{told}, longer than the {shown(most)} of finish_within_hours",
                "raise the limits of the account and of [sending.limits], or finish_within_hours",
            )
        else:
            yield found("S5", "ok" if limits or self._probe else "info", told)

    def _used(self, limits: Limits | None) -> dict[str, int]:
        patient = self._patient
        backend = patient.parts.limited_backend(patient.way)
        if limits is None or not isinstance(backend, RateLimited):
            return {}
        with patient.database() as database:
            return dict(Quotas(database).used(backend.account, at=patient.now())) if database else {}

    def _on_the_wire(self, mails: int) -> timedelta:
        """Reckon with the answers alone, on all connections."""
        if self._probe is None:
            return timedelta()
        backend = self._patient.parts.backend(self._patient.way)
        connections = backend.connections if isinstance(backend, RateLimited) else 1
        trips = 1 if "PIPELINING" in self._probe.offers else _TRIPS
        return timedelta(seconds=mails * trips * self._probe.round_trip_seconds / max(1, connections))


def _limits(patient: Patient) -> Limits | None:
    backend = patient.parts.limited_backend(patient.way)
    return backend.limits if isinstance(backend, RateLimited) else None


def _refused_to_itself(refusal: Refused) -> Finding:
    if refusal.kind == "policy":
        return found(
            "S3",
            "error",
            f"the server passes no mail on for us: {refusal.reason}",
            "log in (username and password in [backends.smtp]), or let its owner allow this machine",
        )
    return found(
        "S3",
        "warning",
        f"a mail to the sender itself is refused: {refusal.reason}",
        "make sure that the sender's mailbox exists: readers answer, and complaints come there",
    )
