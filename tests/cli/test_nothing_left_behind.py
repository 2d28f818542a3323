"""A command that only looks, or that was mistyped, leaves no database where there was none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from newsletter.cli import cli

CONFIG = """\
[newsletter]
sender = "D <d@example.org>"
base_url = "https://news.example.org"
[sending]
backend = "eml"
"""
READER = "reader@example.org"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A newsletter that nothing was done with yet."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NEWSLETTER_CONFIG", raising=False)
    (tmp_path / "newsletter.toml").write_text(CONFIG, "utf-8")
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments))


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != "newsletter.toml")


@pytest.mark.parametrize(
    "command",
    [
        "halt 2025-11-07",
        "reconcile 2025-11-07",
        f"subscribers show {READER}",
        f"subscribers pause {READER}",
        f"subscribers resume {READER}",
        f"subscribers unsubscribe {READER}",
        "subscribers unsubscribe ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
        f"subscribers set {READER} --cadence weekly",
        "subscribers export people.csv",
        "papers reindex",
        "db check",
        "db backup kept.db",
    ],
)
def test_what_needs_a_database_says_that_there_is_none_and_what_makes_one(folder: Path, command: str) -> None:
    done = run(*command.split())
    assert done.exit_code == 5, done.output
    assert "newsletter.db: there is no database yet" in done.stderr
    assert "`newsletter subscribers add`" in done.stderr
    assert left(folder) == []


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("status", "no issue was sent"),
        ("runs", "no run yet"),
        ("links show", "no key yet"),
        ("subscribers list", "none yet: `newsletter subscribers add`"),
        ("papers search whales", "no archive yet"),
        ("db status", "not there yet"),
    ],
)
def test_a_list_of_what_is_not_there_yet_is_empty(folder: Path, command: str, said: str) -> None:
    done = run(*command.split())
    assert done.exit_code == 0, done.output
    assert said in done.output
    assert left(folder) == []


def test_programs_get_an_empty_list(folder: Path) -> None:
    found = json.loads(run("subscribers", "list", "--json").stdout)
    assert found == {"counts": {}, "erased": 0, "subscribers": []}
    assert left(folder) == []


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        ("approve 2025-11-7", 5, "no issue '2025-11-7'"),
        ("approve 2025-11-7 --withdraw", 5, "no issue '2025-11-7'"),
        ("send 2025-11-7 --yes", 5, "no issue '2025-11-7'"),
        ("send 2025-11-7 --dry-run", 5, "no issue '2025-11-7'"),
        (f"send 2025-11-7 --to {READER}", 5, "no issue '2025-11-7'"),
        ("status 2025-11-7", 5, "was not sent to subscribers yet"),
        ("papers add nowhere.json", 3, "nowhere.json: cannot be read"),
        ("subscribers import nowhere.csv", 3, "nowhere.csv: cannot be read"),
    ],
)
def test_a_slip_of_the_pen_leaves_nothing_behind(folder: Path, command: str, code: int, said: str) -> None:
    done = run(*command.split())
    assert done.exit_code == code, done.output
    assert said in done.stderr
    assert left(folder) == []


def test_an_import_that_is_only_tried_leaves_nothing_behind(folder: Path) -> None:
    (folder / "people.csv").write_text(f"address\n{READER}\n{READER}\n", "utf-8")
    done = run("subscribers", "import", "people.csv", "--dry-run", "--consent-source", "a form")
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("would import 1 subscriber from 2 rows")
    assert left(folder) == ["people.csv"]


def test_an_approval_that_was_never_given_is_taken_back_without_a_database(
    folder: Path, built_once: Path
) -> None:
    done = run("approve", str(built_once), "--withdraw")
    assert done.exit_code == 0, done.output
    assert done.stdout == "2025-11-07: it was not approved\n"
    assert left(folder) == []


def test_what_stores_something_makes_the_database(folder: Path, built_once: Path) -> None:
    assert run("approve", str(built_once)).exit_code == 0
    assert "newsletter.db" in left(folder)
