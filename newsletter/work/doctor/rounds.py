"""Which checks are made, and which of them side by side."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from newsletter.errors import NewsletterError
from newsletter.work.doctor.configuration import Configuration
from newsletter.work.doctor.dns_keys import Keys
from newsletter.work.doctor.dns_policy import Policies
from newsletter.work.doctor.dns_senders import Senders
from newsletter.work.doctor.examining import Check, examine
from newsletter.work.doctor.findings import AREAS, Area, Finding, found
from newsletter.work.doctor.leaving import Leaving
from newsletter.work.doctor.ledger import Books
from newsletter.work.doctor.mail_server import MailServer
from newsletter.work.doctor.message import Message
from newsletter.work.doctor.papers import rounds_of_sources
from newsletter.work.doctor.readers import Readers
from newsletter.work.doctor.theme import DrawnTheme

if TYPE_CHECKING:
    from newsletter.http.asking import Asker
    from newsletter.work.doctor.patient import Patient

_SECONDS = 45.0
# Areas that ask the network; L does so for one check alone.
ONLINE: frozenset[Area] = frozenset({"P", "S", "D", "W"})


def examination(
    patient: Patient,
    asker: Asker,
    *,
    only: Collection[Area] = tuple(AREAS),
    offline: bool = False,
    seconds: float = _SECONDS,
) -> tuple[Finding, ...]:
    """Look at the areas wanted, all at once, without the network if `offline`; nothing takes longer than
    `seconds`, and nothing is changed or sent."""
    wanted = [area for area in only if not (offline and area in ONLINE)]
    rounds = [checks for area in wanted for checks in _rounds(patient, asker, area, offline=offline)]
    return examine(rounds, seconds=seconds)


def _rounds(patient: Patient, asker: Asker, area: Area, *, offline: bool) -> Iterable[Sequence[Check]]:
    """Give the rounds of an area: what keeps us waiting for different people has rounds of its own."""
    makers: dict[Area, Callable[[], Iterable[Sequence[Check]]]] = {
        "G": lambda: [Configuration(patient).checks()],
        "T": lambda: [DrawnTheme(patient).checks()],
        "P": lambda: _of_sources(patient),
        "S": lambda: [MailServer(patient).checks()],
        "D": lambda: _of_dns(patient),
        "M": lambda: [Message(patient).checks()],
        "W": lambda: _of_web(patient, asker),
        "L": lambda: [Readers(patient).checks(asks_dns=not offline)],
        "C": lambda: [Books(patient).checks()],
    }
    return makers[area]()


def _of_dns(patient: Patient) -> Iterable[Sequence[Check]]:
    if not patient.is_configured:
        return _nobody_to_ask_about("D1", "there is no sender yet, so there is no domain to ask DNS about")
    return [Senders(patient).checks(), Keys(patient).checks(), Policies(patient).checks()]


def _of_web(patient: Patient, asker: Asker) -> Iterable[Sequence[Check]]:
    if patient.parts.config.schema.newsletter.base_url is None:
        return _nobody_to_ask_about("W6", "there is no base_url yet, so there is no site to ask")
    return [Leaving(patient, asker).checks()]


def _of_sources(patient: Patient) -> Iterable[Sequence[Check]]:
    try:
        return rounds_of_sources(patient)
    except NewsletterError as error:
        told = found("P1", "error", error.message, error.hint or "")
        return [[Check(code="P1", look=lambda: [told])]]


def _nobody_to_ask_about(code: str, message: str) -> Iterable[Sequence[Check]]:
    """Leave the placeholders of what is not configured alone."""
    told = found(code, "info", message, "`newsletter doctor --only G` says what to add")
    return [[Check(code=code, look=lambda: [told])]]
