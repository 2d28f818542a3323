"""`newsletter schedule`: printed, set up, and taken away, and nothing else touched."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

Run = Callable[..., Result]
OTHERS = "MAILTO=me\n0 0 * * * somebody's own line\n"
# Keeps a crontab in a file beside itself, and refuses what says "wrong".
CRONTAB = """#!/bin/sh
kept="$(dirname "$0")/kept"
case "$1" in
-l) [ -f "$kept" ] && exec cat "$kept"; echo "no crontab for me" >&2; exit 1 ;;
-) cat >"$kept.new"; grep -q "run --yes" "$kept.new" && grep -q REFUSE "$kept" 2>/dev/null && {
    echo "bad minute" >&2; exit 1; }; mv "$kept.new" "$kept" ;;
*) exit 1 ;;
esac
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a configuration, in a home and with programs of its own."""
    monkeypatch.delenv("NEWSLETTER_CONFIG", raising=False)
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("TZ", "Europe/Berlin")
    news, programs = tmp_path / "news", tmp_path / "bin"
    news.mkdir()
    programs.mkdir()
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    (news / "newsletter.toml").write_text("")
    monkeypatch.chdir(news)
    return tmp_path


@pytest.fixture
def crontab(home: Path) -> Path:
    """The crontab that a program keeps."""
    program(home, "crontab", CRONTAB)
    return home / "bin" / "kept"


@pytest.fixture
def told(home: Path) -> Path:
    """What systemd was told."""
    program(home, "systemctl", f'#!/bin/sh\necho "$@" >>"{home}/told"\n')
    return home / "told"


def program(home: Path, name: str, text: str) -> None:
    path = home / "bin" / name
    path.write_text(text)
    path.chmod(0o755)


# --- crontab ---------------------------------------------------------------------------------------------


def test_a_crontab_is_only_printed_unless_told_otherwise(crontab: Path, newsletter: Run) -> None:
    result = newsletter("schedule", "crontab", "--at", "6:30")
    assert result.exit_code == 0, result.output
    assert "\n30 6 * * * cd " in result.stdout
    assert result.stderr.startswith("every day at 06:30 Europe/Berlin")
    assert not crontab.exists()


@pytest.mark.parametrize("where", ["crontab", "systemd"])
def test_a_time_that_the_clocks_leave_out_once_a_year_is_told(
    crontab: Path, newsletter: Run, where: str
) -> None:
    del crontab
    result = newsletter("schedule", where, "--at", "02:30", "--timezone", "America/New_York")
    assert "the clocks leave 02:30 out" in result.stderr
    assert "leave" not in newsletter("schedule", where, "--at", "06:30").stderr


def test_lines_are_put_in_and_taken_out_and_other_lines_stay(crontab: Path, newsletter: Run) -> None:
    crontab.write_text(OTHERS)
    for at in ("06:30", "07:00", "07:00"):
        assert newsletter("schedule", "crontab", "--install", "--at", at).exit_code == 0
    kept = crontab.read_text()
    assert kept.startswith(OTHERS)
    assert kept.count("run --yes") == 1
    assert "\n0 7 * * * " in kept
    assert newsletter("schedule", "crontab", "--remove").stdout == "removed from crontab\n"
    assert crontab.read_text() == OTHERS
    assert newsletter("schedule", "crontab", "--remove").stdout == "crontab: nothing to change\n"


def test_a_first_crontab_is_made(crontab: Path, newsletter: Run) -> None:
    assert newsletter("schedule", "crontab", "--install").stdout == "written to crontab\n"
    assert crontab.read_text().startswith("# newsletter begin ")


def test_a_dry_run_shows_the_difference_and_changes_nothing(crontab: Path, newsletter: Run) -> None:
    crontab.write_text(OTHERS)
    result = newsletter("schedule", "crontab", "--install", "--dry-run")
    assert "+# newsletter begin" in result.stdout
    assert " 0 0 * * * somebody's own line" in result.stdout
    assert crontab.read_text() == OTHERS


def test_a_crontab_that_cannot_be_read_is_not_replaced(home: Path, crontab: Path, newsletter: Run) -> None:
    crontab.write_text(OTHERS)
    program(home, "crontab", '#!/bin/sh\n[ "$1" = -l ] && { echo "cannot lock" >&2; exit 1; }\ncat >kept\n')
    result = newsletter("schedule", "crontab", "--install")
    assert result.exit_code == 5
    assert "crontab -l: cannot lock" in result.stderr
    assert crontab.read_text() == OTHERS


def test_what_cron_refuses_is_told(crontab: Path, newsletter: Run) -> None:
    crontab.write_text(f"# REFUSE\n{OTHERS}")
    result = newsletter("schedule", "crontab", "--install")
    assert result.exit_code == 5
    assert "bad minute" in result.stderr
    assert "run --yes" not in crontab.read_text()


def test_a_cron_that_knows_zones_is_recognised(home: Path, newsletter: Run) -> None:
    program(home, "crontab", '#!/bin/sh\n[ "$1" = -V ] && echo "cronie 1.7.2"\n')
    result = newsletter("schedule", "crontab", "--timezone", "Asia/Tokyo")
    assert "\nCRON_TZ=Asia/Tokyo\n0 6 * * * " in result.stdout
    assert "\nCRON_TZ=Europe/Berlin\n# newsletter end" in result.stdout


def test_a_machine_without_cron_is_told_what_else_there_is(
    home: Path, newsletter: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(home))
    result = newsletter("schedule", "crontab", "--install")
    assert result.exit_code == 5
    assert "there is no program crontab here" in result.stderr
    assert "systemd|foreground" in result.stderr


def test_the_configuration_says_when_and_whether_readers_have_their_hours(
    home: Path, newsletter: Run
) -> None:
    table = '[schedule]\nat = "5:45"\ntimezone = "Asia/Tokyo"\nreader_hours = true\n'
    (home / "news" / "newsletter.toml").write_text(table)
    result = newsletter("schedule", "crontab")
    assert "\n45 * * * * cd " in result.stdout
    assert "every hour at minute 45; the issue of a day from 05:45 Asia/Tokyo on" in result.stderr


def test_cron_does_not_know_what_a_shell_knows(home: Path, newsletter: Run) -> None:
    (home / "news" / "newsletter.toml").write_text('[backends.smtp]\nhost = "x.example"\nusername = "me"\n')
    assert "cron does not know NEWSLETTER_SMTP_PASSWORD" in newsletter("schedule", "crontab").stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--at", "25:00"), "hour must be in 0..23"),
        (("--at", "630"), 'expected a time such as "06:30"'),
        (("--timezone", "Mars/Olympus"), "expected the name of a time zone"),
        (("--install", "--remove"), "exclude each other"),
        (("--dry-run",), "--install or --remove"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    home: Path, newsletter: Run, options: tuple[str, ...], said: str
) -> None:
    del home
    result = newsletter("schedule", "crontab", *options)
    assert result.exit_code == 2
    assert said in result.stderr


def test_without_a_configuration_nothing_is_scheduled(home: Path, newsletter: Run) -> None:
    (home / "news" / "newsletter.toml").unlink()
    result = newsletter("schedule", "crontab")
    assert result.exit_code == 2
    assert "newsletter init" in result.stderr


# --- systemd ---------------------------------------------------------------------------------------------


def test_a_timer_is_set_up_and_taken_away(home: Path, told: Path, newsletter: Run) -> None:
    units = home / ".config" / "systemd" / "user"
    assert newsletter("schedule", "systemd", "--install", "--dry-run").exit_code == 0
    assert not units.exists()
    result = newsletter("schedule", "systemd", "--install")
    assert result.exit_code == 0, result.output
    service, timer = sorted(units.iterdir())
    assert (service.suffix, timer.suffix) == (".service", ".timer")
    assert "OnCalendar=*-*-* 06:00:00 Europe/Berlin" in timer.read_text()
    assert "loginctl enable-linger" in result.stderr
    (units / "others.timer").write_text("not ours")
    assert newsletter("schedule", "systemd", "--remove").exit_code == 0
    assert [path.name for path in units.iterdir()] == ["others.timer"]
    assert told.read_text().splitlines() == [
        "--user daemon-reload",
        f"--user enable --now {timer.name}",
        f"--user disable --now {timer.name}",
        "--user daemon-reload",
    ]


def test_a_file_that_is_not_ours_is_neither_replaced_nor_removed(
    home: Path, told: Path, newsletter: Run
) -> None:
    newsletter("schedule", "systemd", "--install")
    [timer] = (home / ".config" / "systemd" / "user").glob("*.timer")
    timer.write_text("[Timer]\nOnCalendar=daily\n")
    before = told.read_text()
    for option in ("--install", "--remove"):
        result = newsletter("schedule", "systemd", option)
        assert result.exit_code == 2
        assert "is not what `newsletter schedule` wrote" in result.stderr
    assert timer.read_text() == "[Timer]\nOnCalendar=daily\n"
    assert told.read_text() == before


def test_a_systemd_that_is_not_there_is_told(home: Path, newsletter: Run) -> None:
    program(home, "systemctl", '#!/bin/sh\necho "Failed to connect to bus" >&2\nexit 1\n')
    result = newsletter("schedule", "systemd", "--install")
    assert result.exit_code == 5
    assert "Failed to connect to bus" in result.stderr


@pytest.mark.parametrize(
    ("systemctl", "said"),
    [
        ('#!/bin/sh\necho "Failed to connect to bus: No medium found" >&2\nexit 1\n', "No medium found"),
        (None, "there is no program systemctl here"),
    ],
)
def test_a_timer_is_taken_away_where_no_systemd_runs_and_what_goes_on_is_told(
    home: Path,
    told: Path,
    newsletter: Run,
    monkeypatch: pytest.MonkeyPatch,
    systemctl: str | None,
    said: str,
) -> None:
    del told
    newsletter("schedule", "systemd", "--install")
    units = home / ".config" / "systemd" / "user"
    [timer] = units.glob("*.timer")
    wanted = units / "timers.target.wants"  # where systemd notes what it starts
    wanted.mkdir()
    (wanted / timer.name).symlink_to(timer)
    (wanted / "others.timer").symlink_to(units / "others.timer")
    if systemctl:
        program(home, "systemctl", systemctl)
    else:
        monkeypatch.setenv("PATH", str(home))
    result = newsletter("schedule", "systemd", "--remove")
    assert result.exit_code == 5
    assert f"{timer.name} could not be stopped" in result.stderr
    assert said in result.stderr
    assert f"`systemctl --user stop {timer.name}`" in result.stderr
    assert result.stdout.count("removed from ") == 2
    assert [path.name for path in units.iterdir()] == [wanted.name]
    assert [path.name for path in wanted.iterdir()] == ["others.timer"]
    again = newsletter("schedule", "systemd", "--remove")
    assert again.exit_code == 0
    assert again.stdout.count("nothing to change") == 2


# --- GitHub ----------------------------------------------------------------------------------------------


def test_a_workflow_is_put_where_github_looks_for_it(home: Path, newsletter: Run) -> None:
    (home / ".git").mkdir()
    requirements = home / "requirements.txt"
    requirements.write_text("newsletter @ git+https://git.example.org/newsletter.git\n")
    place = home / ".github" / "workflows" / "newsletter.yml"
    assert newsletter("schedule", "github").stdout.startswith("# newsletter wrote this")
    assert not place.exists()
    assert newsletter("schedule", "github", "--install").exit_code == 0
    assert 'working-directory: "news"' in place.read_text()
    assert 'run: "pip install -r requirements.txt"' in place.read_text()
    requirements.unlink()  # and yet it can be taken away
    assert newsletter("schedule", "github", "--remove").exit_code == 0
    assert not place.exists()


def test_without_a_repository_there_is_no_workflow(home: Path, newsletter: Run) -> None:
    result = newsletter("schedule", "github", "--config", str(home / "news" / "newsletter.toml"))
    assert result.exit_code == 2
    assert "in no git repository" in result.stderr


# --- foreground ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=("SIGTERM", "Ctrl-C"))
def test_it_waits_in_the_foreground_and_ends_within_seconds(home: Path, number: signal.Signals) -> None:
    words = [sys.executable, "-m", "newsletter", "schedule", "foreground"]
    with subprocess.Popen(words, cwd=home / "news", stderr=subprocess.PIPE, text=True) as child:
        assert child.stderr
        assert child.stderr.readline().startswith("next run: ")
        began = time.monotonic()
        child.send_signal(number)
        assert child.wait(timeout=30) == 0
        assert time.monotonic() - began < 10
        assert child.stderr.read() == "stopped\n"


def test_in_the_foreground_a_run_is_a_process_of_its_own(home: Path, tmp_path: Path, newsletter: Any) -> None:
    del newsletter
    script = tmp_path / "python"
    script.write_text(f'#!/bin/sh\necho "$@" >"{home}/ran"\n')
    script.chmod(0o755)
    caller = (
        "import sys; from newsletter.cli import main\n"
        f"sys.executable = {str(script)!r}\n"
        "sys.argv = ['newsletter', 'schedule', 'foreground', '--now']; main()"
    )
    words = [sys.executable, "-c", caller]
    with subprocess.Popen(words, cwd=home / "news", stderr=subprocess.PIPE, text=True) as child:
        assert child.stderr
        assert child.stderr.readline().startswith("next run: ")  # after the first one
        child.send_signal(signal.SIGTERM)
        assert child.wait(timeout=30) == 0
    assert (
        f"-P -m newsletter run --yes --config {home}/news/newsletter.toml --date "
        in (home / "ran").read_text()
    )


def test_debians_own_crontab_takes_the_lines(home: Path, newsletter: Run) -> None:
    real = shutil.which("crontab")
    if (
        real is None
        or "-n" not in subprocess.run([real, "-h"], capture_output=True, text=True, check=False).stderr
    ):
        pytest.skip("needs a crontab that checks without installing (Debian's, crontab -n)")
    file = home / "lines"
    file.write_text(newsletter("schedule", "crontab", "--timezone", "Asia/Tokyo").stdout)
    done = subprocess.run([real, "-n", str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
