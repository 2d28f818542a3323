"""`newsletter topics` on the command line."""

from __future__ import annotations

import errno
import json
import os
import tempfile
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from newsletter.app import App
from newsletter.cli import cli
from newsletter.cli.topics import topics
from newsletter.store.past import Past

GOLDEN = Path(__file__).parent / "golden" / "topics_explain.txt"
SECTIONS = """\
# what moves
[[sections]]
title = "Robots"
keywords = ["robot", "locomotion"]   # hardware

# what speaks
[[sections]]
title = "Speech"
keywords = ["speech", "voice"]
"""
FIGURES = ["papers", "accuracy", "acceptable", "macro_f1", "macro_f1_with_more", "coverage", "auroc_more"]


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NEWSLETTER_CONFIG", raising=False)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["topics", *arguments])


def write_papers(name: str = "papers.jsonl") -> str:
    """Ten papers on robots, ten on speech, six on whales; days of January."""
    subjects = [("robots", "robot")] * 10 + [("speech", "speech")] * 10 + [("none", "whale song")] * 6
    lines = [
        {
            "id": f"2401.{number:05}",
            "title": f"The {subject} of case{number}",
            "abstract": f"We look at a {subject} in a calm sea.",
            "date": f"2024-01-{number % 20 + 1:02}",
            "label": label,
            "acceptable": [] if label == "none" else [label],
        }
        for number, (label, subject) in enumerate(subjects)
    ]
    Path(name).write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return name


def write_sections(text: str = SECTIONS) -> Path:
    path = Path("newsletter.toml")
    path.write_text(text, "utf-8")
    return path


# --- all of them -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(topics.commands))
def test_every_command_and_option_explains_itself(name: str) -> None:
    command = topics.commands[name]
    assert command.get_short_help_str()
    assert run(name, "--help").exit_code == 0
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name


def test_the_shell_completes_commands_and_sections(monkeypatch: pytest.MonkeyPatch) -> None:
    write_sections()

    def completions(words: str, place: int) -> list[str]:
        monkeypatch.setenv("_NEWSLETTER_COMPLETE", "bash_complete")
        monkeypatch.setenv("COMP_WORDS", words)
        monkeypatch.setenv("COMP_CWORD", str(place))
        return CliRunner().invoke(cli, [], prog_name="newsletter").stdout.split()

    assert completions("newsletter topics e", 2) == ["plain,evaluate", "plain,explain"]
    assert completions("newsletter topics suggest --section sp", 4) == ["plain,speech"]
    write_sections("not TOML")
    assert completions("newsletter topics suggest --section sp", 4) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["explain", "x"],
        ["suggest"],
        ["diff", "--config", "newsletter.toml"],
        ["diff", "--config", "absent.toml"],
        ["evaluate", "papers.jsonl", "--history", "a", "--history-halves"],
        ["suggest", "--section", "robots", "--all"],
        ["suggest", "--section", "absent", "--papers", "papers.jsonl"],
        ["explain", "x", "--page", "a", "--issue", "b"],
        ["list", "--config", "absent.toml"],
    ],
    ids=" ".join,
)
def test_what_cannot_work_is_wrong_usage_in_words(arguments: list[str]) -> None:
    write_sections()
    write_papers()
    result = run(*arguments)
    assert result.exit_code == 2, result.output
    assert result.stderr.startswith("error: ")
    assert result.stdout == ""


# --- list ------------------------------------------------------------------------------------------------


def test_list_shows_the_sections_and_with_papers_how_many_each_gets() -> None:
    write_sections()
    assert "robots" in run("list").stdout
    rows = json.loads(run("list", "--papers", write_papers(), "--json").stdout)
    assert [(row["slug"], row["papers"]) for row in rows] == [("robots", 10), ("speech", 10), (None, 6)]


# --- explain ---------------------------------------------------------------------------------------------


def test_explain_reads_like_the_golden_file(
    seed_page: Path, assert_golden: Callable[[Path, str], None]
) -> None:
    result = run("explain", "robots pre-train robots", "--page", str(seed_page))
    assert result.exit_code == 0, result.output
    assert_golden(GOLDEN, result.stdout)


def test_explain_looks_into_the_newest_issue(seed_page: Path) -> None:
    assert CliRunner().invoke(cli, ["build", str(seed_page)]).exit_code == 0
    stored = run("explain", "robots pre-train robots")
    assert stored.exit_code == 0, stored.output
    assert "2025-11-07" in stored.stderr
    assert stored.stdout == run("explain", "robots pre-train robots", "--issue", "2025-11-07").stdout


def test_explain_again_uses_the_sections_of_today(seed_page: Path) -> None:
    CliRunner().invoke(cli, ["build", str(seed_page)])
    write_sections()
    data = json.loads(run("explain", "robots pre-train robots", "--again", "--json").stdout)
    assert data["section"] == "robots"
    assert "robot" in data["evidence"]["keyword_hits"]


def test_a_page_is_explained_as_it_was_built_whatever_was_built_since(seed_page: Path) -> None:
    """Its own issue and later ones are no past of it."""
    CliRunner().invoke(cli, ["build", str(seed_page)])
    write_papers()
    CliRunner().invoke(cli, ["build", "papers.jsonl", "--date", "2025-11-09"])
    wanted = ["explain", "robots pre-train robots", "--json"]
    built = json.loads(run(*wanted, "--issue", "2025-11-07").stdout)
    assert json.loads(run(*wanted, "--page", str(seed_page)).stdout)["score"] == pytest.approx(
        built["score"], abs=5e-4
    )
    run("list")  # counts all issues
    again = json.loads(run(*wanted, "--issue", "2025-11-07", "--again").stdout)
    assert again["score"] == pytest.approx(built["score"], abs=5e-4)


def test_explain_says_when_a_section_was_full(seed_page: Path) -> None:
    write_sections("[issue]\nmax_papers = 1\n\n" + SECTIONS)
    CliRunner().invoke(cli, ["build", str(seed_page)])
    more = json.loads(Path("issues/2025-11-07/issue.json").read_text("utf-8"))["issue"]["more"]
    full = next(entry["placement"] for entry in more if entry["placement"]["section"])
    result = run("explain", full["paper"]["title"])
    assert "More papers: its section had as many papers as it may show" in result.stdout


# --- suggest ---------------------------------------------------------------------------------------------


def test_suggest_prints_toml_for_papers_that_fit_nothing() -> None:
    write_sections()
    result = run("suggest", "--papers", write_papers())
    assert result.exit_code == 0, result.output
    [section] = tomllib.loads(result.stdout)["sections"]
    assert any("whale" in keyword.casefold() for keyword in section["keywords"])


def test_suggest_writes_and_keeps_what_a_person_wrote() -> None:
    path = write_sections()
    result = run("suggest", "--papers", write_papers(), "--write")
    assert result.exit_code == 0, result.output
    assert path.read_text("utf-8").startswith(SECTIONS)
    assert len(tomllib.loads(path.read_text("utf-8"))["sections"]) == 3
    assert run("check", "--papers", "papers.jsonl").exit_code == 0


def test_suggest_gives_keywords_for_a_section() -> None:
    path = write_sections()
    Path("p.jsonl").write_text(
        "".join(
            json.dumps({"title": f"{subject} number{i}", "abstract": f"All about the {more}."}) + "\n"
            for i in range(6)
            for subject, more in (("A robot", "gripper control"), ("A voice", "noisy rooms"))
        ),
        "utf-8",
    )
    result = run("suggest", "--section", "robots", "--papers", "p.jsonl", "--write")
    assert result.exit_code == 0, result.output
    assert tomllib.loads(result.stdout)["keywords"] == ["robot", "locomotion", "gripper control"]
    assert 'keywords = ["robot", "locomotion", "gripper control"]   # hardware' in path.read_text("utf-8")


def test_suggest_writes_nothing_without_a_file() -> None:
    result = run("suggest", "--papers", write_papers(), "--write")
    assert result.exit_code == 2
    assert "newsletter init" in result.stderr
    assert not Path("newsletter.toml").exists()


# --- check -----------------------------------------------------------------------------------------------


def test_check_ends_with_0_on_warnings_and_8_on_errors() -> None:
    write_sections(SECTIONS.replace('"voice"', '"voice", "robot"'))
    result = run("check")
    assert result.exit_code == 0
    assert "warning: 'Robots', 'Speech' have the same keywords: 'robot'" in result.stdout
    assert "1 warning" in result.stdout
    write_sections(SECTIONS + 'exclude = ["voice"]\n')
    result = run("check", "--json")
    assert result.exit_code == 8
    [finding] = json.loads(result.stdout)
    assert (finding["severity"], finding["sections"]) == ("error", ["speech"])
    assert finding["advice"]


def test_check_says_when_there_are_too_few_papers() -> None:
    write_sections()
    assert "20 past papers" in run("check").stderr
    assert run("check", "--papers", write_papers()).stderr == ""


# --- diff ------------------------------------------------------------------------------------------------


def test_diff_shows_the_moves_of_the_last_days() -> None:
    write_sections()
    Path("new.toml").write_text(SECTIONS.replace('title = "Robots"', 'title = "Machines"'), "utf-8")
    result = run("diff", "--config", "new.toml", "--papers", write_papers(), "--days", "20", "--json")
    data = json.loads(result.stdout)
    assert data["papers"] == 26
    assert {(move["old"], move["new"]) for move in data["moves"]} == {("robots", "machines")}
    assert len(data["moves"]) == 10
    few = json.loads(
        run("diff", "--config", "new.toml", "--papers", "papers.jsonl", "--days", "1", "--json").stdout
    )
    assert few == {"papers": 1, "moves": []}


def test_diff_for_people_ends_with_a_count() -> None:
    write_sections()
    Path("new.toml").write_text(SECTIONS.replace("robot", "whale"), "utf-8")
    result = run("diff", "--config", "new.toml", "--papers", write_papers(), "--days", "30")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[-1].endswith("of 26 papers would move")
    assert "More papers" in result.stdout


def test_diff_places_papers_as_if_they_were_new(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was learnt of the papers themselves, and since, does not count."""
    write_sections()
    Path("new.toml").write_text(SECTIONS.replace("robot", "whale"), "utf-8")
    CliRunner().invoke(cli, ["build", write_papers(), "--date", "2024-01-20"])
    asked: list[date | None] = []
    original = App.past

    def past(app: App, before: date | None = None) -> Past:
        asked.append(before)
        return original(app, before)

    monkeypatch.setattr(App, "past", past)
    assert run("diff", "--config", "new.toml", "--days", "3").exit_code == 0
    assert asked == [date(2024, 1, 18)] * 2


# --- evaluate --------------------------------------------------------------------------------------------


def test_evaluate_prints_the_figures_for_people_and_programs() -> None:
    write_sections()
    result = run("evaluate", write_papers())
    assert result.exit_code == 0, result.output
    lines = {line.split()[0]: line.split()[1] for line in result.stdout.splitlines() if line.split()[1:]}
    data = json.loads(run("evaluate", "papers.jsonl", "--json").stdout)
    assert [name for name in FIGURES if name not in data] == []
    assert lines["papers"] == str(data["papers"]) == "26"
    for name in FIGURES[1:]:
        assert lines[name] == f"{data[name]:.3f}"
    assert data["macro_f1"] == data["macro_f1_with_more"] == data["auroc_more"] == 1.0
    assert {"slug", "papers", "precision", "recall", "f1"} <= set(data["sections"][0])


@pytest.mark.parametrize(
    "options", [["--batch", "5"], ["--history", "past.jsonl"], ["--batch", "5", "--history-halves"]]
)
def test_evaluate_knows_batches_and_histories(options: list[str]) -> None:
    write_sections()
    write_papers("past.jsonl")
    data = json.loads(run("evaluate", write_papers(), "--json", *options).stdout)
    assert data["papers"] == 26
    assert data["accuracy"] == 1.0


def test_evaluate_takes_the_first_acceptable_section_for_the_label() -> None:
    write_sections()
    Path("p.jsonl").write_text('{"title": "A robot", "acceptable": ["robots"]}\n{"title": "B"}\n', "utf-8")
    data = json.loads(run("evaluate", "p.jsonl", "--json").stdout)
    assert (data["papers"], data["accuracy"], data["acceptable"]) == (1, 1.0, 1.0)


def test_evaluate_tells_which_lines_are_no_papers() -> None:
    write_sections()
    lines = ['{"title": "A robot", "label": "robots"}', "not JSON", '{"label": "robots"}']
    Path("p.jsonl").write_text("\n".join(lines), "utf-8")
    result = run("evaluate", "p.jsonl", "--json")
    assert json.loads(result.stdout)["papers"] == 1
    assert [line.partition(":")[0] for line in result.stderr.splitlines()] == ["left out"] * 2
    assert "p.jsonl, line 2: " in result.stderr
    Path("p.jsonl").write_text("not JSON\n", "utf-8")
    assert "no line of it is a paper" in run("evaluate", "p.jsonl").stderr


def test_evaluate_refuses_labels_that_are_no_section() -> None:
    result = run("evaluate", write_papers())
    assert result.exit_code == 2
    assert "robots" in result.stderr
    assert "--config" in result.stderr


def test_evaluate_refuses_papers_without_labels(empty_folder: Path) -> None:
    (empty_folder / "p.jsonl").write_text('{"title": "A"}\n', "utf-8")
    result = run("evaluate", "p.jsonl")
    assert result.exit_code == 3
    assert '"label"' in result.stderr


# --- move ------------------------------------------------------------------------------------------------


def test_move_makes_an_example_and_takes_it_back() -> None:
    path = write_sections()
    page = write_papers()
    assert run("move", "2401.00000", "speech", "--page", page).exit_code == 0
    tables = tomllib.loads(path.read_text("utf-8"))["sections"]
    assert [table.get("examples") for table in tables] == [None, ["2401.00000"]]
    assert [table.get("counterexamples") for table in tables] == [["2401.00000"], None]
    assert run("move", "2401.00000", "more", "--page", page).exit_code == 0
    tables = tomllib.loads(path.read_text("utf-8"))["sections"]
    assert not any(table.get("examples") for table in tables)


def test_a_move_that_cannot_be_written_down_ends_with_5(monkeypatch: pytest.MonkeyPatch) -> None:
    path, page = write_sections(), write_papers()
    before = path.read_bytes()

    def full_disk(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(tempfile, "mkstemp", full_disk)
    result = run("move", "2401.00000", "speech", "--page", page)
    assert result.exit_code == 5
    assert result.stderr == "error: newsletter.toml: cannot be written (No space left on device)\n"
    assert path.read_bytes() == before


def test_a_paper_moved_back_is_no_counterexample_any_more() -> None:
    path = write_sections()
    page = write_papers()
    for section in ("speech", "robots"):
        assert run("move", "2401.00000", section, "--page", page).exit_code == 0
    tables = tomllib.loads(path.read_text("utf-8"))["sections"]
    assert [table.get("examples") for table in tables] == [["2401.00000"], []]
    assert [table.get("counterexamples") for table in tables] == [[], None]


# --- hostile input ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"title": "[red]markup[/red] [link=x]", "label": "robots"}',
        b'{"title": "\\u001b[31mred \\ud800 \\u202e", "abstract": "'
        + b"robot " * 20_000
        + b'", "label": "none"}',
        b'{"title": "\xe2\x80\xa6", "id": "", "label": "speech", "acceptable": {"x": 1}}',
        b'{"title": "$\\\\frac{robot", "label": "robots", "date": "9999-12-31"}',
    ],
    ids=["bytes", "nesting", "markup", "controls", "no words", "TeX"],
)
def test_hostile_papers_end_in_words_never_in_a_traceback(line: bytes) -> None:
    write_sections()
    Path("p.jsonl").write_bytes(b"\n".join([line] * 3))
    for arguments in (
        ["evaluate", "p.jsonl", "--batch", "2"],
        ["list", "--papers", "p.jsonl"],
        ["explain", "a", "--page", "p.jsonl"],
        ["suggest", "--papers", "p.jsonl", "--all"],
        ["check", "--papers", "p.jsonl"],
        ["diff", "--config", "newsletter.toml", "--papers", "p.jsonl"],
    ):
        result = run(*arguments)
        assert result.exit_code in (0, 2, 3), (arguments, result.output)
        assert "\x1b" not in result.stdout
        assert "bug" not in result.stderr
