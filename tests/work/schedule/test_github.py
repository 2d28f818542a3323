"""A workflow for GitHub Actions, as YAML and by the keys that GitHub knows."""

from __future__ import annotations

import re
import subprocess
from datetime import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from newsletter.config import load_config
from newsletter.errors import ConfigError
from newsletter.work.schedule.github import Repository, github_workflow, utc_cron
from newsletter.work.schedule.repository import find_root, repository_of
from newsletter.work.schedule.timetable import Timetable

AT = Timetable(at=time(6, 30), timezone="Europe/Berlin")
SERVED = Repository(
    folder="", config="newsletter.toml", install="pip install .", secrets=("NEWSLETTER_SMTP_PASSWORD",)
)
KEPT = Repository(
    folder="news",
    config="newsletter.toml",
    install="pip install .",
    state=("news/newsletter.db*", "news/issues"),
)
JOB = {"runs-on", "timeout-minutes", "env", "steps"}
STEP = {"name", "id", "if", "uses", "with", "run", "env", "working-directory"}
ACTIONS = {
    "actions/checkout": {"persist-credentials"},
    "actions/setup-python": {"python-version"},
    "actions/cache/restore": {"path", "key", "restore-keys"},
    "actions/cache/save": {"path", "key"},
}


def workflow(repository: Repository = SERVED, timetable: Timetable = AT) -> dict[Any, Any]:
    """Read a workflow; only what GitHub knows is taken."""
    data: dict[Any, Any] = yaml.safe_load(github_workflow(repository, timetable, year=2025))
    # YAML 1.1 reads the key `on` as true; GitHub does not.
    assert set(data) == {"name", True, "permissions", "concurrency", "jobs"}
    [job] = data["jobs"].values()
    assert set(job) == JOB
    for step in job["steps"]:
        assert set(step) <= STEP
        assert ("uses" in step) != ("run" in step)
        if "uses" in step:
            action, version = step["uses"].split("@")
            assert re.fullmatch(r"v\d+", version)
            assert set(step["with"]) <= ACTIONS[action]
    return data


def steps(data: dict[Any, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = data["jobs"]["run"]["steps"]
    return found


def test_it_is_called_once_a_day_or_by_hand_and_never_twice_at_once() -> None:
    data = workflow()
    [call] = data[True]["schedule"]
    assert len(call["cron"].split()) == 5
    assert "workflow_dispatch" in data[True]
    assert data["concurrency"] == {"group": "newsletter", "cancel-in-progress": False}


def test_it_may_read_the_repository_and_nothing_else() -> None:
    data = workflow(KEPT)
    assert data["permissions"] == {"contents": "read"}
    [checkout] = [step for step in steps(data) if step.get("uses", "").startswith("actions/checkout")]
    assert checkout["with"] == {"persist-credentials": False}


def test_secrets_are_named_and_never_written() -> None:
    environment = workflow()["jobs"]["run"]["env"]
    assert environment == {
        "TZ": "Europe/Berlin",
        "NEWSLETTER_SMTP_PASSWORD": "${{ secrets.NEWSLETTER_SMTP_PASSWORD }}",
    }


@pytest.mark.parametrize(
    ("at", "zone", "cron"),
    [
        ("06:30", "Europe/Berlin", "30 5 * * *"),  # winter's time: 7:30 in summer, never 5:30
        ("06:30", "UTC", "30 6 * * *"),
        ("06:30", "Asia/Tokyo", "30 21 * * *"),
        ("06:30", "Asia/Kathmandu", "45 0 * * *"),
        ("23:30", "America/New_York", "30 4 * * *"),
        ("06:30", "Australia/Sydney", "30 20 * * *"),
    ],
)
def test_the_time_is_given_in_utc(at: str, zone: str, cron: str) -> None:
    timetable = Timetable(at=time.fromisoformat(at), timezone=zone)
    assert utc_cron(timetable, year=2025) == cron


def test_hours_of_readers_make_it_hourly() -> None:
    hourly = Timetable(at=time(6, 30), timezone="Asia/Kolkata", is_hourly=True)
    assert utc_cron(hourly, year=2025) == "0 * * * *"


def test_the_clock_is_explained() -> None:
    assert "# 06:30 Europe/Berlin, in summer 07:30" in github_workflow(SERVED, AT, year=2025)
    assert "summer" not in github_workflow(SERVED, Timetable(at=time(6), timezone="UTC"), year=2025)


def test_with_a_server_nothing_is_kept_on_github() -> None:
    assert not [step for step in steps(workflow()) if "cache" in step.get("uses", "")]


def test_a_database_that_is_a_file_is_brought_back_first_and_kept_whatever_happens() -> None:
    found = steps(workflow(KEPT))
    names = [step.get("name", step.get("uses", "")) for step in found]
    assert names[3:] == [
        "Keep readers' addresses out of a public repository",
        "Bring the database back",
        "Stop if the database is gone",
        "Run",
        "Keep the database",
    ]
    assert found[4]["with"]["path"] == found[7]["with"]["path"] == "news/newsletter.db*\nnews/issues"
    assert found[4]["with"]["key"].startswith(found[4]["with"]["restore-keys"])
    assert found[7]["if"].startswith("always()")


@pytest.mark.parametrize(
    "name", ["with blanks", 'a "quote"', "ünï", "it's: [x]", "$HOME `id`", "# no comment"]
)
def test_odd_names_arrive_as_they_are(tmp_path: Path, name: str) -> None:
    data = workflow(Repository(folder=name, config=f"{name}.toml", install="pip install ."))
    run = steps(data)[-1]
    assert (run["working-directory"], run["env"]["CONFIG"]) == (name, f"{name}.toml")
    (tmp_path / "python").write_text('#!/bin/sh\nfor word; do echo "$word"; done\n')
    (tmp_path / "python").chmod(0o755)
    environ = {"PATH": f"{tmp_path}:/usr/bin:/bin", **run["env"]}
    done = subprocess.run(
        ["/bin/sh", "-c", run["run"]], env=environ, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-2:] == ["--config", f"{name}.toml"]


def test_a_name_that_github_would_run_is_refused() -> None:
    with pytest.raises(ConfigError, match="for an expression"):
        workflow(Repository(folder="${{ secrets.X }}", config="n.toml", install="x"))


def repository(folder: Path, text: str, **environ: str) -> Repository:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "newsletter.toml").write_text(text, "utf-8")
    root = find_root(folder)
    assert root
    (root / "requirements.txt").write_text(
        "newsletter @ git+https://git.example.org/newsletter.git\n", "utf-8"
    )
    return repository_of(load_config(folder / "newsletter.toml"), root, environ)


def test_a_repository_is_described_by_where_things_are_in_it(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "newsletter"\n')
    found = repository(tmp_path / "news", '[backends.smtp]\nhost = "smtp.example.org"\nusername = "me"\n')
    assert found == Repository(
        folder="news",
        config="newsletter.toml",
        install='pip install "."',
        secrets=("NEWSLETTER_SMTP_PASSWORD",),
        state=("news/newsletter.db*", "news/issues"),
    )


def test_a_database_on_a_server_needs_its_password_and_no_files(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    text = '[store]\nurl = "postgresql://me@db.example.org/news"\n'
    found = repository(tmp_path, text, NEWSLETTER_LINKS_KEY="not read", NEWSLETTER_CONFIG="x")
    assert (found.state, found.folder) == ((), "")
    assert found.secrets == ("NEWSLETTER_LINKS_KEY", "NEWSLETTER_STORE_PASSWORD")


def test_a_database_elsewhere_is_refused(tmp_path: Path) -> None:
    inside = tmp_path / "here"
    (inside / ".git").mkdir(parents=True)
    with pytest.raises(ConfigError, match="outside of the repository"):
        repository(inside, f'[store]\nurl = "sqlite:///{tmp_path}/elsewhere.db"\n')
