"""`newsletter links`, and leaving by the token of a link."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from newsletter.app import App
from newsletter.cli import cli

Run = Callable[..., Result]
TokenOf = Callable[[str], str]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(cli, arguments)


@pytest.fixture
def reader(run: Run) -> str:
    """Somebody who reads, and the token of their link."""
    run("subscribers", "add", "me@example.org", "--consent-source", "form")
    app = App.open(None)
    with app.subscribers() as store:
        [person] = store.everybody()
        return app.link_tokens(store.database).make("unsubscribe", person.id)


def status(run: Run) -> str:
    return str(json.loads(run("subscribers", "show", "me@example.org", "--json").stdout)["status"])


def test_nothing_is_made_by_looking(run: Run, tmp_path: Path) -> None:
    assert "no key yet" in run("links", "show").stdout
    assert list(tmp_path.iterdir()) == []


def test_a_request_by_mail_is_honoured_by_its_token(run: Run, reader: str) -> None:
    assert "m…@example.org is unsubscribed" in run("subscribers", "unsubscribe", reader).stdout
    assert status(run) == "unsubscribed"
    assert "already" in run("subscribers", "unsubscribe", reader.upper()).stdout


def test_an_old_link_works_after_the_key_was_changed(run: Run, reader: str) -> None:
    assert "1 older key work" in run("links", "rotate").stdout
    assert json.loads(run("links", "show", "--json").stdout) == {"from_outside": 0, "in_database": 2}
    assert run("subscribers", "unsubscribe", reader).exit_code == 0


def test_a_token_of_somebody_else_lets_nobody_go(run: Run, reader: str) -> None:
    for token in (reader[:-1], reader[:-1] + ("a" if reader[-1] != "a" else "b"), "PLACEHOLDER", "7"):
        refused = run("subscribers", "unsubscribe", token)
        assert refused.exit_code == 2
        assert "no token of a link of ours" in refused.stderr
    assert status(run) == "active"


def test_the_token_of_an_erased_person_finds_nobody(run: Run, reader: str) -> None:
    run("subscribers", "erase", "me@example.org", "--yes")
    refused = run("subscribers", "unsubscribe", reader)
    assert refused.exit_code == 2
    assert "here no more" in refused.stderr


def test_a_key_from_outside_is_changed_outside(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSLETTER_LINKS_KEY", "k" * 32)
    refused = run("links", "rotate")
    assert refused.exit_code == 2
    assert "old_keys" in refused.stderr
    assert "[links]" in run("links", "show").stdout


def test_a_key_never_shows(run: Run, reader: str, monkeypatch: pytest.MonkeyPatch) -> None:
    del reader
    key = "s3cret" * 6
    monkeypatch.setenv("NEWSLETTER_LINKS_KEY", key)
    for command in (("links", "show"), ("links", "show", "--json"), ("config", "show"), ("config", "check")):
        done = run(*command)
        assert done.exit_code == 0
        assert "s3cret" not in done.stdout + done.stderr
