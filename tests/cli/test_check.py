"""`newsletter check`, and what `newsletter build` says of the same checks."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from newsletter.cli import cli

BUILT = "2025-11-07"


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NEWSLETTER_CONFIG", raising=False)
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments))


@pytest.fixture
def build(seed_page: Path) -> Callable[..., Result]:
    """Build the seed page with a theme of its own: the default's files, and more at the end of some."""

    def make(**more: str) -> Result:
        folder = Path.cwd() / "look"
        folder.mkdir()
        for name, end in more.items():
            path = {"inline": "inline.css", "cards": "cards.mjml.j2"}[name]
            default = (seed_page.parents[1] / "templates" / "email" / path).read_text("utf-8")
            (folder / path).write_text(f"{default}\n{end}\n", "utf-8")
        Path("newsletter.toml").write_text(f'[theme]\nfolder = "{folder.as_posix()}"\n', "utf-8")
        return run("build", str(seed_page))

    return make


def test_the_real_issue_has_no_error_and_no_unknown_warning(build: Callable[..., Result]) -> None:
    assert "checks:" not in build().stderr
    for arguments in (["check", BUILT], ["check", f"issues/{BUILT}"], ["check", BUILT, "--strict"]):
        result = run(*arguments)
        assert result.exit_code == 0, result.output
        assert result.stdout.startswith(f"{BUILT}: no errors, no warnings; ")


@pytest.mark.parametrize("page", ["arxiv_feed_atom.xml", "arxiv_search.xml"])
def test_cards_with_badges_have_no_error_and_no_unknown_warning(seed_page: Path, page: str) -> None:
    run("build", str(seed_page.parent / "sources" / page), "--date", BUILT)
    assert 'class="b"' in Path("issues", BUILT, "issue.html").read_text("utf-8")
    assert run("check", BUILT, "--strict").exit_code == 0


def test_an_issue_that_was_shortened_has_no_error_either(seed_page: Path) -> None:
    Path("newsletter.toml").write_text("[issue]\nsize_budget = 30000\n", "utf-8")
    assert "left to the issue on the web" in run("build", str(seed_page)).stderr
    result = run("check", BUILT, "--strict")
    assert result.exit_code == 0, result.output


def test_notes_are_shown_when_asked_for(build: Callable[..., Result]) -> None:
    build()
    shown = run("check", BUILT, "--notes").stdout
    assert "@media (prefers-color-scheme): lost in Gmail" in " ".join(shown.split())
    assert "@media (prefers-color-scheme)" not in run("check", BUILT).stdout


def test_an_error_ends_with_8_and_says_what_to_change(build: Callable[..., Result]) -> None:
    built = build(inline=".l { color: #bbbbbb }")
    assert built.exit_code == 0
    counted = rf"checks: \d errors, no warnings \(newsletter check issues/{BUILT}\); the first: #bbbbbb on"
    assert re.search(counted, built.stderr)
    result = run("check", BUILT)
    assert result.exit_code == 8
    said = " ".join(result.stdout.split())
    assert "error contrast #bbbbbb on #ffffff has a contrast of 1.91:1 in the light scheme" in said
    assert "change one of the two colours in inline.css" in said


def test_a_warning_ends_with_8_only_if_warnings_count(build: Callable[..., Result]) -> None:
    built = build(inline=".l { object-fit: fill }")
    assert "checks: no errors, 1 warning" in built.stderr
    assert run("check", BUILT).exit_code == 0
    assert run("check", BUILT, "--strict").exit_code == 8


def test_json_holds_every_finding(build: Callable[..., Result]) -> None:
    build(inline=".l { object-fit: fill }")
    data = json.loads(run("check", BUILT, "--json").stdout)
    assert (data["issue"], data["errors"], data["warnings"]) == (BUILT, 0, 1)
    assert len(data["findings"]) == data["notes"] + 1
    [first] = [finding for finding in data["findings"] if finding["severity"] == "warning"]
    assert first["check"] == "clients"
    assert first["where"]["element"] == '<a class="l">'
    assert set(first) == {"severity", "check", "message", "hint", "where"}


def test_build_counts_the_findings_for_programs(seed_page: Path) -> None:
    data = json.loads(run("build", str(seed_page), "--json").stdout)
    assert data["checks"]["errors"] == data["checks"]["warnings"] == 0
    assert data["checks"]["notes"] > 0


def test_what_is_the_same_in_many_places_is_told_once(build: Callable[..., Result]) -> None:
    build(cards='<tr><td><img src="cid:1" /></td></tr>')
    result = run("check", BUILT)
    assert result.stdout.count("an image has no alt") == 1
    assert ", and in 9 more places" in " ".join(result.stdout.split())
    assert f"{BUILT}: 10 errors" in result.stdout


def test_many_findings_of_a_check_are_counted(build: Callable[..., Result]) -> None:
    build(cards="".join(f'<tr><td><a href="/{number}">x</a></td></tr>' for number in range(8)))
    result = run("check", BUILT)
    assert result.stdout.count("is not http, https or mailto") == 5
    assert "... and 3 more of links (--json lists them all)" in result.stdout


def test_an_issue_that_is_not_there_is_told() -> None:
    result = run("check", "2025-01-01")
    assert result.exit_code == 5
    assert "no issue '2025-01-01'" in result.stderr
