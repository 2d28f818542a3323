"""The built wheel is whole: it works from any folder, with its templates inside the package."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=120,
    )
    [path] = folder.glob("*.whl")
    return path


def test_the_wheel_holds_the_package_with_its_templates_and_nothing_beside_it(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"newsletter"}
    packed = {name.removeprefix("newsletter/") for name in names}
    for path in (ROOT / "templates").rglob("*"):
        if path.is_file():
            assert str(path.relative_to(ROOT)) in packed
    assert {"config/default_sections.toml", "config/starter.toml", "py.typed"} <= packed
    for path in (ROOT / "newsletter" / "rendering" / "locale").rglob("*.mo"):
        assert str(path.relative_to(ROOT / "newsletter")) in packed


def build_with(command: list[str], folder: Path, page: Path, environ: dict[str, str]) -> None:
    """Run the main job in `folder`, away from the checkout."""
    done = subprocess.run(
        [*command, "build", str(page)],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (folder / "issues" / "2025-11-07" / "issue.html").is_file()


def test_the_unpacked_wheel_does_the_main_job_without_the_checkout(
    wheel: Path, tmp_path: Path, seed_page: Path
) -> None:
    site, work = tmp_path / "site", tmp_path / "work"
    work.mkdir()
    zipfile.ZipFile(wheel).extractall(site)
    (work / "newsletter.toml").write_text('[newsletter]\nlanguage = "de"\n', "utf-8")
    environ = {**os.environ, "PYTHONPATH": str(site)}
    program = (
        "import sys, newsletter; from newsletter.cli import main\n"
        f"assert newsletter.__file__.startswith({str(site)!r}), newsletter.__file__\n"
        "main()"
    )
    build_with([sys.executable, "-c", program], work, seed_page, environ)
    assert "Freitag, 7. November 2025" in (work / "issues" / "2025-11-07" / "issue.txt").read_text("utf-8")


@pytest.mark.slow
def test_the_wheel_installs_into_a_fresh_environment(wheel: Path, tmp_path: Path, seed_page: Path) -> None:
    venv.create(tmp_path / "env", with_pip=True)
    programs = tmp_path / "env" / "bin"
    subprocess.run(
        [programs / "pip", "install", "-q", str(wheel)], check=True, capture_output=True, timeout=600
    )
    work = tmp_path / "work"
    work.mkdir()
    build_with([str(programs / "newsletter")], work, seed_page, dict(os.environ))
