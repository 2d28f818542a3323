"""The ledger beside a file: its journal, full disks, processes that share it, and what a claim costs."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import stat
import struct
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from sqlalchemy import event

from newsletter.errors import StoreError
from newsletter.store import journal_file, move_statements
from newsletter.store.checking import faults
from newsletter.store.database import Database, open_database
from newsletter.store.journal_file import journal_paths, read_journal
from newsletter.store.journal_records import Remains, Telling, intents, read_records
from newsletter.store.ledger import (
    ACCEPTED,
    FrozenIssue,
    LeaseLost,
    Ledger,
    Recovered,
    SenderHold,
    SenderId,
    Verdict,
    Wish,
)
from newsletter.store.moves import Hold, Noted
from tests.conftest import PATIENCE_SECONDS

NOON = datetime(2025, 11, 7, 12, tzinfo=UTC)
GREYLISTED = Verdict(state="pending", not_before=NOON, code="4.7.1", reason='grey "listed"\n ü')


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with closing(open_database(f"sqlite:///{tmp_path / 'newsletter.db'}")) as database:
        yield Ledger(database)


def claim(hold: SenderHold, issue: FrozenIssue, limit: int = 100) -> list[int]:
    return [row.delivery for row in hold.claim(issue.id, limit, at=NOON).rows]


def counts(ledger: Ledger, issue: FrozenIssue) -> dict[str, int]:
    books = ledger.books(issue.id)
    books.balance()
    return {state: count for state, count in books.counts.items() if count}


def files_of(ledger: Ledger, hold: SenderHold) -> tuple[Path, Path]:
    assert ledger.database.file
    return journal_paths(ledger.database.file, hold.id)


# --- the journal -----------------------------------------------------------------------------------------


def test_a_journal_is_its_owners_alone_and_gone_when_they_are(
    ledger: Ledger, enrol: Callable[..., FrozenIssue]
) -> None:
    frozen = enrol(ledger.database, 3)
    old = os.umask(0)
    try:
        with ledger.sender() as hold:
            paths = files_of(ledger, hold)
            assert [stat.S_IMODE(path.stat().st_mode) for path in paths] == [0o600, 0o600]
            assert stat.S_IMODE(paths[0].parent.stat().st_mode) == 0o700
            [one, *_] = claim(hold, frozen)
            hold.intend(one)
            assert read_journal(paths).intents == (Hold(one, 1),)
            hold.note(one, GREYLISTED)
            [noted] = read_journal(paths).outcomes
            assert noted == Noted(
                one, 1, Verdict(**{**as_dict(GREYLISTED), "reason": 'grey "listed" ü'}), NOON
            )
            assert read_journal(paths).intents == ()
    finally:
        os.umask(old)
    assert list(paths[0].parent.iterdir()) == []


def as_dict(verdict: Verdict) -> dict[str, Any]:
    return {name: getattr(verdict, name) for name in ("state", "not_before", "code", "reason")}


def outcome_record(delivery: int, fence: int, verdict: Verdict) -> bytes:
    return Telling(fence, verdict, NOON).record([delivery])


def record_of_earlier_versions(delivery: int, fence: int, told: bytes) -> bytes:
    body = struct.pack("<qiI", delivery, fence, len(told)) + told
    return struct.pack("<I", crc32(body)) + body


def test_half_a_record_is_none_wherever_it_was_torn() -> None:
    outcome = outcome_record(7, 2, GREYLISTED)
    whole = intents([7], 2) + intents([8], 1) + outcome
    assert read_records(whole).intents == (Hold(8, 1),)
    for end in range(len(whole)):
        torn = read_records(whole[:end] + b"\0" * 200)
        assert set(torn.intents) <= {Hold(7, 2), Hold(8, 1)}
        assert torn.outcomes == ()
    for place in range(len(outcome)):
        wrong = outcome[:place] + bytes([outcome[place] ^ 1]) + outcome[place + 1 :]
        found = read_records(intents([8], 1) + wrong + intents([9], 1))
        assert found == Remains(outcomes=(), intents=(Hold(8, 1), Hold(9, 1)))


def test_a_record_of_several_says_the_same_of_each_or_nothing() -> None:
    noted, intended = Telling(2, GREYLISTED, NOON).record([7, 9, 2**62]), intents([8, 10], 3)
    whole = intents([7], 2) + noted + intents([11], 1) + intended + outcome_record(8, 3, ACCEPTED)
    found = read_records(whole)
    assert [(one.delivery, one.fence, one.verdict.code) for one in found.outcomes] == [
        (7, 2, "4.7.1"),
        (9, 2, "4.7.1"),
        (2**62, 2, "4.7.1"),
        (8, 3, ""),
    ]
    assert found.intents == (Hold(11, 1), Hold(10, 3))
    for record in (noted, intended):
        for end in range(len(record)):
            torn = record[:end].ljust(len(record), b"\0")
            assert torn == record or read_records(torn) == Remains(outcomes=(), intents=())
            wrong = record[:end] + bytes([record[end] ^ 1]) + record[end + 1 :]
            found = read_records(wrong + intents([11], 1))
            assert found == Remains(outcomes=(), intents=(Hold(11, 1),))


def test_records_of_earlier_versions_are_read() -> None:
    told = b'[1762516800000,"refused",null,"5.1.1","550 nobody"]'
    written = record_of_earlier_versions(7, 2, b"") + record_of_earlier_versions(8, 1, told)
    refused = Verdict(state="refused", code="5.1.1", reason="550 nobody")
    expected = Remains(outcomes=(Noted(8, 1, refused, NOON),), intents=(Hold(7, 2),))
    assert read_records(written) == read_records(written + b"\0" * 200) == expected


@pytest.mark.parametrize("number", [-1, -2, -(2**31), -(2**63)])
def test_a_record_that_counts_wrong_is_none(number: int) -> None:
    body = struct.pack("<qiI", number, 1, 4) + b"\0\0\0\0"
    wrong = struct.pack("<I", crc32(body)) + body
    assert read_records(wrong + intents([8], 1)) == Remains(outcomes=(), intents=(Hold(8, 1),))


def test_what_is_recorded_at_once_is_found_and_a_note_before_the_intents_that_came_with_it(
    ledger: Ledger, enrol: Callable[..., FrozenIssue], monkeypatch: pytest.MonkeyPatch
) -> None:
    frozen = enrol(ledger.database, 4)
    with ledger.sender() as hold:
        [one, two, three, four] = claim(hold, frozen)
        hold.record([], [one, two])
        assert read_journal(files_of(ledger, hold)).intents == (Hold(one, 1), Hold(two, 1))

        def die(*_: object) -> None:
            raise InterruptedError

        with monkeypatch.context() as patched:
            patched.setattr(journal_file, "intents", die)
            with pytest.raises(InterruptedError):
                hold.record([one], [three])
        found = read_journal(files_of(ledger, hold))
        assert ([noted.delivery for noted in found.outcomes], found.intents) == ([one], (Hold(two, 1),))
        hold.record([two], [three, four])
        hold.record([three, four], [])
    assert counts(ledger, frozen) == {"accepted": 4}


def test_nothing_is_recorded_at_once_for_which_there_is_no_room_and_no_outcome_lost(
    ledger: Ledger, enrol: Callable[..., FrozenIssue], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_file, "FILE_BYTES", 1_024)
    frozen = enrol(ledger.database, 200)
    with ledger.sender() as hold:
        first, rest = (numbers := claim(hold, frozen, 200))[:90], numbers[90:]
        hold.record([], first)
        with pytest.raises(StoreError, match="cannot be saved"):
            hold.record([], rest)
        hold.record(first[:80], [])  # there is no room for that either, and it is not lost
        with pytest.raises(StoreError, match="cannot be saved"):
            hold.record(first[80:], rest[:1])
        assert hold.flush(at=NOON) == 90
        hold.give_back(rest, at=NOON)
    assert counts(ledger, frozen) == {"accepted": 90, "pending": 110}


def test_who_stood_still_for_longer_than_the_lease_intends_nothing_but_keeps_outcomes(
    ledger: Ledger, enrol: Callable[..., FrozenIssue]
) -> None:
    frozen = enrol(ledger.database, 3)
    with ledger.sender() as hold:
        [one, two, three] = claim(hold, frozen)
        hold.record([], [one])
        hold._journal.extend(0.0)
        with pytest.raises(LeaseLost, match="stood still"):
            hold.intend(two)
        with pytest.raises(LeaseLost, match="stood still"):
            hold.record([one], [three])
        hold.record([], [])
        assert [noted.delivery for noted in read_journal(files_of(ledger, hold)).outcomes] == [one]
    assert counts(ledger, frozen) == {"accepted": 1, "pending": 2}


def test_a_journal_turns_and_stays_small_and_knows_what_is_under_way(
    ledger: Ledger, enrol: Callable[..., FrozenIssue], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_file, "FILE_BYTES", 4_096)
    monkeypatch.setattr(journal_file, "TURN_BYTES", 1_024)
    frozen = enrol(ledger.database, 600)
    with ledger.sender() as hold:
        [slow, *numbers] = claim(hold, frozen, 600)
        hold.intend(slow)
        for start in range(0, len(numbers), 15):
            some = numbers[start : start + 15]
            hold.record([], some[:10])
            hold.record(some[:10], [])
            for number in some[10:]:
                hold.intend(number)
                hold.note(number, ACCEPTED)
            hold.flush(at=NOON)
        paths = files_of(ledger, hold)
        assert [path.stat().st_size for path in paths] == [4_096, 4_096]
        assert len(read_journal(paths).outcomes) < 40
        assert counts(ledger, frozen) == {"accepted": 599, "in_flight": 1}
        hold.note(slow, ACCEPTED)
    assert counts(ledger, frozen) == {"accepted": 600}


def test_nothing_can_be_intended_while_outcomes_cannot_be_saved(
    ledger: Ledger, enrol: Callable[..., FrozenIssue], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_file, "FILE_BYTES", 1_024)
    frozen = enrol(ledger.database, 100)
    with ledger.sender() as hold:
        numbers = claim(hold, frozen)
        sent = 1_024 // len(intents(numbers[:1], 1))
        for number in numbers[:sent]:
            hold.intend(number)
        with pytest.raises(StoreError, match="cannot be saved") as caught:
            hold.intend(numbers[sent])
        assert "nothing is sent" in (caught.value.hint or "")
        for number in numbers[:sent]:
            hold.note(number, ACCEPTED)  # it does not raise, and is not lost
        with pytest.raises(StoreError):
            hold.intend(numbers[sent])
        hold.give_back([numbers[sent]], at=NOON)
        assert hold.flush(at=NOON) == sent
    assert counts(ledger, frozen) == {"accepted": sent, "pending": 100 - sent}


def test_a_late_flush_lets_a_sender_that_has_ended_intend_nothing(
    ledger: Ledger, enrol: Callable[..., FrozenIssue]
) -> None:
    frozen = enrol(ledger.database, 2)
    with ledger.sender() as hold:
        [first, second] = claim(hold, frozen)
        hold.intend(first)
        hold.note(first, ACCEPTED)
    hold.flush(at=NOON)
    with pytest.raises(LeaseLost, match="has ended"):
        hold.intend(second)
    with pytest.raises(LeaseLost, match="has ended"):
        hold.record([], [second])
    hold.record([second], [])  # it is too late, and nobody's fault
    assert counts(ledger, frozen) == {"accepted": 1, "pending": 1}


def test_a_disk_without_room_for_a_journal_lets_nobody_begin(
    ledger: Ledger, enrol: Callable[..., FrozenIssue]
) -> None:
    enrol(ledger.database, 3)
    program = (
        "import resource, sys; from newsletter.store.database import open_database;"
        "from newsletter.store.ledger import Ledger; from newsletter.errors import StoreError\n"
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "ledger = Ledger(open_database(sys.argv[1]))\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))\n"
        "try:\n with ledger.sender(): pass\nexcept StoreError as error: print(error.message)"
    )
    arguments = [sys.executable, "-c", program, f"sqlite:///{ledger.database.file}"]
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)
    assert "cannot be written" in done.stdout, done.stderr
    assert faults(ledger.database) == ()


def test_a_journal_that_is_missing_puts_all_that_was_claimed_in_doubt(
    ledger: Ledger, enrol: Callable[..., FrozenIssue]
) -> None:
    frozen = enrol(ledger.database, 5)
    kill_while_sending(ledger, claims=4)
    for path in (ledger.database.file or Path()).with_name("newsletter.db-senders").iterdir():
        path.unlink()
    assert ledger.recover(at=NOON).in_doubt == 4
    assert counts(ledger, frozen) == {"in_doubt": 4, "pending": 1}


def test_a_journal_of_an_earlier_version_puts_only_what_was_under_way_in_doubt(
    ledger: Ledger, enrol: Callable[..., FrozenIssue]
) -> None:
    frozen = enrol(ledger.database, 8)
    kill_while_sending(ledger, claims=6)
    [first, second] = sorted((ledger.database.file or Path()).with_name("newsletter.db-senders").iterdir())
    put_off = b'O3 1 1762516800000 ["pending", "2025-11-10T12:00:00+00:00", "4.7.1", "a \\u00fc]"]'
    first.write_bytes(lines(b"I1 1", b'O1 1 1762516800000 ["accepted", null, "", ""]', b"I2 1") + bytes(1000))
    second.write_bytes(lines(b"I3 1", put_off, b"I4 1") + lines(b"I5 1")[:-3] + bytes(1000))
    remains = read_journal([first, second])
    late = datetime(2025, 11, 10, 12, tzinfo=UTC)
    verdict = Verdict(state="pending", not_before=late, code="4.7.1", reason="a ü]")
    assert remains.outcomes == (Noted(1, 1, ACCEPTED, NOON), Noted(3, 1, verdict, NOON))
    assert remains.intents == (Hold(2, 1), Hold(4, 1))
    assert ledger.recover(at=NOON) == Recovered(senders=1, outcomes=2, in_doubt=2, returned=2)
    assert counts(ledger, frozen) == {"accepted": 1, "in_doubt": 2, "pending": 5}


def lines(*bodies: bytes) -> bytes:
    return b"".join(b"%b %08x\n" % (body, crc32(body)) for body in bodies)


def test_a_sender_is_found_alive_by_whatever_way_the_database_is_reached(
    ledger: Ledger, enrol: Callable[..., FrozenIssue], tmp_path: Path
) -> None:
    frozen = enrol(ledger.database, 5)
    assert ledger.database.file
    link = tmp_path / "elsewhere" / "link.db"
    link.parent.mkdir()
    link.symlink_to(ledger.database.file)
    with closing(open_database(f"sqlite:///{link}")) as linked, ledger.sender() as hold:
        claim(hold, frozen)
        assert Ledger(linked).recover(at=NOON) == Recovered()
        assert counts(ledger, frozen) == {"claimed": 5}


def test_a_journal_that_nobody_entered_is_cleared_away(
    ledger: Ledger, enrol: Callable[..., FrozenIssue]
) -> None:
    frozen = enrol(ledger.database, 2)
    assert ledger.database.file
    stray, _ = journal_paths(ledger.database.file, SenderId(77))
    stray.parent.mkdir()
    stray.write_bytes(intents([1], 1))
    ledger.recover(at=NOON)
    assert not stray.exists()
    assert counts(ledger, frozen) == {"pending": 2}


def kill_while_sending(ledger: Ledger, claims: int) -> None:
    program = (
        "import os, signal, sys; from datetime import UTC, datetime\n"
        "from newsletter.store.database import open_database; from newsletter.store.ledger import Ledger\n"
        "with Ledger(open_database(sys.argv[1])).sender() as hold:\n"
        " hold.claim(1, int(sys.argv[2]), at=datetime(2025, 11, 7, 12, tzinfo=UTC))\n"
        " os.kill(os.getpid(), signal.SIGKILL)"
    )
    arguments = [sys.executable, "-c", program, f"sqlite:///{ledger.database.file}", str(claims)]
    done = subprocess.run(arguments, capture_output=True, timeout=PATIENCE_SECONDS, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr


# --- full disks ------------------------------------------------------------------------------------------


class Disk:
    """A disk that gets full when the database has so many pages; 0: never."""

    def __init__(self, file: Path) -> None:
        self.pages = 0
        self.database = open_database(f"sqlite:///{file}")
        self.database.engine.dispose()
        event.listen(self.database.engine, "connect", self._limit)

    def _limit(self, connection: Any, _record: Any) -> None:
        if self.pages:
            connection.execute(f"PRAGMA max_page_count = {self.pages}")

    def fills_up_after(self, more: int) -> None:
        with self.database.reading() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        self.pages = pages + more
        self.database.engine.dispose()

    def has_room(self) -> None:
        self.pages = 0
        self.database.engine.dispose()


def test_whatever_write_the_disk_is_full_at_no_mail_is_lost_or_sent_unrecorded(
    ledger: Ledger, build: Any, tmp_path: Path
) -> None:
    people = 300  # so many that their rows need more room than the pages that are there
    build.people(ledger.database, people)
    ledger.database.close()
    with closing(sqlite3.connect(tmp_path / "newsletter.db")) as connection:
        connection.execute("VACUUM")  # nothing is to be written into pages that are free already
    failures = Counter[str]()
    for more in range(200):
        file = tmp_path / f"{more}.db"
        shutil.copy(tmp_path / "newsletter.db", file)
        disk = Disk(file)
        with closing(disk.database):
            disk.fills_up_after(more)
            sent, is_done = send_what_can_be(disk.database, build)
            disk.has_room()
            again = Ledger(disk.database)
            again.recover(at=NOON)
            assert faults(disk.database) == ()
            frozen = again.find("2025-11-07")
            found = counts(again, frozen) if frozen else {}
        assert found.get("accepted", 0) == len(sent), "who sent it lived on, and wrote it down"
        assert sum(found.values()) == (people if frozen else 0)
        if is_done:
            break
        failures["sending" if sent else "beginning" if frozen else "freezing"] += 1
    assert is_done
    assert len(failures) > 1, failures


def send_what_can_be(database: Database, build: Any) -> tuple[list[int], bool]:
    """Send as far as the disk lets us; say which mails a server accepted."""
    ledger, sent = Ledger(database), list[int]()
    try:
        frozen = ledger.freeze(build.freezing(), {Wish(): build.edition()}, at=NOON)
        with ledger.sender() as hold:
            while numbers := claim(hold, frozen, 40):
                for number in numbers:
                    hold.intend(number)
                    sent.append(number)
                    hold.note(number, Verdict(state="accepted", reason="x" * 200))
                hold.flush(at=NOON)
    except StoreError as error:
        assert "the disk is full" in error.message  # noqa: PT017 - how far it came is wanted as well
        return sent, False
    return sent, True


# --- several processes -----------------------------------------------------------------------------------


def test_four_processes_on_one_file_send_each_mail_once(
    ledger: Ledger, enrol: Callable[..., FrozenIssue]
) -> None:
    frozen = enrol(ledger.database, 200)
    program = (
        "import sys; from datetime import UTC, datetime\n"
        "from newsletter.store.database import open_database\n"
        "from newsletter.store.ledger import Ledger, Verdict\n"
        "at = datetime(2025, 11, 7, 12, tzinfo=UTC); ledger = Ledger(open_database(sys.argv[1]))\n"
        "with ledger.sender() as hold:\n"
        " while rows := hold.claim(1, 10, at=at).rows:\n"
        "  for row in rows:\n"
        "   hold.intend(row.delivery); print(row.delivery)\n"
        "   hold.note(row.delivery, Verdict(state='accepted'))\n"
        "  hold.flush(at=at); ledger.recover(at=at)"
    )
    arguments = [sys.executable, "-c", program, f"sqlite:///{ledger.database.file}"]
    running = [subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    said = [one.communicate(timeout=PATIENCE_SECONDS)[0] for one in running]
    assert [one.returncode for one in running] == [0] * 4
    assert sorted(int(line) for one in said for line in one.split()) == list(range(1, 201))
    assert counts(ledger, frozen) == {"accepted": 200}
    assert faults(ledger.database) == ()


# --- what it costs ---------------------------------------------------------------------------------------


def plan_of(database: Database, statement: str, parameters: tuple[Any, ...] = ()) -> str:
    with database.reading() as connection:
        return " | ".join(
            row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        )


@pytest.mark.parametrize(
    ("rows", "values", "index"),
    [
        (move_statements.FRESH, (1, 5, 2**63 - 1, 500), "ix_deliveries_open"),
        (move_statements.DUE, (1, "2025-11-10 12:00:00", 500), "ix_deliveries_put_off"),
    ],
)
def test_a_claim_walks_only_what_is_pending(
    ledger: Ledger, rows: str, values: tuple[Any, ...], index: str
) -> None:
    plan = plan_of(ledger.database, rows, values)
    assert index in plan
    assert "SCAN" not in plan
    assert "TEMP B-TREE" not in plan


def test_no_move_walks_all_deliveries(ledger: Ledger) -> None:
    said = ["x"] * 6
    moves: list[tuple[str, tuple[Any, ...]]] = [
        (move_statements.SETTLE, (*said, "[]", 1, 1)),
        (move_statements.SETTLE_ALL_BETWEEN, (*said, 2, 3, 1, 1)),
        (move_statements.CLAIM, (1, "[]")),
        (move_statements.CLAIM_ALL_BETWEEN, (1, 2, 3)),
    ]
    for move, chosen in moves:
        assert "SEARCH deliveries USING INTEGER PRIMARY KEY" in plan_of(ledger.database, move, chosen)
    for statement in (move_statements.DOUBT, move_statements.RETURN_REST):
        values = {"at": None, "reason": "", "sender": 1, "all_of_them": False}
        known = {name: values[name] for name in statement.compile().params}
        compiled = statement.bindparams(**known).compile(compile_kwargs={"literal_binds": True})
        assert "ix_deliveries_open" in plan_of(ledger.database, str(compiled))
    assert "ix_deliveries_open" in plan_of(ledger.database, move_statements.HOLDERS)


def test_a_claim_costs_the_same_whatever_lies_behind_it(
    ledger: Ledger, enrol: Callable[..., FrozenIssue]
) -> None:
    frozen = enrol(ledger.database, 4_000)

    def steps(hold: SenderHold) -> int:
        """Count what SQLite does, in its own small steps."""
        count = 0

        def progress() -> int:
            nonlocal count
            count += 1
            return 0

        with ledger.database.engine.connect() as connection:
            raw: Any = connection.connection.driver_connection
        raw.set_progress_handler(progress, 10)
        try:
            for number in claim(hold, frozen, 100):
                hold.intend(number)
                hold.note(number, ACCEPTED)
            hold.flush(at=NOON)
        finally:
            raw.set_progress_handler(None, 10)
        return count

    with ledger.sender() as hold:
        costs = [steps(hold) for _ in range(38)]
    assert costs[0] > 100
    assert costs[-1] < 1.3 * costs[0]
