"""Before the first mail goes to people: what would harm all of them is found while it harms nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.errors import EXIT_FOUND_ERRORS, MailError
from newsletter.mailing.published.answers import Unasked
from newsletter.store.vitals import has_accepted
from newsletter.work.doctor.configuration import Configuration
from newsletter.work.doctor.examining import examine
from newsletter.work.doctor.ledger import Books
from newsletter.work.doctor.mail_server import MailServer
from newsletter.work.doctor.message import Message
from newsletter.work.doctor.patient import Parts, Patient

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsletter.store.ledger import Ledger
    from newsletter.work.doctor.findings import Finding

_SECONDS = 90.0


def objections(parts: Parts, ledger: Ledger, *, issue: str, way: str | None = None) -> tuple[Finding, ...]:
    """Give the errors that speak against the first send; nothing once anybody has had mail, or where mail
    reaches nobody.

    All that can be seen here is looked at, and the mail server is asked; no DNS, and nothing is drawn, since
    freezing does that before any mail goes."""
    if not parts.backend(way).reaches_people:
        return ()
    with ledger.database.reading() as connection:
        if has_accepted(connection):
            return ()
    patient = Patient(parts, Unasked(), issue=issue, way=way)
    rounds = [
        Configuration(patient).checks(),
        Message(patient).checks(),
        MailServer(patient).cheap_checks(),
        Books(patient).checks(),
    ]
    found = examine(rounds, seconds=_SECONDS)
    return tuple(finding for finding in found if finding.severity == "error")


def exit_code_of(found: Sequence[Finding]) -> int:
    """Tell a mail system that serves nobody now from what a person has to mend."""
    is_unreachable = all(finding.code == "S1" for finding in found)
    return MailError.exit_code if is_unreachable else EXIT_FOUND_ERRORS
