"""A program that tells a secret, and may ask a person for a key, is called once by each command."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from newsletter.cli import cli

PROGRAM = 'echo "$1" >> "$2"; echo a-secret-of-some-length'


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where each call of such a program is noted, for the newsletter of this folder."""
    monkeypatch.chdir(tmp_path)
    noted, program = tmp_path / "calls", tmp_path / "tell.sh"
    program.write_text(PROGRAM)
    (tmp_path / "newsletter.toml").write_text(
        "[store]\n"
        f"password_command = 'sh {program} password {noted}'\n"
        f"suppression_key_command = 'sh {program} suppression_key {noted}'\n"
    )
    return noted


@pytest.mark.parametrize("is_there", [False, True], ids=["no database yet", "a database"])
@pytest.mark.parametrize(
    "command",
    [
        "subscribers list",
        "subscribers add me@example.org --consent-source form",
        "subscribers erase you@example.org --yes",
        "db check",
        "runs",
        "doctor --offline",
    ],
)
def test_each_secret_is_asked_for_once(calls: Path, command: str, is_there: bool) -> None:
    if is_there:
        assert CliRunner().invoke(cli, ["db", "migrate"]).exit_code == 0
        calls.unlink()
    CliRunner().invoke(cli, command.split())
    assert sorted(calls.read_text().split()) == ["password", "suppression_key"]
