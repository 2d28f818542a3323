"""`newsletter theme export`: the default theme, to be changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from newsletter.cli import cli
from newsletter.rendering.theme import default_templates


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_export_writes_the_whole_theme_and_says_how_to_use_it(here: Path) -> None:
    done = CliRunner().invoke(cli, ["theme", "export", "looks/mine"])
    assert done.exit_code == 0
    default = {path.name: path.read_bytes() for path in (default_templates() / "email").iterdir()}
    assert {path.name: path.read_bytes() for path in (here / "looks/mine").iterdir()} == default
    assert sorted(done.stdout.split()) == sorted(f"looks/mine/{name}" for name in default)
    assert '[theme]\n    folder = "looks/mine"' in done.stderr


def test_a_changed_theme_is_never_overwritten_unasked(here: Path) -> None:
    (here / "mine").mkdir()
    (here / "mine" / "inline.css").write_text("mine", "utf-8")
    done = CliRunner().invoke(cli, ["theme", "export", "mine"])
    assert done.exit_code == 2
    assert "inline.css" in done.stderr
    assert [path.name for path in (here / "mine").iterdir()] == ["inline.css"]
    assert (here / "mine" / "inline.css").read_text("utf-8") == "mine"
    assert CliRunner().invoke(cli, ["theme", "export", "mine", "--force"]).exit_code == 0
    assert (here / "mine" / "inline.css").read_text("utf-8") != "mine"


def test_a_place_that_cannot_be_written_is_named(here: Path) -> None:
    (here / "file").write_text("", "utf-8")
    done = CliRunner().invoke(cli, ["theme", "export", "file/mine"])
    assert done.exit_code == 5
    assert "file/mine" in done.stderr


def test_an_exported_theme_is_used(here: Path, seed_page: Path) -> None:
    assert CliRunner().invoke(cli, ["theme", "export", "mine"]).exit_code == 0
    masthead = here / "mine" / "masthead.mjml.j2"
    masthead.write_text('<tr><td><h1 class="h1">Hear, hear</h1></td></tr>', "utf-8")
    (here / "newsletter.toml").write_text('[theme]\nfolder = "mine"\n', "utf-8")
    assert CliRunner().invoke(cli, ["build", str(seed_page)]).exit_code == 0
    assert "Hear, hear" in (here / "issues" / "2025-11-07" / "issue.html").read_text("utf-8")
