"""The checkers are tests like others: what they forbid never reaches main."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(*command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"


def test_ruff_finds_nothing_to_mend() -> None:
    run("ruff", "check", "--no-cache", ".")


def test_every_file_is_formatted() -> None:
    run("ruff", "format", "--no-cache", "--check", ".")


def test_mypy_strict_finds_no_error() -> None:
    run("mypy")


def test_no_layer_imports_outwards() -> None:
    """import-linter reads the contracts in pyproject.toml."""
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "path", sorted((ROOT / "newsletter").rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT))
)
def test_a_module_is_one_idea_of_at_most_400_lines(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 400
    assert path.stem not in {"utils", "helpers", "common", "base", "manager"}


def test_no_template_switches_escaping_off() -> None:
    for path in (ROOT / "templates").rglob("*.j2"):
        text = path.read_text("utf-8")
        assert "|safe" not in text.replace(" ", ""), path
        assert "autoescape" not in text, path


def test_no_code_marks_text_as_safe_markup() -> None:
    for path in (ROOT / "newsletter").rglob("*.py"):
        assert "Markup(" not in path.read_text("utf-8"), path


def test_no_pure_stage_opens_addresses() -> None:
    """import-linter cannot tell urllib.request from urllib.parse."""
    for room in ("parsing", "topics", "issues", "rendering", "mailing"):
        for path in (ROOT / "newsletter" / room).rglob("*.py"):
            assert "urllib.request" not in path.read_text("utf-8"), path
