"""The README says what is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from newsletter.cli import cli

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")


def lines_of(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def test_the_output_shown_is_the_output_of_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = re.search(
        r"newsletter build fixtures/daily_papers\.txt\n```\n\n```text\n(.*?)```", README, re.DOTALL
    )
    assert shown is not None
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    result = CliRunner().invoke(cli, ["build", str(ROOT / "fixtures" / "daily_papers.txt")])
    assert lines_of(result.stdout) == lines_of(shown[1])


def test_the_sum_shown_is_the_sum_of_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = re.search(r"newsletter explain \"(\w+)\".*?```text\n(.*?)```", README, re.DOTALL)
    assert shown is not None
    monkeypatch.chdir(tmp_path)
    CliRunner().invoke(cli, ["build", str(ROOT / "fixtures" / "daily_papers.txt")])
    said = lines_of(CliRunner().invoke(cli, ["explain", shown[1]]).stdout)
    assert [line for line in lines_of(shown[2]) if line not in said] == ["..."]


def test_the_two_commands_stand_on_the_first_screen() -> None:
    first_screen = "\n".join(README.splitlines()[:60])
    assert "\npip install -e . && newsletter build fixtures/daily_papers.txt\n" in first_screen
    assert "\npip install -e '.[test]' && pytest\n" in first_screen


@pytest.mark.parametrize("command", sorted(cli.commands))
def test_every_command_is_in_the_readme(command: str) -> None:
    assert f"newsletter {command}" in README


def test_every_file_the_readme_shows_exists() -> None:
    for name in re.findall(r"\]\((?!https?:)([^)#]+)\)", README):
        assert (ROOT / name).exists(), name
