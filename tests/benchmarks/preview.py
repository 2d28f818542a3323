"""How long after a file was saved the preview has its new picture, beside a bare render of the same issue."""

from __future__ import annotations

import os
import statistics
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from newsletter.app import App
from newsletter.config import default_sections_text
from newsletter.preview.server import PreviewServer
from newsletter.preview.subjects import PageSubject
from newsletter.preview.workshop import Workshop
from newsletter.rendering import render

Row = tuple[str, object, str]
RUNS = 9
SEED = Path(__file__).parents[2] / "fixtures" / "daily_papers.txt"
CONFIGURATION = '[newsletter]\nname = "{name}"\n[theme]\nfolder = "theme"\n{more}'


def measure(data: Path) -> list[Row]:
    """Save a style sheet, a template and the configuration in turn, and wait for the picture."""
    del data
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            return _measured(Path(folder))
        finally:
            os.chdir(before)


def _measured(folder: Path) -> list[Row]:
    theme = folder / "theme"
    theme.mkdir()
    config = folder / "newsletter.toml"
    config.write_text(CONFIGURATION.format(name="Daily Papers", more=""), "utf-8")
    workshop = Workshop(PageSubject(str(SEED), None), lambda: App.open(None))
    server = PreviewServer(workshop)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    recipe, issue = workshop.scene.picture.app.recipe(), workshop.scene.picture.issue
    bare = _median(lambda _: render(issue, theme=recipe.theme, budget=recipe.budget))
    sheet = (SEED.parents[1] / "templates" / "email" / "inline.css").read_text("utf-8")
    text = (SEED.parents[1] / "templates" / "email" / "masthead.mjml.j2").read_text("utf-8")
    sections = default_sections_text() + '\nexclude = ["unheard of {}"]\n'
    changes: dict[str, Callable[[int], object]] = {
        "a style sheet": lambda run: (theme / "inline.css").write_text(f"{sheet}/* {run} */\n", "utf-8"),
        "a template": lambda run: (theme / "masthead.mjml.j2").write_text(f"{text}{{# {run} #}}\n", "utf-8"),
        "sections": lambda run: config.write_text(
            CONFIGURATION.format(name="Daily Papers", more=sections.replace("{}", str(run))), "utf-8"
        ),
    }
    rows: list[Row] = [("ms, a bare render", round(1000 * bare, 1), "peer")]
    for name, change in changes.items():
        spent = _median(lambda run, change=change: _until_shown(workshop, server.url, change, run))  # type: ignore[misc]
        rows.append((f"ms, {name} saved until the new picture is served", round(1000 * spent, 1), "1000"))
        rows.append((f"{name}: saved until served / a bare render", round(spent / bare, 1), ""))
    server.close()
    thread.join(timeout=10)
    return rows


def _until_shown(workshop: Workshop, url: str, change: Callable[[int], object], run: int) -> None:
    """Wait as a page does: ask for changes, then for the mail."""
    serial = workshop.scene.serial
    change(run)
    _get(f"{url}live?serial={serial}")
    _get(f"{url}frame.html?as=light")


def _get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310 - our own server
        body: bytes = answer.read()
    return body


def _median(work: Callable[[int], object]) -> float:
    spent = []
    for run in range(RUNS + 2):
        began = time.perf_counter()
        work(run)
        spent.append(time.perf_counter() - began)
    return statistics.median(spent[2:])
