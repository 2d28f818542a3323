"""The mail server, asked without a mail: a real one, and what it offers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from newsletter.work.doctor.findings import Finding
from newsletter.work.doctor.mail_server import MailServer

Told = Callable[..., list[Finding]]


class Desk:
    """A mail server that answers as it is told."""

    def __init__(self, **answers: str) -> None:
        self.answers = answers
        self.mails = 0

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802 - aiosmtpd's name
        del server, session, options
        envelope.mail_from = address
        return self.answers.get("MAIL", "250 ok")

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        del server, session, options
        envelope.rcpt_tos.append(address)
        return self.answers.get("RCPT", "250 ok")

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        del server, session, envelope
        self.mails += 1
        return "250 ok"


@pytest.fixture
def look(
    clinic: Any, told: Told, start_smtp_server: Callable[..., Controller]
) -> Callable[..., dict[str, list[Finding]]]:
    def make(desk: Desk, more: str = "", **settings: Any) -> dict[str, list[Finding]]:
        server = start_smtp_server(desk, **settings)
        clinic.configure(
            f'[backends.smtp]\nhost = "127.0.0.1"\nport = {server.port}\nsecurity = "none"\n{more}'
        )
        found = told(MailServer(clinic.patient()).checks())
        assert desk.mails == 0
        return {code: [one for one in found if one.code == code] for code in ("S1", "S2", "S3", "S4", "S5")}

    return make


def test_a_server_that_takes_our_mail_is_told_to(look: Callable[..., Any]) -> None:
    found = look(Desk())
    assert [one.severity for one in found["S1"]] == ["ok"]
    assert found["S3"][0].severity == "ok"
    assert "nothing was sent" in found["S3"][0].message


@pytest.mark.parametrize(
    ("answers", "severity", "words"),
    [
        ({"MAIL": "550 5.7.1 not your address"}, "error", "takes no mail from our sender"),
        ({"MAIL": "451 4.7.0 slowly"}, "warning", "put off"),
        ({"RCPT": "550 5.7.1 relaying denied"}, "error", "passes no mail on"),
        ({"RCPT": "550 5.1.1 no such user"}, "warning", "to the sender itself"),
        ({"RCPT": "450 4.7.1 greylisted"}, "info", "put off"),
    ],
)
def test_what_it_says_to_our_sender_is_told(
    look: Callable[..., Any], answers: dict[str, str], severity: str, words: str
) -> None:
    [finding] = look(Desk(**answers))["S3"]
    assert finding.severity == severity
    assert words in finding.message
    assert "digest@papers.example.org" not in finding.message


def test_a_server_for_small_mails_is_an_error(look: Callable[..., Any]) -> None:
    found = look(Desk(), data_size_limit=20)["S2"]
    assert [one.severity for one in found] == ["error", "info"]
    assert "20 octets" in found[0].message


def test_readers_whom_the_server_cannot_name_are_told(
    look: Callable[..., Any], clinic: Any, build: Any
) -> None:
    with clinic.patient().parts.subscribers() as store:
        build.people(store.database, 2)
        with store.database.writing() as connection:
            connection.exec_driver_sql("UPDATE subscribers SET address = 'müller@example.org' WHERE id = 1")
    assert "SMTPUTF8" not in look(Desk())["S2"][0].message
    found = look(Desk(), enable_SMTPUTF8=False)["S2"]
    assert found[0].severity == "warning"
    assert found[0].message.endswith("does not offer: 1")


def test_nobody_there_is_an_error_with_a_way_out(clinic: Any, told: Told) -> None:
    clinic.configure('[backends.smtp]\nhost = "127.0.0.1"\nport = 1\nsecurity = "none"\n')
    found = told(MailServer(clinic.patient()).cheap_checks())
    assert [(one.code, one.severity) for one in found] == [("S1", "error")]
    assert "[backends.smtp]" in found[0].fix


def test_a_way_that_reaches_nobody_is_not_asked(clinic: Any, told: Told) -> None:
    found = told(MailServer(clinic.patient(way="console")).cheap_checks())
    assert [(one.code, one.severity) for one in found] == [("S1", "info")]


def test_a_service_is_recognised_by_its_host(clinic: Any, told: Told) -> None:
    login = 'username = "u"\npassword_command = "echo secret"\n'
    clinic.configure(f'[backends.smtp]\nhost = "email-smtp.eu-west-1.amazonaws.com"\n{login}')
    *_, service, _ = MailServer(clinic.patient()).checks()
    found = told([service])
    assert 'preset = "ses"' in found[0].fix
    clinic.configure(f'[backends.smtp]\npreset = "gmail"\n{login}')
    *_, service, _ = MailServer(clinic.patient()).checks()
    [finding] = told([service])
    assert (finding.severity, finding.message) == ("ok", "held to 500 per day")


def test_a_quota_says_until_when_it_lasts(look: Callable[..., Any], clinic: Any, build: Any) -> None:
    with clinic.patient().parts.subscribers() as store:
        build.people(store.database, 100)
    [slow] = look(Desk(), "[sending.limits]\nper_hour = 2\n")["S5"]
    assert slow.severity == "warning"
    assert "an issue for 100 takes 2 days at least" in slow.message
    assert "finish_within_hours" in slow.fix
    [quick] = look(Desk(), "[sending.limits]\nper_hour = 200\n")["S5"]
    assert quick.severity == "ok"
