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
        "W": lambda: _if_configured(patient, "W6", lambda: [Leaving(patient, asker).checks()]),
        "L": lambda: [Readers(patient).checks(asks_dns=not offline)],
        "C": lambda: [Books(patient).checks()],
    }
    return makers[area]()


def _of_dns(patient: Patient) -> Iterable[Sequence[Check]]:
    def rounds() -> list[Sequence[Check]]:
        return [Senders(patient).checks(), Keys(patient).checks(), Policies(patient).checks()]

    return _if_configured(patient, "D1", rounds)


def _of_sources(patient: Patient) -> Iterable[Sequence[Check]]:
    try:
        return rounds_of_sources(patient)
    except NewsletterError as error:
        told = found("P1", "error", error.message, error.hint or "")
        return [[Check(code="P1", look=lambda: [told])]]


def _if_configured(
    patient: Patient, code: str, rounds: Callable[[], Iterable[Sequence[Check]]]
) -> Iterable[Sequence[Check]]:
    """Ask nobody about the placeholders of what is not configured."""
    if patient.parts.refusal_to_reach_people() is None:
        return rounds()
    told = found(code, "info", "there is no sender and no base_url yet, so nobody can be asked about them")
    return [[Check(code=code, look=lambda: [told])]]
