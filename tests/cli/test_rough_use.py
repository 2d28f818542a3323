"""The command as it is really run: pipes that close, terminals of another alphabet, wrong files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

PROGRAM = [sys.executable, "-m", "newsletter"]
Newsletter = Callable[..., Result]


def run(
    *arguments: str, cwd: Path, stdin: int | None = subprocess.DEVNULL, **environ: str
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*PROGRAM, *arguments],
        cwd=cwd,
        stdin=stdin,
        capture_output=True,
        timeout=60,
        check=False,
        env={**os.environ, **environ},
    )


def run_into_a_closed_pipe(*arguments: str, cwd: Path) -> tuple[int, bytes]:
    """Run with a standard output that nobody reads."""
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [*PROGRAM, *arguments], cwd=cwd, stdout=writer, stderr=subprocess.PIPE, timeout=60, check=False
    )
    os.close(writer)
    return done.returncode, done.stderr


def test_output_that_nobody_reads_is_no_bug(tmp_path: Path) -> None:
    code, errors = run_into_a_closed_pipe("completion", "bash", cwd=tmp_path)
    assert (code, errors) == (141, b"")


def test_a_terminal_that_went_away_stops_no_mail(tmp_path: Path, seed_page: Path) -> None:
    assert run("build", str(seed_page), cwd=tmp_path).returncode == 0
    to = [part for n in range(4) for part in ("--to", f"reader{n}@example.org")]
    run_into_a_closed_pipe("send", "2025-11-07", *to, "--backend", "eml", cwd=tmp_path)
    assert len(list((tmp_path / "outbox").glob("*.eml"))) == 4


@pytest.mark.parametrize("encoding", ["latin-1", "ascii", "cp1252"])
def test_json_is_json_on_a_terminal_of_any_alphabet(tmp_path: Path, seed_page: Path, encoding: str) -> None:
    done = run("inspect", str(seed_page), "--json", cwd=tmp_path, PYTHONIOENCODING=encoding)
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout.decode(encoding))["papers"]) == 75


@pytest.mark.parametrize("encoding", ["latin-1", "ascii"])
def test_the_tools_for_sections_print_json_there_too(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "newsletter.toml").write_text(
        '[[sections]]\ntitle = "Räume → 学習"\nkeywords = ["a b"]', "utf-8"
    )
    done = run("topics", "list", "--json", cwd=tmp_path, PYTHONIOENCODING=encoding)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.decode(encoding))[0]["title"] == "Räume → 学習"


def test_a_table_is_printed_on_a_terminal_of_any_alphabet(tmp_path: Path, seed_page: Path) -> None:
    done = run("build", str(seed_page), cwd=tmp_path, PYTHONIOENCODING="ascii", LC_ALL="C")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("command", ["build -", "subscribers import - --consent-source form"])
def test_a_closed_standard_input_is_an_unreadable_input(tmp_path: Path, command: str) -> None:
    program = "import sys; sys.stdin = None; from newsletter.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program, *command.split()],
        cwd=tmp_path,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 3
    assert b"error: standard input is closed\nhint: name a file instead of -\n" in done.stderr


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("subscribers erase me@example.org", 2),
        ("db restore copy.db", 2),
        ("reconcile 2025-11-07 --from-log -", 5),  # nothing was sent; it does not come to reading
        ("run --dry-run", 3),
    ],
)
def test_a_closed_standard_input_is_nobody_to_be_asked(
    tmp_path: Path, newsletter: Newsletter, monkeypatch: pytest.MonkeyPatch, command: str, code: int
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "newsletter.toml").write_text('[sources.mail]\nmaildir = "nowhere"', "utf-8")
    newsletter("db", "migrate")
    newsletter("db", "backup", "copy.db")
    program = "import sys; sys.stdin = None; from newsletter.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program, *command.split()],
        cwd=tmp_path,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == code, done.stderr
    assert b"bug" not in done.stderr


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('[backends.smtp]\npassword = "geheim"', "a secret does not belong into the file"),
        ('[sending]\nbackend = "smpt"', "line 2, sending.backend: no backend 'smpt'; did you mean 'smtp'?"),
        ("[backends.smpt]\n", "line 1, backends.smpt: no backend 'smpt'"),
        ("a = " + "[" * 5000, "expected TOML of a reasonable size and depth"),
        ("a = " + "1" * 5000, "expected TOML of a reasonable size and depth"),
        ('[[sections]]\ntitle = "A"\nkeywords = "robot"', "expected a list of texts"),
        ("[issue]\nmax_papers = true", "line 2, issue.max_papers"),
        ("[issue]\nmax_papers = 15.0", "line 2, issue.max_papers"),
        ('[newsletter]\nname = "   "', "expected one line of printable text"),
        ('[newsletter]\npostal_address = "a\\u0007"', "expected one line of printable text"),
        ("newsletter = 3", "expected a table; found 3"),
    ],
)
def test_a_mistake_in_the_configuration_is_told_by_every_command_that_reads_it(
    tmp_path: Path, newsletter: Newsletter, monkeypatch: pytest.MonkeyPatch, text: str, complaint: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "newsletter.toml").write_text(text, "utf-8")
    for command in ("check", "show"):
        done = newsletter("config", command)
        if command == "show" and "sending" in text:
            continue  # it shows the name as it stands
        assert done.exit_code == 2, done
        assert complaint in done.stderr
        assert "geheim" not in done.output


def test_a_configuration_that_is_no_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "newsletter.toml").mkdir()
    done = run("config", "check", cwd=tmp_path)
    assert done.returncode == 2
    assert b"newsletter.toml: cannot be read" in done.stderr


def test_an_address_in_the_configuration_is_not_repeated_in_full(tmp_path: Path) -> None:
    (tmp_path / "newsletter.toml").write_text('[newsletter]\nsender = "some body@ex ample.org"', "utf-8")
    done = run("config", "check", cwd=tmp_path)
    assert done.returncode == 2
    assert b"body@ex ample.org" not in done.stderr


def test_two_titles_without_latin_letters_have_two_slugs(tmp_path: Path) -> None:
    text = "".join(
        f'[[sections]]\ntitle = "{title}"\nkeywords = ["a"]\n' for title in ("日本語", "日本語のセクション")
    )
    (tmp_path / "newsletter.toml").write_text(text, "utf-8")
    assert run("config", "check", cwd=tmp_path).returncode == 0


def test_the_schema_takes_the_starter_file_as_editors_see_it(tmp_path: Path) -> None:
    schema = json.loads(run("config", "schema", cwd=tmp_path).stdout)
    sender = schema["$defs"]["NewsletterTable"]["properties"]["sender"]
    assert {"type": "string"} in sender["anyOf"]


def test_a_configuration_file_without_end_is_not_read_to_its_end(tmp_path: Path) -> None:
    done = run("config", "check", "--config", "/dev/zero", cwd=tmp_path)
    assert done.returncode == 2
    assert b"larger than 1,000,000 bytes" in done.stderr
