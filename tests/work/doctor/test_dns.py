"""What DNS says about the newsletter's domain, asked of a real name server."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from newsletter.work.doctor.dns_keys import Keys
from newsletter.work.doctor.dns_policy import Policies
from newsletter.work.doctor.dns_senders import Senders
from newsletter.work.doctor.findings import Finding
from newsletter.work.doctor.publishing import publications

Told = Callable[..., list[Finding]]
HOME = "papers.example.org"
RELAY = '[backends.smtp]\npreset = "postmark"\nusername = "u"\npassword_command = "echo secret"\n'
RIGHT: dict[Any, Any] = {
    (HOME, "TXT"): ["v=spf1 include:spf.mtasv.net ~all"],
    (HOME, "MX"): ["10 mx.papers.example.org"],
    ("spf.mtasv.net", "TXT"): ["v=spf1 ip4:198.51.100.0/24 ~all"],
    (f"_dmarc.{HOME}", "TXT"): ["v=DMARC1; p=quarantine; rua=mailto:d@papers.example.org"],
}


def spf(text: str | list[str], **more: Any) -> dict[Any, Any]:
    return {**RIGHT, (HOME, "TXT"): [text] if isinstance(text, str) else text, **more}


def by_code(findings: Sequence[Finding], code: str) -> list[Finding]:
    return [finding for finding in findings if finding.code == code]


def worst(findings: Sequence[Finding], code: str) -> str:
    order = ("error", "warning", "info", "ok")
    return min((finding.severity for finding in by_code(findings, code)), key=order.index)


@pytest.fixture
def look(clinic: Any, told: Told) -> Callable[..., list[Finding]]:
    def make(zone: Any, config: str = RELAY, **settings: Any) -> list[Finding]:
        clinic.configure(config, newsletter=settings.pop("newsletter", ""))
        patient = clinic.patient(clinic.names(zone), **settings)
        checks = [*Senders(patient).checks(), *Keys(patient).checks(), *Policies(patient).checks()]
        return told(checks)

    return make


def test_what_is_right_is_told_to_be(look: Callable[..., list[Finding]], clinic: Any, dkim_keys: Any) -> None:
    clinic.keys = dkim_keys()
    found = look({**RIGHT, **clinic.key_records()})
    assert {finding.severity for finding in found} <= {"ok", "info"}
    assert {finding.code for finding in found if finding.severity == "ok"} == {"D1", "D2", "D3", "D4", "D5"}
    assert len(by_code(found, "D2")) == 2


@pytest.mark.parametrize(
    ("zone", "severity", "words"),
    [
        ({(HOME, "MX"): ["10 mx.example"]}, "error", "no SPF record"),
        (spf(["v=spf1 mx ~all", "v=spf1 -all"]), "error", "2 SPF records"),
        (
            spf("v=spf1 " + " ".join(f"exists:e{n}.example" for n in range(11)) + " ~all"),
            "error",
            "11 look-ups",
        ),
        (spf("v=spf1 include:papers.example.org ~all"), "error", "leads back"),
        (spf("v=spf1 include:spf.mtasv.net +all"), "error", "everybody"),
        (spf("v=spf1 include:spf.mtasv.net"), "warning", "nothing about who is not named"),
        (spf("v=spf1 include:spf.mtasv.net ptr ~all"), "warning", "ptr"),
        (
            spf("v=spf1 a:x.example a:y.example a:z.example include:spf.mtasv.net ~all"),
            "warning",
            "lead nowhere",
        ),
        (spf("v=spf1 mx ~all"), "warning", "does not name the servers"),
        (spf("v=spf1 ip5:x include:spf.mtasv.net ~all"), "error", "no mechanism"),
        ({**RIGHT, (HOME, "TXT"): "SERVFAIL"}, "warning", "not all could be asked"),
        ({**RIGHT, ("spf.mtasv.net", "TXT"): "SILENT"}, "warning", "not all could be asked"),
        (spf("v=spf1 \x1b]0;evil\x07 include:spf.mtasv.net ~all"), "error", "no mechanism"),
    ],
)
def test_each_fault_of_an_spf_record_is_told(
    look: Callable[..., list[Finding]], zone: Any, severity: str, words: str
) -> None:
    found = by_code(look(zone), "D1")
    assert any(words in finding.message and finding.severity == severity for finding in found), found
    assert worst(found, "D1") == severity
    assert all(finding.message.isprintable() and finding.why and finding.source for finding in found)


def test_a_record_too_long_for_udp_is_read_by_tcp(look: Callable[..., list[Finding]]) -> None:
    many = " ".join(f"ip4:198.51.100.{number}" for number in range(60))
    assert worst(look(spf(f"v=spf1 {many} include:spf.mtasv.net ~all")), "D1") == "ok"


def test_spf_is_asked_of_the_domain_that_mail_returns_to(look: Callable[..., list[Finding]]) -> None:
    bounces = 'bounce_address = "b@bounces.example.net"'
    zone = {**RIGHT, ("bounces.example.net", "TXT"): ["v=spf1 include:spf.mtasv.net -all"]}
    found = look(zone, newsletter=bounces)
    assert by_code(found, "D1")[0].severity == "ok"
    assert "bounces.example.net" in by_code(found, "D1")[0].message
    assert worst(found, "D5") == "error"
    assert worst(found, "D4") == "error"


@pytest.mark.parametrize(
    ("change", "severity", "words"),
    [
        (lambda _: None, "error", "has no key"),
        (lambda value: [value, "v=DKIM1; p="], "error", "2 TXT records"),
        (lambda value: [value.replace("p=", "p=AAAA")], "error", "cannot be read"),
        (lambda _: ["v=DKIM1; k=rsa; p="], "error", "taken back"),
        (lambda value: [value.replace("k=rsa", "k=rsa; t=y")], "warning", "test"),
        (lambda _: "SERVFAIL", "warning", "could not be asked"),
        (lambda _: ["\x1b[31m" * 40], "error", "no key"),
    ],
)
def test_each_fault_of_a_key_record_is_told(
    look: Callable[..., list[Finding]],
    clinic: Any,
    dkim_keys: Any,
    change: Callable[[str], Any],
    severity: str,
    words: str,
) -> None:
    clinic.keys = dkim_keys("rsa")
    [(place, [value])] = clinic.key_records().items()
    changed = change(value)
    found = by_code(look({**RIGHT, **({} if changed is None else {place: changed})}), "D2")
    assert worst(found, "D2") == severity
    assert any(words in finding.message for finding in found), found


def test_the_key_of_somebody_else_is_told(
    look: Callable[..., list[Finding]], clinic: Any, dkim_keys: Any
) -> None:
    rsa, ed25519 = dkim_keys()
    clinic.keys = [rsa]
    [place] = clinic.key_records()
    clinic.keys = [ed25519]
    [[other]] = clinic.key_records().values()
    clinic.keys = [rsa]
    [finding] = by_code(look({**RIGHT, place: [other]}), "D2")
    assert finding.severity == "error"
    assert "another key" in finding.message


@pytest.mark.parametrize(
    ("records", "severity", "words"),
    [
        (None, "error", "no DMARC record"),
        (["v=DMARC1; p=none", "v=DMARC1; p=reject"], "error", "more than one"),
        (["v=DMARC1; p=none; pct=100; rua=mailto:a@x.example"], "warning", "pct"),
        (["v=DMARC1; p=strict"], "warning", "no policy"),
        (["v=DMARC1; p=none"], "info", "no reports"),
        (["v=DMARC1; p=none; psd=y; rua=mailto:a@x.example"], "warning", "public suffix"),
        ("SERVFAIL", "warning", "not all could be asked"),
    ],
)
def test_each_fault_of_a_dmarc_record_is_told(
    look: Callable[..., list[Finding]], records: Any, severity: str, words: str
) -> None:
    zone = {key: value for key, value in RIGHT.items() if not key[0].startswith("_dmarc")}
    found = by_code(look(zone if records is None else {**zone, (f"_dmarc.{HOME}", "TXT"): records}), "D3")
    assert worst(found, "D3") == severity
    assert any(words in finding.message for finding in found), found


def test_the_record_of_the_organisation_counts_for_its_subdomain(look: Callable[..., list[Finding]]) -> None:
    zone = {key: value for key, value in RIGHT.items() if not key[0].startswith("_dmarc")}
    zone["_dmarc.example.org", "TXT"] = ["v=DMARC1; p=reject; sp=quarantine; rua=mailto:a@example.org"]
    [finding] = by_code(look(zone), "D3")
    assert "treated as quarantine, by the record of example.org" in finding.message


@pytest.mark.parametrize(
    ("domain", "policy", "severity"),
    [
        ("papers.example.org", "v=DMARC1; p=none", "ok"),
        ("mail.papers.example.org", "v=DMARC1; p=none", "ok"),
        ("mail.papers.example.org", "v=DMARC1; p=none; adkim=s", "warning"),
        ("relay.example.net", "v=DMARC1; p=none", "warning"),
    ],
)
def test_a_signature_counts_by_its_organisation(
    look: Callable[..., list[Finding]], clinic: Any, dkim_keys: Any, domain: str, policy: str, severity: str
) -> None:
    clinic.keys = dkim_keys("ed25519")
    clinic.configure()
    keys = (clinic.folder / "newsletter.toml").read_text("utf-8").partition("[[dkim.keys]]")[2]
    config = f'{RELAY}[dkim]\ndomain = "{domain}"\n[[dkim.keys]]{keys}'
    clinic.keys = ()
    [finding] = by_code(look({**RIGHT, (f"_dmarc.{HOME}", "TXT"): [policy]}, config), "D4")
    assert finding.severity == severity, finding


@pytest.mark.parametrize(
    ("records", "severity", "words"),
    [
        ({(HOME, "MX"): ["0 ."]}, "error", "null MX"),
        ({(HOME, "MX"): [], (HOME, "A"): ["192.0.2.1"]}, "warning", "no MX"),
        ({(HOME, "MX"): []}, "error", "it has no MX"),
        ({(HOME, "MX"): "SERVFAIL"}, "warning", "could not be asked"),
    ],
)
def test_a_domain_that_takes_no_mail_is_told(
    look: Callable[..., list[Finding]], records: Any, severity: str, words: str
) -> None:
    [finding] = by_code(look({**RIGHT, **records}), "D5")
    assert finding.severity == severity
    assert words in finding.message


DIRECT = '[backends.smtp]\npreset = "postfix"\n'
REVERSE = "9.100.51.198.in-addr.arpa"


@pytest.mark.parametrize(
    ("records", "severity"),
    [
        ({(REVERSE, "PTR"): ["mail.example.org"], ("mail.example.org", "A"): ["198.51.100.9"]}, "ok"),
        ({(REVERSE, "PTR"): ["mail.example.org"], ("mail.example.org", "A"): ["198.51.100.8"]}, "error"),
        ({}, "error"),
        ({(REVERSE, "PTR"): "SERVFAIL"}, "warning"),
    ],
)
def test_who_sends_directly_needs_a_name_that_leads_back(
    look: Callable[..., list[Finding]], records: Any, severity: str
) -> None:
    zone = {**RIGHT, (HOME, "TXT"): ["v=spf1 ip4:198.51.100.9 ~all"], **records}
    found = look(zone, DIRECT, own_addresses=lambda: ("198.51.100.9",))
    assert worst(found, "D6") == severity
    assert worst(found, "D1") == "ok"


def test_a_machine_that_spf_does_not_name_is_told(look: Callable[..., list[Finding]]) -> None:
    found = look(spf("v=spf1 mx ~all"), DIRECT, own_addresses=lambda: ("198.51.100.9",))
    assert any("does not let 198.51.100.9" in finding.message for finding in by_code(found, "D1"))


def test_a_dead_name_server_ends_in_seconds_and_blames_nobody(clinic: Any, told: Told) -> None:
    clinic.configure(RELAY)
    silent = dict.fromkeys(RIGHT, "SILENT")
    patient = clinic.patient(clinic.names(silent))
    started = time.monotonic()
    found = told([*Senders(patient).checks(), *Keys(patient).checks(), *Policies(patient).checks()])
    assert time.monotonic() - started < 5
    assert "error" not in {finding.severity for finding in found}


def test_what_is_missing_can_be_pasted_into_a_zone(clinic: Any, dkim_keys: Any) -> None:
    clinic.keys = dkim_keys()
    clinic.configure(RELAY)
    zone = {(HOME, "TXT"): ["v=spf1 mx -all"], (HOME, "MX"): ["10 mx.papers.example.org"]}
    records = publications(clinic.patient(clinic.names(zone)))
    assert [(record.code, record.name) for record in records] == [
        ("D1", HOME),
        ("D2", f"news-rsa._domainkey.{HOME}"),
        ("D2", f"news-ed25519._domainkey.{HOME}"),
        ("D3", f"_dmarc.{HOME}"),
    ]
    assert records[0].value == "v=spf1 mx include:spf.mtasv.net -all"
    strings = [line.strip() for line in records[1].zone.splitlines() if line.startswith("  ")]
    assert len(strings) == 2
    assert all(len(string) <= 257 for string in strings)
    assert "".join(string.strip('"') for string in strings) == records[1].value


def test_published_as_printed_everything_is_right(clinic: Any, dkim_keys: Any) -> None:
    clinic.keys = dkim_keys()
    bounces = 'bounce_address = "b@bounces.papers.example.org"'
    clinic.configure(RELAY, newsletter=bounces)
    zone: dict[Any, Any] = {
        (HOME, "MX"): ["10 mx.papers.example.org"],
        ("spf.mtasv.net", "TXT"): ["v=spf1 ~all"],
    }
    for record in publications(clinic.patient(clinic.names(zone))):
        zone[record.name, record.type] = [record.value.rstrip(".")]
    assert publications(clinic.patient(clinic.names(zone))) == ()


def test_nothing_is_published_on_a_guess(clinic: Any) -> None:
    clinic.configure(RELAY)
    failing = dict.fromkeys(RIGHT, "SERVFAIL")
    assert publications(clinic.patient(clinic.names(failing))) == ()
