"""`newsletter send`: one message per address, each outcome told."""

from __future__ import annotations

import email
import email.policy
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from newsletter.cli import cli


@pytest.fixture(autouse=True)
def built_issue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed_page: Path) -> Path:
    """The seed issue, built without any configuration."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NEWSLETTER_CONFIG", raising=False)
    assert run("build", str(seed_page)).exit_code == 0
    return tmp_path / "issues" / "2025-11-07"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments))


def test_dry_run_says_what_would_be_sent_and_sends_nothing(tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    result = run("send", "2025-11-07", "--to", "me@example.org", "--to", "you@example.org", "--dry-run")
    assert result.exit_code == 0, result.output
    assert "would send 2 messages" in result.stdout
    assert "me@example.org" in result.stdout
    assert sorted(tmp_path.rglob("*")) == before


def test_smtp_without_a_sender_is_refused_with_the_two_lines_to_add() -> None:
    result = run("send", "2025-11-07", "--to", "me@example.org", "--backend", "smtp")
    assert result.exit_code == 2
    assert "sender = " in result.stderr
    assert "base_url = " in result.stderr


def test_the_eml_backend_works_without_any_configuration(tmp_path: Path) -> None:
    result = run("send", "issues/2025-11-07", "--to", "Me <me@example.org>", "--backend", "eml")
    assert result.exit_code == 0, result.output
    [path] = [p for p in tmp_path.rglob("*.eml") if p.name != "issue.eml"]
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert "me@example.org" in message["To"]
    assert "Daily Papers" in message["Subject"]


def test_an_address_given_twice_gets_one_message() -> None:
    result = run("send", "2025-11-07", "--to", "me@example.org", "--to", "me@example.org", "--dry-run")
    assert "would send 1 message " in result.stdout


def test_outcomes_as_json_are_data() -> None:
    result = run("send", "2025-11-07", "--to", "me@example.org", "--backend", "maildir", "--json")
    [outcome] = json.loads(result.stdout)
    assert outcome["to"] == "me@example.org"
    assert outcome["outcome"] == "accepted"


@pytest.mark.parametrize("address", ["nobody", "a@b@c", "me@example.org\nBcc: x@example.org", ""])
def test_a_wrong_address_is_wrong_usage(address: str) -> None:
    result = run("send", "2025-11-07", "--to", address, "--backend", "eml")
    assert result.exit_code == 2
    assert "Traceback" not in result.output


def test_an_unknown_backend_names_the_known_ones() -> None:
    result = run("send", "2025-11-07", "--to", "me@example.org", "--backend", "pigeon")
    assert result.exit_code == 2
    assert "console, eml, maildir, smtp" in result.stderr


def test_an_unknown_issue_is_told() -> None:
    result = run("send", "2025-11-08", "--to", "me@example.org", "--backend", "eml")
    assert result.exit_code == 5


def test_an_issue_changed_by_hand_is_not_sent(built_issue: Path) -> None:
    (built_issue / "issue.html").write_text("mine", "utf-8")
    result = run("send", "2025-11-07", "--to", "me@example.org", "--backend", "eml")
    assert result.exit_code == 5
    assert "was changed after it was built" in result.stderr


def test_nobody_at_the_server_is_the_mail_systems_exit_code(tmp_path: Path) -> None:
    (tmp_path / "newsletter.toml").write_text(
        '[newsletter]\nsender = "D <d@example.org>"\nbase_url = "https://example.org"\n'
        '[backends.smtp]\nhost = "127.0.0.1"\nport = 1\nsecurity = "none"\n',
        "utf-8",
    )
    result = run("send", "2025-11-07", "--to", "me@example.org")
    assert result.exit_code == 6
    assert "1 of 1 not tried" in result.stderr
