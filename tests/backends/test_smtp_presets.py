"""What is filled in for well-known services, and who has the last word."""

from __future__ import annotations

from typing import get_args

import pytest
from pydantic import ValidationError

from newsletter.backends.smtp import SmtpBackend
from newsletter.backends.smtp_presets import PRESETS, PresetName
from newsletter.model import Limits
from newsletter.ports import RateLimited

LOGIN = {"username": "digest@example.org", "password": "secret"}


def backend(**table: object) -> SmtpBackend:
    return SmtpBackend(SmtpBackend.Options.model_validate(table))


@pytest.mark.parametrize("name", get_args(PresetName))
def test_each_preset_gives_a_whole_table(name: str) -> None:
    login = {} if name == "postfix" else LOGIN
    region = {"region": "eu-west-1"} if "{region}" in PRESETS[name].host else {}
    options = SmtpBackend.Options.model_validate({"preset": name, **region, **login})
    assert options.host
    assert options.security != "none" or options.host == "localhost"
    assert options.resolved_port in {25, 465, 587}
    assert "{" not in options.host


def test_the_table_of_presets_knows_every_name() -> None:
    assert set(PRESETS) == set(get_args(PresetName))


def test_what_is_written_outranks_the_preset() -> None:
    options = SmtpBackend.Options.model_validate(
        {
            "preset": "gmail",
            "host": "smtp.example.org",
            "per_day": 0,
            "per_hour": 50,
            "connections": 1,
            **LOGIN,
        }
    )
    assert options.host == "smtp.example.org"
    assert options.limits == Limits(per_hour=50)
    assert options.connections == 1


def test_another_security_has_its_own_usual_port() -> None:
    options = SmtpBackend.Options.model_validate(
        {"preset": "resend", "security": "starttls", "password": "x"}
    )
    assert options.resolved_port == 587


def test_services_that_have_one_user_name_for_all_need_only_the_password() -> None:
    assert SmtpBackend.Options.model_validate({"preset": "sendgrid", "password": "x"}).username == "apikey"
    assert SmtpBackend.Options.model_validate({"preset": "resend", "password": "x"}).username == "resend"


def test_ses_needs_a_region_or_a_host() -> None:
    with pytest.raises(ValidationError, match="region is missing"):
        backend(preset="ses", **LOGIN)
    assert SmtpBackend.Options.model_validate({"preset": "ses", "region": "eu-north-1", **LOGIN}).host == (
        "email-smtp.eu-north-1.amazonaws.com"
    )
    assert backend(preset="ses", host="vpce.example.org", **LOGIN).limits == Limits(
        per_second=14, per_day=50_000
    )


def test_mailgun_has_another_host_in_europe() -> None:
    options = SmtpBackend.Options.model_validate({"preset": "mailgun", "region": "eu", **LOGIN})
    assert options.host == "smtp.eu.mailgun.org"
    assert (
        backend(preset="mailgun", region="us", **LOGIN).account == backend(preset="mailgun", **LOGIN).account
    )


def test_a_misspelt_region_does_not_lead_to_another_continent() -> None:
    with pytest.raises(ValidationError, match='expected "us" or "eu"'):
        backend(preset="mailgun", region="europe", **LOGIN)


@pytest.mark.parametrize(
    "wrong",
    [
        {"preset": "hotmail"},
        {"preset": ["gmail"]},
        {"region": "../x"},
        {"idempotency_header": "X" * 62},  # no message could be written with it
        {"idempotency_header": "X-Key:"},
    ],
)
def test_what_does_not_exist_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        backend(**wrong)


def test_a_backend_tells_what_whoever_paces_must_know() -> None:
    resend = backend(preset="resend", password="x")
    assert isinstance(resend, RateLimited)
    assert resend.limits == Limits(per_second=2)
    assert resend.connections == 2
    assert resend.idempotency_header == "Resend-Idempotency-Key"
    assert backend().limits is None
    assert backend().idempotency_header is None


def test_an_account_is_the_same_everywhere_and_holds_no_secret() -> None:
    token = "token-that-is-also-the-password"
    one = backend(preset="postmark", username=token, password=token)
    assert one.account == backend(preset="postmark", username=token, password="other", port=2525).account
    assert one.account != backend(preset="postmark", username="another", password=token).account
    assert token not in one.account
