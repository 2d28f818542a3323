"""C: do the books balance, and does what they stand on hold?"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from newsletter.store import vitals
from newsletter.store.backup_age import last_backup
from newsletter.store.checking import abandoned, damage, slow
from newsletter.store.file_systems import file_system_of
from newsletter.work.doctor.examining import Check
from newsletter.work.doctor.findings import Finding, found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.work.doctor.patient import Patient

_SKEW = timedelta(minutes=1)
_BACKUP_AGE = timedelta(days=7)


class Books:
    """The checks of the database and the ledger in it."""

    def __init__(self, patient: Patient) -> None:
        self._patient = patient

    def checks(self) -> tuple[Check, ...]:
        """List them."""
        return (
            Check(code="C1", look=self._faults),
            Check(code="C2", look=self._doubts),
            Check(code="C3", look=self._clocks),
            Check(code="C4", look=self._file_system),
            Check(code="C5", look=self._backup),
        )

    def _faults(self) -> Iterator[Finding]:
        parts = self._patient.parts
        with parts.database() as database:
            if database.file and not database.file.exists():
                yield found("C1", "info", "there is no database yet; the first command that stores makes it")
                return
            damages = damage(database, parts.store_place().suppression_key)
            lost, left = slow(database), abandoned(database)
        for fault in damages:
            yield found("C1", "error", fault, "`newsletter db check` looks at it alone")
        for told in lost:
            yield found("C1", "warning", told, "`newsletter db migrate`, while nothing is being sent")
        for told in left:
            yield found("C1", "warning", told, "send the issue again: nobody is mailed twice by that")
        if not (damages or lost or left):
            yield found("C1", "ok", f"{database.place}: the books balance, and nothing is left behind")

    def _doubts(self) -> Iterator[Finding]:
        with self._patient.database() as database:
            if database is None:
                return
            with database.reading() as connection:
                doubts = vitals.in_doubt(connection)
        for slug, count in doubts.items():
            yield found(
                "C2",
                "warning",
                f"in doubt: {count:,} of {slug}",
                f"`newsletter reconcile {slug}` lists them, and settles them by a log or by choice",
            )
        if not doubts:
            yield found("C2", "ok", "no mail is in doubt")

    def _clocks(self) -> Iterator[Finding]:
        with self._patient.database() as database:
            if database is None:
                return
            with database.reading() as connection:
                theirs, newest = vitals.server_time(connection), vitals.newest_moment(connection)
        now = self._patient.now()
        if theirs and abs(theirs - now) > _SKEW:
            seconds = abs((theirs - now).total_seconds())
            yield found(
                "C3",
                "error",
                f"this machine and the database server differ by {seconds:,.0f} seconds",
                "let both keep the time (NTP)",
            )
        elif newest and newest - now > _SKEW:
            yield found(
                "C3",
                "error",
                f"something was written down at {newest:%Y-%m-%d %H:%M} UTC, which is still to come",
                "set the clock of this machine, or of the one that wrote it (NTP)",
            )
        else:
            yield found("C3", "ok", "the clock goes with what was written down")

    def _file_system(self) -> Iterator[Finding]:
        with self._patient.parts.database() as database:
            file = database.file
        if file is None:
            return
        there = file_system_of(file)
        if not there.has_locks:
            yield found(
                "C4", "error", f"{file}: locks keep nobody out there", "put the database on a local disk"
            )
        elif there.is_remote:
            yield found(
                "C4",
                "warning",
                f"{file} lies on {there.kind}, a file system of another machine",
                "put it on a local disk, or use PostgreSQL ([store] url)",
            )
        else:
            yield found("C4", "ok", f"locks and fsync work beside {file} ({there.kind or 'kind not known'})")

    def _backup(self) -> Iterator[Finding]:
        with self._patient.database() as database:
            if database is None:
                return
            if database.file is None:
                yield found("C5", "info", "whether the server's database is backed up is not known here")
                return
            made = last_backup(database)
        if made is None:
            yield found(
                "C5", "warning", "no backup of the database was ever made", "`newsletter db backup FILE`"
            )
            return
        age = self._patient.now() - made
        severe = age > _BACKUP_AGE
        yield found(
            "C5",
            "warning" if severe else "ok",
            f"the last backup was made on {made:%Y-%m-%d}",
            "`newsletter db backup FILE`, best from cron" if severe else "",
        )
