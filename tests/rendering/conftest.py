"""Issues to draw, and the drawn HTML as a tree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import html5lib
import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page as BrowserPage

from newsletter import plugins
from newsletter.config import default_sections
from newsletter.issues import compose
from newsletter.model import (
    Document,
    Edition,
    Entry,
    Evidence,
    Issue,
    IssueSection,
    Paper,
    PaperKey,
    Placement,
    SectionSlug,
    Summary,
)
from newsletter.parsing import parse
from newsletter.rendering import render
from newsletter.topics import place


@pytest.fixture(scope="session")
def seed_issue(seed_page: Path) -> Issue:
    """The issue that the README builds."""
    parsed = parse(Document(body=seed_page.read_bytes(), origin="the seed page"), plugins.load_parsers())
    assert parsed.day is not None
    sections = default_sections()
    return compose(place(parsed.papers, sections), sections, day=parsed.day, title="Daily Papers")


@pytest.fixture(scope="session")
def seed_edition(seed_issue: Issue) -> Edition:
    return render(seed_issue)


def _rich_paper() -> Paper:
    return Paper(
        key=PaperKey("rich"),
        ids={},
        title="A <b>bold</b> claim & a modest proof",
        title_raw="",
        authors=("Ada Lovelace", "Émilie du Châtelet", "Sofja Kowalewskaja", "Emmy Noether"),
        author_count=12,
        published=date(2025, 11, 3),
        url="https://example.org/paper?a=1&b=2",
        code_url="https://www.github.com/a/b",
        source="arxiv",
        upvotes=1_204,
        comments=1,
        version=2,
        flags=("updated", "cross"),
    )


def make_rich_issue() -> Issue:
    """An issue with everything that a card, a section and a foot can show."""
    paper = _rich_paper()
    evidence = Evidence(keyword_hits=("proof", "Proof", "modesty"))
    entry = Entry(
        placement=Placement(paper=paper, section=SectionSlug("bold"), score=0.4, evidence=evidence),
        summary=Summary(text="We claim. We prove.", origin="extract"),
    )
    plain = replace(
        paper,
        key=PaperKey("plain"),
        title="Nothing is known of this one",
        authors=None,
        author_count=None,
        published=None,
        url=None,
        code_url=None,
        source=None,
        upvotes=None,
        comments=None,
        version=None,
        flags=(),
    )
    stray = replace(plain, key=PaperKey("stray"), title="A stray", author_count=1, source="hf")
    return Issue(
        slug="2025-11-07",
        day=date(2025, 11, 7),
        cadence="daily",
        revision=1,
        title="Daily Papers",
        language="en",
        sections=(
            IssueSection(
                slug=SectionSlug("bold"),
                title="Bold Claims",
                description="What is claimed.",
                entries=(entry, _bare(plain, "bold")),
            ),
        ),
        more=(_bare(stray, None),),
    )


def _bare(paper: Paper, section: str | None) -> Entry:
    slug = SectionSlug(section) if section else None
    return Entry(placement=Placement(paper=paper, section=slug, score=0.1, evidence=Evidence()), summary=None)


@pytest.fixture
def rich_issue() -> Issue:
    return make_rich_issue()


def is_isolate(element: Any) -> bool:
    """Say whether an element does nothing but give a text in it a direction."""
    return element.tag == "span" and set(element.keys()) == {"dir"} and len(element) == 0


class Page:
    """A drawn HTML document, read strictly: what a parser would have to mend is an error."""

    def __init__(self, html: str) -> None:
        parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
        self.root: Any = parser.parse(html)

    def all(self, *tags: str) -> Iterator[Any]:
        return (element for element in self.root.iter() if element.tag in tags)

    def texts(self, *tags: str) -> list[str]:
        return [" ".join("".join(element.itertext()).split()) for element in self.all(*tags)]

    def links(self) -> list[str]:
        return [element.get("href") for element in self.all("a")]

    def shape(self, element: Any | None = None) -> Any:
        """The elements and their classes, without texts and what only sets their directions apart."""
        element = self.root if element is None else element
        children = tuple(
            self.shape(child) for child in element if isinstance(child.tag, str) and not is_isolate(child)
        )
        return element.tag, element.get("class"), children


@pytest.fixture
def read() -> Callable[[str], Page]:
    return Page


@pytest.fixture
def opened(chromium: Browser) -> Iterator[Callable[..., BrowserPage]]:
    """Open a mail at a width and in a colour scheme, without network and mostly without scripts."""
    contexts = []

    def open_page(html: str, width: int, scheme: str, *, scripts: bool = False) -> BrowserPage:
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light",
            java_script_enabled=scripts,
            offline=True,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_content(html)
        return page

    yield open_page
    for context in contexts:
        context.close()
