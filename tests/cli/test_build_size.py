"""What `newsletter build` says about the size of a mail, and what it keeps of it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from newsletter.cli import cli
from newsletter.store.issue_folder import read_issue


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def build(page: Path, size_budget: int, *options: str) -> Result:
    Path("newsletter.toml").write_text(f"[issue]\nsize_budget = {size_budget}\n", "utf-8")
    done = CliRunner().invoke(cli, ["build", str(page), *options])
    assert done.exit_code == 0, done.output
    return done


def test_both_sizes_are_told_and_the_encoding(seed_page: Path) -> None:
    told = re.search(
        r"the HTML is ([\d,]+) bytes, ([\d,]+) as quoted-printable", build(seed_page, 100_000).stderr
    )
    assert told
    plain, encoded = (int(number.replace(",", "")) for number in told.groups())
    assert plain == Path("issues/2025-11-07/issue.html").stat().st_size
    assert plain < encoded < plain * 1.2


def test_what_was_shortened_is_told_and_kept(seed_page: Path, here: Path) -> None:
    told = build(seed_page, 40_000).stderr
    folder = here / "issues" / "2025-11-07"
    [edition] = json.loads((folder / "issue.json").read_text("utf-8"))["editions"]
    assert edition["shortened"][-1].endswith(" left to the issue on the web")
    assert "; ".join(edition["shortened"]) in told
    stored = read_issue(folder)
    assert stored.editions[0].shortened == tuple(edition["shortened"])
    assert 38_000 < len(stored.html) <= 40_000
    assert len(stored.issue.entries) == 75


def test_programs_get_the_same(seed_page: Path) -> None:
    data = json.loads(build(seed_page, 40_000, "--json").stdout)
    assert data["encoded_html"]["encoding"] == "quoted-printable"
    assert data["encoded_html"]["bytes"] > data["bytes"]["issue.html"]
    assert data["shortened"]


def test_an_issue_that_fits_says_nothing_of_it(seed_page: Path) -> None:
    assert "shortened" not in build(seed_page, 100_000).stderr
