"""L: are the people on the list there because they want to, and can mail reach them?"""

from __future__ import annotations

from datetime import timedelta
from heapq import nlargest
from typing import TYPE_CHECKING

from newsletter.store import vitals
from newsletter.work.doctor.examining import Check
from newsletter.work.doctor.findings import Finding, found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.store.vitals import ListVitals
    from newsletter.work.doctor.patient import Patient

_PERSONAL_GMAIL = ("gmail.com", "googlemail.com")
_BULK = 5_000
# More than these at once from a sender that nobody knows are taken for spam.
_FIRST_SEND = 1_000
# Domains are asked about as far as that many, the most common first.
_DOMAINS = 40
_DAYS = 30
_HEALTHY, _TOO_MANY = 0.001, 0.003
_MANY_BOUNCES = 0.02


class Readers:
    """The checks of the list."""

    def __init__(self, patient: Patient) -> None:
        self._patient = patient

    def checks(self, *, asks_dns: bool) -> tuple[Check, ...]:
        """List them; those that ask DNS only if wanted."""
        looks = {
            "L1": self._consent,
            "L2": self._alike,
            "L3": self._roles,
            "L4": self._dead_domains,
            "L5": self._complaints,
            "L6": self._volume,
            "L7": self._warming_up,
        }
        return tuple(Check(code=code, look=look) for code, look in looks.items() if asks_dns or code != "L4")

    def _people(self) -> ListVitals | None:
        people = self._patient.people()
        return people if people and people.active else None

    def _consent(self) -> Iterator[Finding]:
        everybody = self._patient.people()
        people = self._people()
        if people is None:
            yield found("L1", "info", "nobody is subscribed yet", "`newsletter subscribers add` or `import`")
            return
        waiting = (everybody.statuses if everybody else {}).get("pending", 0)
        if people.undated_consents:
            yield found(
                "L1",
                "info",
                f"not known when they agreed: {people.undated_consents:,} of {people.active:,} readers",
                "import consent_at with them where you know it",
            )
        else:
            yield found("L1", "ok", f"active readers: {people.active:,}, all with the day of their consent")
        if waiting:
            yield found("L1", "info", f"not confirmed, so that they get nothing yet: {waiting:,}")

    def _alike(self) -> Iterator[Finding]:
        people = self._people()
        if people and people.alike:
            yield found(
                "L2",
                "info",
                f"may belong to people who are here already (+tags, dots at Gmail): {people.alike:,}",
                "nothing is done about it by itself: `newsletter subscribers list` shows them",
            )
        elif people:
            yield found("L2", "ok", "no two addresses look like one person")

    def _roles(self) -> Iterator[Finding]:
        people = self._people()
        if people and people.roles:
            yield found(
                "L3",
                "warning",
                f"addresses of an office or a program (info@, abuse@, noreply@ ...): {people.roles:,}",
                "ask who subscribed them, or unsubscribe them",
            )
        elif people:
            yield found("L3", "ok", "no address is of an office or a program")

    def _dead_domains(self) -> Iterator[Finding]:
        people, names = self._people(), self._patient.names
        if people is None:
            return
        common = nlargest(_DOMAINS, people.domains.items(), key=lambda item: (item[1], item[0]))
        dead = lost = asked = 0
        for domain, count in common:
            answers = [names.look_up(domain, "MX")]
            if not answers[0].values and not answers[0].failure and answers[0].exists:
                answers += [names.look_up(domain, "A"), names.look_up(domain, "AAAA")]
            if any(answer.failure for answer in answers):
                continue
            asked += 1
            is_null = any(value.split()[-1:] == ["."] for value in answers[0].values)
            if is_null or not any(answer.values for answer in answers):
                dead, lost = dead + 1, lost + count
        if dead:
            yield found(
                "L4",
                "warning",
                f"{dead} of {asked} domains take no mail; readers there: {lost:,}",
                "look for slips of the pen (gmial.com), and unsubscribe these people",
            )
        elif asked:
            yield found("L4", "ok", f"the most common domains take mail ({asked} asked)")

    def _complaints(self) -> Iterator[Finding]:
        since = self._patient.now() - timedelta(days=_DAYS)
        with self._patient.database() as database:
            if database is None:
                return
            with database.reading() as connection:
                sent = vitals.accepted_since(connection, since)
                left = vitals.left_since(connection, since)
        if not sent:
            yield found("L5", "info", f"nothing was sent within {_DAYS} days, so nobody could complain")
            return
        complaints, bounces = left.get("complained", 0), left.get("bounced", 0)
        rate = complaints / sent
        told = f"complaints: {complaints:,}, lost mailboxes: {bounces:,}, of {sent:,} mails in {_DAYS} days"
        if rate > _TOO_MANY:
            yield found(
                "L5", "error", f"{told}: more than 0.3 % complain", "send less, and only to who asked for it"
            )
        elif rate > _HEALTHY or bounces / sent > _MANY_BOUNCES:
            yield found("L5", "warning", told, "look where these people came from")
        else:
            yield found("L5", "ok", told)

    def _volume(self) -> Iterator[Finding]:
        people = self._people()
        if people is None:
            return
        gmail = sum(people.domains.get(domain, 0) for domain in _PERSONAL_GMAIL)
        told = (
            f"readers at Gmail: {gmail:,}; from {_BULK:,} a day on the rules for bulk senders hold for good"
        )
        yield found("L6", "info" if gmail >= _BULK else "ok", told)

    def _warming_up(self) -> Iterator[Finding]:
        people = self._people()
        if people is None or people.active <= _FIRST_SEND:
            return
        with self._patient.database() as database:
            if database is None:
                return
            with database.reading() as connection:
                is_first = not vitals.has_accepted(connection)
        if is_first:
            yield found(
                "L7",
                "warning",
                f"the first issue goes to {people.active:,} people at once",
                "send slowly at first: per_hour in [sending.limits], doubled every few days",
            )
