"""What a command loads: start-up stays near click's own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = (
    *("sklearn", "numpy", "scipy", "premailer", "pydantic", "jinja2", "babel", "rich", "flask", "smtplib"),
    *("waitress", "watchfiles"),
    *("sqlalchemy", "alembic", "psycopg", "cryptography", "httpcore", "dns"),
)
LIGHT_CALLS: tuple[list[str], ...] = (
    ["--help"],
    ["--version"],
    [],
    ["build", "--help"],
    ["send", "--help"],
    ["doctor", "--help"],
    ["preview", "--help"],
    ["status", "--help"],
    ["halt", "--help"],
    ["reconcile", "--help"],
    ["dkim", "keygen", "--help"],
    ["explain", "--help"],
    ["topics", "check", "--help"],
    ["db", "status", "--help"],
    ["papers", "export", "--help"],
    ["subscribers", "import", "--help"],
    ["sources", "fetch", "--help"],
)


def modules_after(*arguments: str) -> set[str]:
    """Run the command line in a fresh interpreter and list what it imported."""
    program = (
        "import sys, json\n"
        "from newsletter.cli import main\n"
        f"sys.argv = ['newsletter', *{list(arguments)!r}]\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print('\\n' + json.dumps(sorted(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize("arguments", LIGHT_CALLS, ids=" ".join)
def test_asking_for_help_loads_nothing_heavy(arguments: list[str]) -> None:
    assert modules_after(*arguments).isdisjoint(HEAVY)


def test_what_draws_nothing_loads_no_languages() -> None:
    assert "babel" not in modules_after("config", "check")


def test_what_fetches_nothing_loads_no_http() -> None:
    assert "httpcore" not in modules_after("config", "check")
    assert "httpcore" not in modules_after("sources", "list")


def test_what_stores_nothing_loads_no_database() -> None:
    assert modules_after("config", "check").isdisjoint({"sqlalchemy", "alembic"})


def test_an_up_to_date_database_is_opened_without_alembic(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    modules_after("db", "migrate")
    assert "alembic" not in modules_after("db", "status")


def test_importing_the_package_loads_only_itself() -> None:
    program = "import sys; old = set(sys.modules); import newsletter; print(*sorted(set(sys.modules) - old))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split() == ["newsletter"]
