"""Where commands look for issues: beside the configuration in force, wherever they are called from."""

from __future__ import annotations

import shutil
import socket
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from newsletter.cli import cli

CONFIG = "../newsletter.toml"
PAPER = "Mavors"


def run(*arguments: str, config: str = CONFIG) -> Result:
    """Call a command of a newsletter that is elsewhere."""
    return CliRunner().invoke(cli, [*arguments, "--config", config])


@pytest.fixture
def afar(newsroom: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a newsletter that is called from an empty folder inside; no folder is named as the slug
    of its issue, so that it has to be found."""
    (newsroom.folder / "issues" / "2025-11-07").rename(newsroom.folder / "issues" / "special")
    newsroom.subscribe("reader@example.com")
    desk: Path = newsroom.folder / "desk"
    desk.mkdir()
    monkeypatch.chdir(desk)
    folder: Path = newsroom.folder
    return folder


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("halt",), "halted 2025-11-07\n"),
        (("status",), "1  accepted"),
        (("reconcile",), "nothing is in doubt"),
        (("check",), "2025-11-07"),
        (("explain", PAPER, "--issue"), "issue 2025-11-07"),
        (("topics", "explain", PAPER, "--issue"), "as placed in 2025-11-07"),
        (("papers", "export"), "75 papers"),
        (("doctor", "--only", "M"), "M10"),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, tuple) else "",
)
def test_every_command_finds_the_issue_that_was_sent(afar: Path, command: tuple[str, ...], said: str) -> None:
    assert run("send", "special", "--yes").exit_code == 0
    done = run(*command, "special")
    assert done.exit_code in (0, 8), done.output
    assert said in done.output
    assert not list((afar / "desk").iterdir())


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("explain", PAPER), "issue 2025-11-07"),
        (("topics", "explain", PAPER), "as placed in 2025-11-07"),
        (("topics", "suggest"), "75 papers"),
        (("topics", "check"), "75 papers"),
        (("topics", "diff"), "75 papers"),
        (("build", "--weekly"), "wrote ../issues/2025-W45/"),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, tuple) else "",
)
def test_what_is_not_named_is_taken_from_the_issues_beside_the_configuration(
    afar: Path, command: tuple[str, ...], said: str
) -> None:
    words = (*command, "--from", CONFIG) if command == ("topics", "diff") else command
    done = run(*words)
    assert done.exit_code in (0, 8), done.output
    assert said in done.output
    assert not list((afar / "desk").iterdir())


def test_a_built_issue_is_written_where_sending_looks_for_it(afar: Path, newsroom: Any) -> None:
    shutil.rmtree(afar / "issues")
    built = run("build", str(newsroom.page))
    assert "wrote ../issues/2025-11-07/" in built.stdout
    assert "newsletter preview ../issues/2025-11-07" in built.stderr
    assert run("send", "2025-11-07", "--yes").exit_code == 0
    assert newsroom.mailbox.addresses == ["reader@example.com"]


def test_a_path_that_is_named_goes_before(afar: Path) -> None:
    shutil.copytree(afar / "issues" / "special", afar / "desk" / "special")
    (afar / "issues" / "special" / "issue.json").write_text("not looked at", "utf-8")
    for name in ("special", str(afar / "desk" / "special")):
        done = run("check", name)
        assert done.exit_code in (0, 8), done.output
    assert run("check", "../issues/special").exit_code == 5


def test_a_folder_to_write_is_meant_as_it_is_named(afar: Path, newsroom: Any) -> None:
    assert run("build", str(newsroom.page), "--out", "mine").exit_code == 0
    assert (afar / "desk" / "mine" / "issue.json").is_file()


def test_without_a_configuration_it_is_the_folder_one_is_in(afar: Path, newsroom: Any) -> None:
    runner = CliRunner()
    assert "wrote issues/2025-11-07/" in runner.invoke(cli, ["build", str(newsroom.page)]).stdout
    assert "issue 2025-11-07" in runner.invoke(cli, ["explain", PAPER]).stdout
    assert (afar / "desk" / "issues" / "2025-11-07" / "issue.json").is_file()


def test_the_preview_finds_the_latest_issue_beside_a_configuration_that_is_wrong(afar: Path) -> None:
    (afar / "issues" / "special").rename(afar / "issues" / "2025-11-07")
    (afar / "newsletter.toml").write_text("[isue]\n", "utf-8")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = run("preview", "--port", str(taken.getsockname()[1]))
    assert "cannot be listened on" in done.stderr  # which comes after it was found and drawn
