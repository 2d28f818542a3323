"""The longest mail, looked at to the last byte."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from newsletter.mailing.dkim import Signer
from newsletter.mailing.dkim_verifying import check_signatures
from newsletter.rendering import render
from newsletter.store.database import Database
from newsletter.store.issue_folder import write_issue
from newsletter.work.build import export
from newsletter.work.doctor.findings import Finding
from newsletter.work.doctor.message import Message
from newsletter.work.doctor.patient import Patient
from newsletter.work.doctor.theme import DrawnTheme
from newsletter.work.theme_export import export_theme

Told = Callable[..., list[Finding]]
ALL = {"M1", "M2", "M3", "M5", "M6", "M7", "M8", "M9", "M10", "M11", "M12", "M13"}


@pytest.fixture
def built(clinic: Any, issue: Any) -> Callable[[], Patient]:
    """A newsletter with an issue, drawn as `build` draws it."""

    def make(**settings: Any) -> Patient:
        patient: Patient = clinic.patient(**settings)
        made = issue()
        parts = patient.parts
        edition = render(made, theme=parts.theme(), budget=parts.style().budget)
        write_issue(Path("issues") / made.slug, export(made, edition, parts.letterhead()), overwrite=True)
        return patient

    return make


def severities(findings: list[Finding]) -> dict[str, str]:
    return {finding.code: finding.severity for finding in reversed(findings)}


def test_a_mail_without_a_fault_passes_every_check(
    clinic: Any, built: Callable[[], Patient], told: Told, dkim_keys: Any
) -> None:
    clinic.keys = dkim_keys()
    clinic.configure(newsletter='postal_address = "1 Example Street"')
    found = told(Message(built()).checks())
    assert {finding.code for finding in found if finding.severity == "ok"} == ALL | {"M4"}
    assert not [finding for finding in found if finding.severity in ("error", "warning")], found


def test_the_mail_is_the_longest_there_may_be(clinic: Any, built: Callable[[], Patient], build: Any) -> None:
    patient = built()
    longest = f"{'r' * 60}@{'x' * 60}.example.org"
    with clinic.patient().parts.subscribers() as store:
        build.people(store.database, 3)
        _add(store.database, longest)
    sample = patient.sample()
    assert sample
    assert sample.mail.recipient == longest
    assert longest.encode() in sample.mail.message.replace(b"\r\n ", b"")
    assert patient.sample() is sample


def _add(database: Database, address: str) -> None:
    with database.writing() as connection:
        connection.execute(
            text("UPDATE subscribers SET address = :address, address_key = :address WHERE id = 1"),
            {"address": address},
        )


def test_every_byte_of_the_html_is_told_by_section(
    built: Callable[[], Patient], told: Told, issue: Any
) -> None:
    patient = built()
    [table] = [one for one in told(Message(patient).checks()) if one.code == "M7" and one.severity == "info"]
    rows = [line.split(maxsplit=1) for line in table.message.splitlines()[1:]]
    sizes = {title: int(size.replace(",", "")) for size, title in rows}
    sample = patient.sample()
    assert sample
    assert sum(sizes.values()) == len(sample.html.encode())
    assert set(sizes) >= {"head, masthead and foot", *(section.title for section in issue().sections)}
    assert list(sizes.values()) == sorted(sizes.values(), reverse=True)


def test_a_database_of_another_version_is_no_fault_of_the_message_or_the_theme(
    clinic: Any, built: Callable[[], Patient], told: Told
) -> None:
    patient = built()
    with clinic.patient().parts.subscribers() as store, store.database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0002'"))
    found = told([*Message(patient).checks(), *DrawnTheme(patient).checks()])
    assert not [finding for finding in found if finding.severity == "error"]


def test_its_links_open_nothing(clinic: Any, built: Callable[[], Patient]) -> None:
    patient = built()
    sample = patient.sample()
    assert sample
    token = sample.html.partition("/unsubscribe/")[2].partition('"')[0]
    with clinic.patient().parts.ledger() as ledger:
        tokens = clinic.patient().parts.link_tokens(ledger.database)
    assert tokens.read("unsubscribe", token) is None


def test_a_plain_base_url_takes_the_button_away(
    clinic: Any, built: Callable[[], Patient], told: Told
) -> None:
    clinic.configure(
        head='[newsletter]\nsender = "d@papers.example.org"\nbase_url = "http://news.example.net"\n'
    )
    found = severities(told(Message(built()).checks()))
    assert found["M2"] == "warning"
    assert found["M9"] == "warning"


def test_what_is_over_the_budget_is_told(clinic: Any, built: Callable[[], Patient], told: Told) -> None:
    patient = built()
    clinic.configure("[issue]\nsize_budget = 30000\n")
    [stored] = Path("issues").glob("*")
    big = clinic.patient(issue=stored.name)
    found = {finding.code for finding in told(Message(big).checks()) if finding.severity == "error"}
    size = len(patient.sample().html) if patient.sample() else 0  # type: ignore[union-attr]
    assert ("M7" in found) is (size > 30_000)


def test_without_an_issue_that_is_said_and_no_more(clinic: Any, told: Told) -> None:
    found = told(Message(clinic.patient()).checks())
    assert severities(found) == {"M13": "info", "M9": "warning"}


def test_a_named_issue_that_is_not_there_is_an_error(clinic: Any, told: Told) -> None:
    found = told(Message(clinic.patient(issue="2020-01-01")).checks())
    assert severities(found)["M13"] == "error"
    assert "2020-01-01" in found[0].message


@pytest.mark.parametrize("with_issue", [True, False])
def test_a_theme_is_drawn_with_or_without_an_issue(
    clinic: Any, built: Callable[[], Patient], told: Told, with_issue: bool
) -> None:
    [finding] = told(DrawnTheme(built() if with_issue else clinic.patient()).checks())
    assert finding.severity == "ok"
    assert ("made-up" in finding.message) is not with_issue


def test_a_theme_that_cannot_be_drawn_is_an_error(clinic: Any, told: Told) -> None:
    export_theme(clinic.folder / "mine")
    page = next((clinic.folder / "mine").rglob("digest.mjml.j2"))
    page.write_text("{{ nothing.of.it }}", "utf-8")
    clinic.configure('[theme]\nfolder = "mine"\n')
    [finding] = told(DrawnTheme(clinic.patient()).checks())
    assert finding.severity == "error"
    assert "bug" not in finding.message


def test_signatures_are_checked_as_dkimpy_does(
    built: Callable[[], Patient], clinic: Any, dkim_keys: Any, dkim_verdicts: Any
) -> None:
    clinic.keys = dkim_keys()
    clinic.configure()
    sample = built().sample()
    assert sample
    keys = {key.selector: key.private.public_key() for key in clinic.keys}
    made = check_signatures(sample.mail.message, keys)
    assert [one.fault for one in made] == [None, None]
    assert dkim_verdicts(sample.mail.message, clinic.keys, "papers.example.org") == [True, True]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b"\r\nSubject: ", b"\r\nSubject: x", "header"),
        (b"Daily", b"Dai1y", "body"),
        (b"\r\nFrom: ", b"\r\nFrom: <e@example.org>\r\nFrom: ", "header"),
    ],
)
def test_a_change_on_the_way_breaks_a_signature(
    built: Callable[[], Patient], clinic: Any, dkim_keys: Any, old: bytes, new: bytes, words: str
) -> None:
    clinic.keys = dkim_keys("ed25519")
    clinic.configure()
    sample = built().sample()
    assert sample
    head, _, body = sample.mail.message.partition(b"\r\n\r\n")
    at_body = words == "body"
    changed = (
        head + b"\r\n\r\n" + body.replace(old, new, 1)
        if at_body
        else sample.mail.message.replace(old, new, 1)
    )
    assert changed != sample.mail.message
    [one] = check_signatures(changed, {key.selector: key.private.public_key() for key in clinic.keys})
    assert one.fault
    assert words in one.fault


def test_a_signature_that_leaves_out_the_fields_of_leaving_is_an_error(
    built: Callable[[], Patient], told: Told, clinic: Any, dkim_keys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic.keys = dkim_keys("ed25519")
    clinic.configure()
    patient = built()
    careless = Signer("papers.example.org", clinic.keys, unsigned=("List-Unsubscribe",))
    monkeypatch.setattr(patient.parts, "signer", lambda: careless)
    [finding] = [one for one in told(Message(patient).checks()) if one.code == "M4"]
    assert finding.severity == "error"
    assert "list-unsubscribe" in finding.message


def test_date_and_message_id_may_be_left_to_the_relay(
    built: Callable[[], Patient], told: Told, clinic: Any, dkim_keys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic.keys = dkim_keys("ed25519")
    clinic.configure()
    patient = built()
    signer = Signer("papers.example.org", clinic.keys, unsigned=("Date", "Message-ID"))
    monkeypatch.setattr(patient.parts, "signer", lambda: signer)
    [finding] = [one for one in told(Message(patient).checks()) if one.code == "M4"]
    assert finding.severity == "info"
    assert "date and message-id" in finding.message


def test_the_newest_issue_is_that_of_the_latest_day_not_name(
    built: Callable[[], Patient],
) -> None:
    patient = built()
    earlier = Path("issues") / "2025-W01"
    earlier.mkdir()
    (earlier / "issue.json").write_text("{}", "utf-8")
    found = patient.issue()
    assert found
    assert found[0].slug == "2025-11-07"


def test_a_mail_that_may_smuggle_another_is_an_error(built: Callable[[], Patient], told: Told) -> None:
    patient = built()
    sample = patient.sample()
    assert sample
    broken = sample.mail.message + b"smuggled\n.\nMAIL\r\n"
    patient.__dict__["_sample"] = replace(sample, mail=replace(sample.mail, pieces=(broken,)))
    assert severities(told(Message(patient).checks()))["M5"] == "error"
