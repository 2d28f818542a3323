"""`newsletter subscribers` as a person runs it."""

from __future__ import annotations

import csv
import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from newsletter.cli import cli
from newsletter.cli.subscribers_options import CADENCES
from newsletter.cli.subscribers_options import STATUSES as OFFERED
from newsletter.subscriber import RHYTHMS, STATUSES

Run = Callable[..., Result]
FORM = ("--consent-source", "sign-up form")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, stdin: str | bytes | None = None) -> Result:
        return CliRunner().invoke(cli, ["subscribers", *arguments], input=stdin)

    return run


def test_the_options_offer_what_the_model_knows() -> None:
    assert (CADENCES, OFFERED) == (RHYTHMS, STATUSES)


def test_a_person_comes_pauses_resumes_and_leaves(run: Run) -> None:
    assert run("add", "Me@Example.org", "--name", "Me", "--section", "robotics-rl", *FORM).exit_code == 0
    assert "m…@example.org is paused" in run("pause", "me@example.org").stdout
    assert "m…@example.org is active" in run("resume", "me@example.org").stdout
    assert "is unsubscribed" in run("unsubscribe", "me@example.org").stdout
    assert "is unsubscribed already" in run("unsubscribe", "me@example.org").stdout
    shown = json.loads(run("show", "ME@example.org", "--json").stdout)
    assert (shown["address"], shown["status"], shown["sections"]) == (
        "Me@example.org",
        "unsubscribed",
        ["robotics-rl"],
    )
    assert [step["status"] for step in shown["history"]] == ["active", "paused", "active", "unsubscribed"]
    assert shown["consent_source"] == "sign-up form"
    assert shown["consent_at"]


def test_who_left_is_refused_until_they_consent_anew(run: Run) -> None:
    run("add", "me@example.org", *FORM)
    run("unsubscribe", "me@example.org")
    refused = run("add", "me@example.org", *FORM)
    assert refused.exit_code == 2
    assert "left before (unsubscribed)" in refused.stderr
    assert "--consents-anew" in refused.stderr
    assert run("resume", "me@example.org").exit_code == 2
    assert run("add", "me@example.org", "--consents-anew", *FORM).exit_code == 0
    assert "active" in run("show", "me@example.org").stdout


def test_an_erasure_asks_first_and_is_for_good(run: Run) -> None:
    run("add", "me@example.org", *FORM)
    assert run("erase", "me@example.org", stdin="n\n").exit_code == 130
    assert run("show", "me@example.org").exit_code == 0
    assert run("erase", "me@example.org", "--yes").stdout == "erased m…@example.org\n"
    gone = run("show", "me@example.org")
    assert gone.exit_code == 2
    assert "was erased on" in gone.stderr
    assert "asked to be forgotten" in run("add", "me@example.org", *FORM).stderr


@pytest.mark.parametrize(
    "command", [["show"], ["pause"], ["resume"], ["unsubscribe"], ["set", "--hour", "9"]]
)
def test_who_is_not_here_is_named_masked(run: Run, command: list[str]) -> None:
    run("add", "somebody@example.org", *FORM)
    result = run(*command, "secretive@example.org")
    assert result.exit_code == 2
    assert "s…@example.org is no subscriber" in result.stderr
    assert "secretive" not in result.output


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["nobody"], "is not an e-mail address"),
        (["me@example.org", "--timezone", "Europe/Berln"], "did you mean Europe/Berlin?"),
        (["me@example.org", "--section", "robots"], "no section 'robots'"),
        (["me@example.org", "--language", "xx"], "no edition can be drawn"),
        (["me@example.org", "--hour", "24"], "24 is not in the range"),
        (["me@example.org", "--consent-at", "2999-01-01"], "of 2999-01-01 00:00 UTC is still to come"),
        (["me@example.org", "--consent-at", "0001-01-01T00:00:00+1400"], "not a time in UTC"),
    ],
)
def test_a_wrong_wish_is_told(run: Run, arguments: list[str], complaint: str) -> None:
    result = run("add", *arguments, *FORM)
    assert result.exit_code == 2
    assert complaint in result.stderr
    assert "Traceback" not in result.output


def test_wishes_are_changed_one_by_one(run: Run) -> None:
    run("add", "me@example.org", "--name", "Me", "--hour", "9", *FORM)
    changed = run(
        "set", "ME@example.org", "--section", "safety", "--section", "robotics-rl", "--language", "de"
    )
    assert changed.stdout == "m…@example.org: sections robotics-rl safety; daily, 9:00 UTC; de\n"
    run("set", "me@example.org", "--cadence", "weekdays", "--timezone", "Asia/Kathmandu", "--hour", "0")
    shown = json.loads(run("show", "me@example.org", "--json").stdout)
    expected = {
        "name": "Me",
        "status": "active",
        "sections": ["robotics-rl", "safety"],
        "cadence": "weekdays",
        "timezone": "Asia/Kathmandu",
        "hour": 0,
        "language": "de",
        "consent_source": "sign-up form",
    }
    assert {name: shown[name] for name in expected} == expected
    back = run("set", "me@example.org", "--all-sections", "--language", "", "--json")
    told = json.loads(back.stdout)
    assert (told["sections"], told["language"], told["hour"]) == (None, None, 0)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "nothing to change"),
        (["--section", "robots"], "no section 'robots'"),
        (["--section", "safety", "--all-sections"], "exclude each other"),
        (["--section", ""], "--all-sections means all"),
        (["--timezone", ""], "such as Europe/Berlin"),
        (["--timezone", "Europe/Berln"], "did you mean Europe/Berlin?"),
        (["--language", "xx"], "no edition can be drawn"),
    ],
)
def test_a_change_that_cannot_be_is_told_and_changes_nothing(
    run: Run, arguments: list[str], complaint: str
) -> None:
    run("add", "me@example.org", "--section", "safety", "--hour", "9", *FORM)
    before = run("show", "me@example.org").stdout
    result = run("set", "me@example.org", *arguments)
    assert result.exit_code == 2
    assert complaint in result.stderr
    assert run("show", "me@example.org").stdout == before


def test_a_section_that_is_no_more_keeps_nobody_from_changing_the_rest(run: Run, tmp_path: Path) -> None:
    run("add", "me@example.org", "--section", "safety", *FORM)
    config = '[[sections]]\ntitle = "Robots"\nkeywords = ["robot"]\n'
    (tmp_path / "newsletter.toml").write_text(config, "utf-8")
    assert run("set", "me@example.org", "--hour", "9").exit_code == 0
    assert "safety" in run("show", "me@example.org").stdout


def test_a_consent_source_is_required(run: Run) -> None:
    assert "--consent-source" in run("add", "me@example.org").stderr
    assert run("add", "me@example.org", "--consent-source", " ").exit_code == 2


def test_an_import_tells_each_row_that_it_did_not_take(run: Run, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("email,hour\nsecretive@example.org,25\nme@example.org,\n", "utf-8")
    done = run("import", "people.csv", "--report", "report.csv", *FORM)
    assert done.exit_code == 0
    assert done.stdout == "imported 1 subscriber from 2 rows\n"
    assert "row 2: '25' is no hour; expected: a number from 0 to 23" in done.stderr
    assert "1 row not taken: no hour of the day" in done.stderr
    with (tmp_path / "report.csv").open(encoding="utf-8", newline="") as stream:
        assert list(csv.DictReader(stream)) == [
            {"row": "2", "problem": "'25' is no hour", "expected": "a number from 0 to 23"}
        ]
    assert (tmp_path / "report.csv").stat().st_mode & 0o077 == 0
    assert "secretive" not in done.output + (tmp_path / "report.csv").read_text("utf-8")


def test_an_import_assumes_no_consent_in_the_future(run: Run, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("email\nme@example.org\n", "utf-8")
    done = run("import", "people.csv", "--consent-at", "2999-01-01", *FORM)
    assert done.exit_code == 2
    assert "the consent of 2999-01-01 00:00 UTC is still to come" in done.stderr
    assert "expected a time that has come" in done.stderr


def test_only_the_first_rejections_are_shown(run: Run, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("email\n" + "nobody\n" * 500, "utf-8")
    done = run("import", "people.csv", *FORM)
    assert done.stderr.count("\nrow ") == 9
    assert "500 rows not taken: no right address" in done.stderr
    assert "--report FILE" in done.stderr


def test_a_dry_run_changes_nothing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("email\nme@example.org\n", "utf-8")
    assert run("import", "people.csv", "--dry-run", *FORM).stdout == "would import 1 subscriber from 1 row\n"
    assert json.loads(run("list", "--json").stdout)["counts"] == {}


def test_an_import_reads_standard_input(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "newsletter", "subscribers", "import", "-", "--json", *FORM],
        cwd=tmp_path,
        input=b'{"address": "me@example.org"}\n',
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["admitted"] == 1


@pytest.mark.parametrize(
    ("body", "code", "complaint"),
    [("", 3, "is empty"), ("name\nMe\n", 3, "expected a column named address")],
)
def test_a_file_without_sense_is_refused(
    run: Run, tmp_path: Path, body: str, code: int, complaint: str
) -> None:
    (tmp_path / "people.csv").write_text(body, "utf-8")
    result = run("import", "people.csv", *FORM)
    assert result.exit_code == code
    assert complaint in result.stderr


def test_a_file_that_is_not_there_is_told(run: Run) -> None:
    result = run("import", "absent.csv", *FORM)
    assert result.exit_code == 3
    assert "absent.csv: cannot be read" in result.stderr


@pytest.mark.parametrize("name", ["all.csv", "all.jsonl"])
def test_an_export_is_private_and_is_imported_again(run: Run, tmp_path: Path, name: str) -> None:
    run("add", "me@example.org", "--name", "=cmd()", *FORM)
    run("add", "you@example.org", "--section", "robotics-rl", *FORM)
    run("unsubscribe", "you@example.org")
    before = json.loads(run("list", "--json").stdout)
    assert "wrote 2 subscribers" in run("export", name).stderr
    assert (tmp_path / name).stat().st_mode & 0o077 == 0
    assert run("export", name).exit_code == 5
    assert run("export", name, "--force").exit_code == 0
    (tmp_path / "newsletter.db").unlink()
    assert run("import", name).stdout == "imported 2 subscribers from 2 rows\n"
    assert json.loads(run("list", "--json").stdout) == before


def test_an_export_to_standard_output_is_data_only(run: Run) -> None:
    run("add", "me@example.org", *FORM)
    rows = list(csv.DictReader(run("export", "-", "--status", "active").stdout.splitlines()))
    assert [row["address"] for row in rows] == ["me@example.org"]


def test_a_list_says_what_it_does_not_show(run: Run, tmp_path: Path) -> None:
    assert "none yet" in run("list").stderr
    (tmp_path / "people.csv").write_text("email\na@example.org\nb@example.org\n", "utf-8")
    run("import", "people.csv", *FORM)
    listed = run("list", "--limit", "1")
    assert "a@example.org" in listed.stdout
    assert "b@example.org" not in listed.stdout
    assert "1 of 2 are shown" in listed.stderr
    assert "2 active" in listed.stderr


def test_a_bar_is_shown_where_somebody_watches(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(
        "email\n" + "".join(f"reader{number}@example.org\n" for number in range(6_000)), "utf-8"
    )
    reader, writer = pty.openpty()
    started = subprocess.Popen(
        [sys.executable, "-m", "newsletter", "subscribers", "import", "people.csv", *FORM],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=writer,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "80"},
    )
    os.close(writer)
    seen = b""
    while True:
        try:
            seen += os.read(reader, 65_536)
        except OSError:  # nobody writes any more
            break
    os.close(reader)
    assert started.communicate(timeout=60)[0] == b"imported 6,000 subscribers from 6,000 rows\n"
    assert b"reading" in seen
    assert b"%" in seen
