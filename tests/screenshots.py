"""Pictures of the seed issue as readers may see it: python tests/screenshots.py DIR

Needs Chromium (Debian package: chromium) and the `test` extra. Nothing is fetched: scripts and
network are off. The pictures show the first screens and the foot; `--whole` shows all of it.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from base64 import b64encode
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from playwright.sync_api import sync_playwright

from newsletter import plugins
from newsletter.config import default_sections
from newsletter.issues import compose
from newsletter.mailing.slots import fill
from newsletter.model import Document, Issue
from newsletter.parsing import parse
from newsletter.preview.appearances import (
    in_gmail_dark,
    in_outlook_dark,
    inverted,
    without_images,
    without_styles,
)
from newsletter.rendering import render
from newsletter.topics import discover, place, with_groups

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, ViewportSize

SEED = Path(__file__).parents[1] / "fixtures" / "daily_papers.txt"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--hide-scrollbars",
]
HEIGHT = 1500
FOOT = 500
README_HEIGHT = 760
README_SCALE = 0.8
VALUES = {
    "unsubscribe_url": "https://news.example.org/unsubscribe/abc",
    "preferences_url": "https://news.example.org/preferences/abc",
    "archive_url": "https://news.example.org/issues/2025-11-07",
    "postal_address": "Example Papers, 1 Example Street, 12345 Example Town",
}


def unchanged(html: str) -> str:
    return html


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One way in which an issue may be seen."""

    name: str
    width: int = 600
    scheme: Literal["light", "dark"] = "light"
    language: str = "en"
    papers: int | None = None
    change: Callable[[str], str] = unchanged


VIEWS = (
    Shown(name="light-600"),
    Shown(name="light-375", width=375),
    Shown(name="dark-600", scheme="dark"),
    Shown(name="dark-375", scheme="dark", width=375),
    Shown(name="gmail-dark-600", change=in_gmail_dark),
    Shown(name="inverted-600", change=inverted),
    Shown(name="inverted-375", width=375, change=inverted),
    Shown(name="outlook-dark-600", change=in_outlook_dark),
    Shown(name="unstyled-600", change=without_styles),
    Shown(name="unstyled-375", width=375, change=without_styles),
    Shown(name="no-images-600", change=without_images),
    Shown(name="rtl-600", language="ar"),
    Shown(name="rtl-375", language="ar", width=375),
    Shown(name="rtl-dark-600", language="ar", scheme="dark"),
    Shown(name="rtl-unstyled-600", language="ar", change=without_styles),
    Shown(name="500-papers-600", papers=500),
    Shown(name="5-papers-600", papers=5),
)


def seed_issue() -> Issue:
    """The issue that the README builds."""
    parsed = parse(Document(body=SEED.read_bytes(), origin=str(SEED)), plugins.load_parsers())
    assert parsed.day is not None
    sections = default_sections()
    placements = place(parsed.papers, sections)
    groups = discover([placement.paper for placement in placements if placement.section is None])
    return compose(with_groups(placements, groups), sections, day=parsed.day, title="Daily Papers")


def with_papers(issue: Issue, number: int) -> Issue:
    """The same issue with as many papers as are asked for, in turn."""
    times = -(-number // len(issue.entries))
    room = number
    sections = []
    for section in issue.sections:
        entries = (section.entries * times)[:room]
        room -= len(entries)
        sections += [replace(section, entries=entries)] if entries else []
    return replace(issue, sections=tuple(sections), more=(issue.more * times)[:room])


def html_of(issue: Issue, shown: Shown) -> str:
    """Draw the issue as one reader gets it."""
    issue = replace(issue, language=shown.language)
    edition = render(with_papers(issue, shown.papers) if shown.papers else issue)
    return shown.change(fill(edition, VALUES)[0])  # type: ignore[arg-type]  # the keys are slots


def shoot(browser: Browser, html: str, shown: Shown, folder: Path, *, whole: bool) -> None:
    """Write a picture of the first screens, and one of the foot; or one of it all."""
    context = browser.new_context(
        viewport={"width": shown.width, "height": HEIGHT},
        color_scheme=shown.scheme,
        java_script_enabled=False,
        offline=True,
    )
    page = context.new_page()
    page.set_content(html)
    height = page.evaluate("document.documentElement.scrollHeight")
    top = {"x": 0, "y": 0, "width": shown.width, "height": height if whole else min(height, HEIGHT)}
    foot = {"x": 0, "y": max(height - FOOT, 0), "width": shown.width, "height": min(height, FOOT)}
    page.screenshot(path=folder / f"{shown.name}.png", full_page=True, clip=top)  # type: ignore[arg-type]
    if not whole:
        page.screenshot(path=folder / f"{shown.name}-foot.png", full_page=True, clip=foot)  # type: ignore[arg-type]
    context.close()


def shoot_readme(browser: Browser, issue: Issue, path: Path) -> None:
    """Write the first screen on a desktop and on a phone at night, side by side and drawn small."""
    shown = (Shown(name="desktop", width=640), Shown(name="phone", width=375, scheme="dark"))
    pictures = [b64encode(first_screen(browser, html_of(issue, one), one)).decode() for one in shown]
    page = browser.new_page(viewport={"width": 832, "height": README_HEIGHT})
    images = "".join(f'<img src="data:image/png;base64,{picture}">' for picture in pictures)
    page.set_content(f'<body style="margin:0;display:flex;gap:20px;background:#fff">{images}')
    page.screenshot(path=path)
    page.close()


def first_screen(browser: Browser, html: str, shown: Shown) -> bytes:
    size: ViewportSize = {"width": shown.width, "height": round(README_HEIGHT / README_SCALE)}
    page = browser.new_page(viewport=size, color_scheme=shown.scheme, device_scale_factor=README_SCALE)
    page.set_content(html)
    picture = page.screenshot()
    page.close()
    return picture


def main() -> None:
    parser = argparse.ArgumentParser(description="Pictures of the seed issue as readers may see it.")
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--whole", action="store_true", help="show all of the issue in one tall picture")
    parser.add_argument("--readme", type=Path, metavar="FILE", help="also write the picture of the README")
    parser.add_argument("--only", metavar="TEXT", default="", help="only views whose name contains this")
    options = parser.parse_args()
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        sys.exit("no chromium on this machine (Debian package: chromium)")
    options.folder.mkdir(parents=True, exist_ok=True)
    issue = seed_issue()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        for shown in VIEWS:
            if options.only in shown.name:
                shoot(browser, html_of(issue, shown), shown, options.folder, whole=options.whole)
                sys.stdout.write(f"{options.folder / shown.name}.png\n")
        if options.readme:
            shoot_readme(browser, issue, options.readme)
        browser.close()


if __name__ == "__main__":
    main()
