"""`newsletter db` as a person runs it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from newsletter.cli import cli
from newsletter.errors import StoreError
from newsletter.store import backup_age
from newsletter.store.schema import REVISION

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(cli, ["db", *arguments])

    return run


def test_a_database_is_made_looked_at_copied_and_put_back(run: Run, tmp_path: Path) -> None:
    assert "not there yet" in run("status").stdout
    assert not (tmp_path / "newsletter.db").exists()
    assert run("migrate").stdout == f"newsletter.db is now at revision {REVISION}\n"
    assert run("migrate").stdout == "newsletter.db was up to date\n"
    assert run("check").exit_code == 0
    assert run("backup", "copy.db").exit_code == 0
    (tmp_path / "newsletter.db").unlink()
    assert run("restore", "copy.db").stdout == "restored newsletter.db\n"
    status = json.loads(run("status", "--json").stdout)
    assert (status["engine"], status["state"], status["counts"]) == ("SQLite", "current", {})


def test_a_backup_stands_whose_date_cannot_be_noted(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise StoreError("newsletter.db: may only be read")

    run("migrate")
    monkeypatch.setattr(backup_age, "note_backup", refuse)
    done = run("backup", "copy.db")
    assert (done.exit_code, done.stdout) == (0, "wrote copy.db\n")
    assert "is not noted: newsletter.db: may only be read" in done.stderr


def test_a_restore_asks_before_it_replaces(run: Run, tmp_path: Path) -> None:
    run("migrate")
    run("backup", "copy.db")
    before = (tmp_path / "newsletter.db").read_bytes()
    assert "--yes" in run("restore", "copy.db").stderr
    assert (tmp_path / "newsletter.db").read_bytes() == before
    assert run("restore", "copy.db", "--yes").exit_code == 0


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "there is no such file"),
        (b"", "is no backup of a newsletter's database"),
        (b"hello, this is no database\n" * 100, "is no backup of a newsletter's database"),
    ],
)
def test_what_cannot_be_restored_is_told_before_anybody_is_asked(
    run: Run, tmp_path: Path, content: bytes | None, complaint: str
) -> None:
    run("migrate")
    if content is not None:
        (tmp_path / "copy.db").write_bytes(content)
    done = run("restore", "copy.db")
    assert (done.exit_code, done.stdout) == (5, "")
    assert done.stderr == f"error: copy.db: {complaint}\n"


def test_a_folder_is_no_backup(run: Run, tmp_path: Path) -> None:
    (tmp_path / "copies").mkdir()
    assert "copies: there is no such file" in run("restore", "copies").stderr


def test_a_check_that_finds_something_ends_with_8(run: Run, tmp_path: Path) -> None:
    run("migrate")
    (tmp_path / "newsletter.db").chmod(0o644)
    found = run("check", "--json")
    assert found.exit_code == 8
    assert "chmod 600" in json.loads(found.stdout)["faults"][0]


def test_an_index_that_is_missing_is_made_again(run: Run, tmp_path: Path) -> None:
    run("migrate")
    with closing(sqlite3.connect(tmp_path / "newsletter.db")) as connection:
        connection.execute("DROP INDEX ix_papers_day")
    assert "the index ix_papers_day is missing" in run("check").stdout
    assert "the index ix_papers_day is missing" in run("status").stdout
    made = run("migrate")
    assert (made.stdout, made.stderr) == (
        "newsletter.db was up to date\n",
        "made the index ix_papers_day again\n",
    )
    assert run("check").exit_code == 0


def test_a_table_that_is_missing_is_told_and_not_made(run: Run, tmp_path: Path) -> None:
    run("migrate")
    with closing(sqlite3.connect(tmp_path / "newsletter.db")) as connection:
        connection.execute("DROP TABLE senders")
    loss = "the table senders is missing; `newsletter db restore BACKUP` puts a backup back"
    status = json.loads(run("status", "--json").stdout)
    assert (status["missing"], status["counts"]) == ([loss], None)
    assert run("check").stdout == f"error: {loss}\n"
    refused = run("migrate")
    assert refused.exit_code == 5
    assert "error: newsletter.db: the table senders is missing\n" in refused.stderr
    assert "newsletter db restore BACKUP" in refused.stderr


def test_a_check_of_nothing_says_so(run: Run, tmp_path: Path) -> None:
    found = run("check")
    assert found.exit_code == 5
    assert "there is no database yet" in found.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_database_stands_beside_the_configuration(run: Run, tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "newsletter.toml").write_text("", "utf-8")
    run("migrate", "--config", "here/newsletter.toml")
    assert (tmp_path / "here" / "newsletter.db").is_file()


def test_a_server_is_named_by_its_url(run: Run, tmp_path: Path, postgres_url: str) -> None:
    (tmp_path / "newsletter.toml").write_text(
        f'[store]\nurl = "{postgres_url.replace("postgres:@", "postgres@")}"', "utf-8"
    )
    assert "empty; `newsletter db migrate`" in run("status").stdout
    assert f"revision {REVISION}" in run("migrate").stdout
    assert "PostgreSQL" in run("status").stdout
    assert run("check").exit_code == 0
    assert "pg_dump" in run("backup", "copy.db").stderr
    assert "pg_restore" in run("restore", "copy.db").stderr


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('url = "postgresql://news:s3cret@db.example/news"', "a password does not belong into the file"),
        ('url = "mysql://db.example/news"', 'expected "sqlite:///newsletter.db" or'),
        ('url = "sqlite://"', "expected"),
        ('url = "postgresql://db.example"', "expected"),
        ('password = "s3cret"', "a secret does not belong into the file"),
        ('suppression_key = "s3cret s3cret s3cret"', "a secret does not belong into the file"),
        ('ulr = "x"', "did you mean 'url'?"),
    ],
)
@pytest.mark.parametrize("command", [["db", "status"], ["config", "check"]])
def test_a_mistake_in_the_table_is_told_without_the_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, complaint: str, command: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "newsletter.toml").write_text(f"[store]\n{line}\n", "utf-8")
    result = CliRunner().invoke(cli, command)
    assert result.exit_code == 2
    assert "newsletter.toml, line 2, store." in result.stderr
    assert complaint in result.stderr
    assert "s3cret" not in result.output


def test_a_secret_in_the_table_is_never_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for line in ('url = "postgresql://news:s3cret@db.example/news"', 'password = "s3cret"'):
        (tmp_path / "newsletter.toml").write_text(f"[store]\n{line}\n", "utf-8")
        result = CliRunner().invoke(cli, ["config", "show"])
        assert result.exit_code == 2
        assert "s3cret" not in result.output


def test_a_short_suppression_key_is_refused_without_showing_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEWSLETTER_STORE_SUPPRESSION_KEY", "s3cret")
    result = CliRunner().invoke(cli, ["db", "status"])
    assert result.exit_code == 2
    assert "s3cret" not in result.output
