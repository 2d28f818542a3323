"""The command line: what it prints, where, and with which exit code."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

import newsletter
from newsletter.cli import cli


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every command runs in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NEWSLETTER_CONFIG", raising=False)
    return tmp_path


def run(*arguments: str, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(cli, list(arguments), input=stdin)


def test_without_arguments_it_guides_through_the_first_steps() -> None:
    result = run()
    assert result.exit_code == 0
    for step in ("newsletter build PAGE", "newsletter preview ISSUE", "newsletter send ISSUE --to YOU"):
        assert step in result.stdout


def test_the_version_is_the_packages() -> None:
    assert run("--version").stdout == f"newsletter, version {newsletter.__version__}\n"


@pytest.mark.parametrize("command", sorted(cli.commands))
def test_every_command_explains_itself(command: str) -> None:
    assert cli.commands[command].get_short_help_str(), command
    assert run(command, "--help").exit_code == 0


def every_command(group: click.Group = cli, path: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        yield f"{path}{name}", command
        if isinstance(command, click.Group):
            yield from every_command(command, f"{path}{name} ")


def test_every_command_and_every_option_is_explained() -> None:
    for name, command in every_command():
        assert command.get_short_help_str(), name
        for parameter in command.params:
            if parameter.param_type_name == "option":
                assert getattr(parameter, "help", None), f"{name} {parameter.name}"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script_for_the_shell(shell: str) -> None:
    result = run("completion", shell)
    assert result.exit_code == 0
    assert "_NEWSLETTER_COMPLETE" in result.stdout


def test_completion_completes_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_NEWSLETTER_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", "newsletter in")
    monkeypatch.setenv("COMP_CWORD", "1")
    result = CliRunner().invoke(cli, [], prog_name="newsletter")
    assert result.stdout.split() == ["plain,init", "plain,inspect"]


@pytest.mark.parametrize(
    "command",
    [
        "db backup -",
        "subscribers import - --report -",
        "theme export -",
        "dkim keygen --domain example.org --out -",
        "sources fetch --save -",
        "build page.txt --out -",
    ],
)
def test_what_is_no_output_for_a_pipe_makes_no_file_called_dash(command: str, empty_folder: Path) -> None:
    result = run(*command.split())
    assert result.exit_code == 2
    assert "found -, but this does not go to standard output" in result.stderr
    assert "hint: name a file or folder; ./- is one called -" in result.stderr
    assert list(empty_folder.iterdir()) == []


def test_a_file_that_is_really_called_dash_can_be_named(empty_folder: Path) -> None:
    run("db", "migrate")
    assert run("db", "backup", "./-").exit_code == 0
    assert (empty_folder / "-").is_file()


def test_init_writes_a_file_that_is_valid_and_refuses_to_write_it_twice(empty_folder: Path) -> None:
    assert run("init").exit_code == 0
    assert tomllib.loads((empty_folder / "newsletter.toml").read_text("utf-8"))["sections"]
    again = run("init")
    assert again.exit_code == 2
    assert "exists already" in again.stderr
    assert run("config", "check").exit_code == 0


def test_build_prints_a_table_and_says_where(seed_page: Path, empty_folder: Path) -> None:
    result = run("build", str(seed_page))
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[-1].startswith("wrote issues/2025-11-07/")
    counts = [
        int(line.split()[-1])
        for line in result.stdout.splitlines()
        if line.split()[-1:] and line.split()[-1].isdigit()
    ]
    assert counts[-1] == 75
    assert sum(counts[:-1]) == 75
    assert sorted(path.name for path in empty_folder.rglob("*") if path.is_file()) == [
        "issue.eml",
        "issue.html",
        "issue.json",
        "issue.txt",
    ]


def test_build_reads_standard_input(seed_page: Path, empty_folder: Path) -> None:
    result = run("build", "-", stdin=seed_page.read_bytes())
    assert result.exit_code == 0, result.output
    assert (empty_folder / "issues" / "2025-11-07" / "issue.html").is_file()


def test_build_as_json_is_data_on_stdout_only(seed_page: Path) -> None:
    data = json.loads(run("build", str(seed_page), "--json", "--out", "here").stdout)
    assert data["papers"] == 75
    assert data["folder"] == "here"
    assert data["more"] + sum(section["papers"] for section in data["sections"]) == 75


def test_the_same_page_gives_the_same_bytes(seed_page: Path, empty_folder: Path) -> None:
    run("build", str(seed_page), "--out", "a")
    run("build", str(seed_page), "--out", "b")
    for name in ("issue.html", "issue.txt", "issue.eml", "issue.json"):
        assert (empty_folder / "a" / name).read_bytes() == (empty_folder / "b" / name).read_bytes(), name


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
        b"<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>",
        b'{"unknown": true}',
        b"just some words\n",
        b"\x00" * 1000,
    ],
    ids=["empty", "pdf", "html error page", "unknown json", "words", "zeros"],
)
def test_what_no_parser_recognises_is_refused_with_what_can_be_read(body: bytes, empty_folder: Path) -> None:
    page = empty_folder / "page"
    page.write_bytes(body)
    for command in ("build", "inspect"):
        result = run(command, "page")
        assert result.exit_code == 3
        assert "Daily Papers" in result.stderr
        assert result.stdout == ""
    assert [path.name for path in empty_folder.iterdir()] == ["page"]


def test_a_page_that_does_not_exist_is_an_unreadable_input() -> None:
    result = run("build", "absent.txt")
    assert result.exit_code == 3
    assert "absent.txt: cannot be read" in result.stderr


def test_a_page_without_any_year_asks_for_the_date(empty_folder: Path) -> None:
    page = empty_folder / "page.txt"
    page.write_text(
        "Daily Papers\n\nNov 7\n\nA title\n\nAn abstract of a paper.\n\n  • 2 authors\n·\nOct 2\n", "utf-8"
    )
    result = run("build", "page.txt")
    assert result.exit_code == 3
    assert "--date" in result.stderr
    assert run("build", "page.txt", "--date", "2025-11-07").exit_code == 0
    assert (empty_folder / "issues" / "2025-11-07").is_dir()


def test_inspect_prints_the_coverage(seed_page: Path) -> None:
    result = run("inspect", str(seed_page))
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0] == (
        "75 papers: 73 complete, 2 without date and authors; 22 dates given the year 2025"
    )


def test_inspect_as_json_has_the_field_names_of_the_design(seed_page: Path) -> None:
    data = json.loads(run("inspect", str(seed_page), "--json").stdout)
    assert sorted(data) == ["beyond", "coverage", "papers", "problems"]
    first = data["papers"][0]
    assert first["title"].startswith("Mavors")
    assert first["published"] == "2025-04-14"
    assert first["author_count"] == 15
    assert first["comments"] == 2
    assert first["url"] is None
    assert first["authors"] is None


def test_a_wrong_configuration_is_wrong_usage(seed_page: Path, empty_folder: Path) -> None:
    (empty_folder / "newsletter.toml").write_text('[newsletter]\nnmae = "x"\n', "utf-8")
    result = run("build", str(seed_page))
    assert result.exit_code == 2
    assert (
        "newsletter.toml, line 2, newsletter.nmae: unknown key 'nmae'; did you mean 'name'?" in result.stderr
    )


def test_config_show_is_json_with_the_sections_in_force() -> None:
    data = json.loads(run("config", "show").stdout)
    assert data["newsletter"]["name"] == "Daily Papers"
    assert data["sections"]


def test_config_schema_is_a_json_schema() -> None:
    assert "properties" in json.loads(run("config", "schema").stdout)


def test_config_check_reads_the_tables_of_backends(empty_folder: Path) -> None:
    (empty_folder / "newsletter.toml").write_text('[backends.smtp]\nhots = "x"\n', "utf-8")
    result = run("config", "check")
    assert result.exit_code == 2
    assert "line 2, backends.smtp.hots: unknown key 'hots'; did you mean 'host'?" in result.stderr


def test_a_bug_of_ours_is_one_line_and_exit_code_1(monkeypatch: pytest.MonkeyPatch) -> None:
    def explode(*_: object, **__: object) -> None:
        raise ZeroDivisionError("no")

    monkeypatch.setattr(cli.commands["completion"], "callback", explode)
    result = run("completion", "bash")
    assert result.exit_code == 1
    assert "this is a bug in newsletter: ZeroDivisionError: no" in result.stderr
    assert "Traceback" not in result.output


def test_an_interrupt_ends_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli.commands["completion"], "callback", interrupt)
    assert run("completion", "bash").exit_code == 130
