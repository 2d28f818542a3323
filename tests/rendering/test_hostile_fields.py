"""Strangers' text in one field after the other leaves the elements and attributes of harmless text."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import html5lib
import pytest

from newsletter.model import (
    Entry,
    Evidence,
    Issue,
    IssueSection,
    Letterhead,
    Mailbox,
    Paper,
    PaperKey,
    Placement,
    SectionSlug,
    Sentence,
    Summary,
    Term,
)
from newsletter.parsing.text import clean
from newsletter.rendering import Theme, render
from newsletter.rendering.links import safe_url
from newsletter.work.build import export
from newsletter.work.check import check_issue

PER_ISSUE = 60
# What an attribute says may differ here; that it is there may not.
TEXT_ATTRIBUTES = ("href", "aria-label")
# A line that runs the other way says so, and a formula has raised and lowered parts.
DIRECTION_ATTRIBUTES = ("dir", "align", "lang")
FORMULA_TAGS = ("sup", "sub")

Place = Callable[[Entry, str], Entry]


def paper_with(**fields: Callable[[str], object]) -> Place:
    def place(entry: Entry, text: str) -> Entry:
        values = {name: make(text) for name, make in fields.items()}
        paper = replace(entry.paper, **values)  # type: ignore[arg-type]
        return replace(entry, placement=replace(entry.placement, paper=paper))

    return place


def placement_with(**fields: Callable[[str], object]) -> Place:
    def place(entry: Entry, text: str) -> Entry:
        values = {name: make(text) for name, make in fields.items()}
        return replace(entry, placement=replace(entry.placement, **values))  # type: ignore[arg-type]

    return place


def same(text: str) -> str:
    return text


def alone(text: str) -> tuple[str]:
    return (text,)


def _key_sentences(text: str) -> Summary:
    sentences = (Sentence(forms=(text,), rank=0), Sentence(forms=("We show it.",), rank=1))
    return Summary(text="", origin="extract", sentences=sentences)


FIELDS: dict[str, Place] = {
    "title": paper_with(title=same, title_raw=same),
    "abstract": paper_with(abstract=same, abstract_raw=same),
    "authors": paper_with(authors=lambda text: (text, "Ada Lovelace", text)),
    "source": paper_with(source=same),
    "url": paper_with(url=same),
    "code link": paper_with(code_url=same),
    "pdf and picture": paper_with(pdf_url=same, thumbnail=same),
    "categories": paper_with(categories=alone, keywords=alone, flags=alone),
    "ids": paper_with(ids=lambda text: {"arxiv": text, "title": text}),
    "summary": lambda entry, text: replace(entry, summary=Summary(text=text, origin="source")),
    "key sentences": lambda entry, text: replace(entry, summary=_key_sentences(text)),
    "deciding keywords": placement_with(evidence=lambda text: Evidence(keyword_hits=(text,))),
    "deciding terms": placement_with(evidence=lambda text: Evidence(terms=(Term(text=text, weight=1.0),))),
    "discovered group": placement_with(group=same),
}


def entry(number: int, section: SectionSlug | None) -> Entry:
    paper = Paper(
        key=PaperKey(f"paper-{section}-{number}"),
        ids={},
        title=f"Harmless paper {number}",
        title_raw="",
        published=date(2025, 11, 3),
        url="https://example.org/paper",
        source="hf",
    )
    return Entry(
        placement=Placement(paper=paper, section=section, score=0.5, evidence=Evidence(keyword_hits=("a",))),
        summary=Summary(text="It is harmless.", origin="extract"),
    )


def issue_with(texts: Sequence[str], place: Place) -> Issue:
    """Two sections and "More papers", with each text in one paper of each."""
    slugs = (SectionSlug("one"), SectionSlug("two"))
    sections = tuple(
        IssueSection(
            slug=slug,
            title=f"Section {slug}",
            description="Harmless.",
            entries=tuple(place(entry(number, slug), text) for number, text in enumerate(texts)),
        )
        for slug in slugs
    )
    return Issue(
        slug="2025-11-07",
        day=date(2025, 11, 7),
        cadence="daily",
        revision=1,
        title="Daily Papers",
        language="en",
        sections=sections,
        more=tuple(place(entry(number, None), text) for number, text in enumerate(texts)),
    )


def tree(html: str) -> Any:
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    return shape(parser.parse(html))


def shape(element: Any) -> Any:
    """An element with its attributes and the elements in it, and nothing that anybody wrote."""
    attributes = {
        name: "" if name in TEXT_ATTRIBUTES else value
        for name, value in element.attrib.items()
        if name not in DIRECTION_ATTRIBUTES
    }
    children = [
        shape(child) for child in element if isinstance(child.tag, str) and not says_how_text_is_set(child)
    ]
    return element.tag, sorted(attributes.items()), children


def says_how_text_is_set(element: Any) -> bool:
    """Whether it is a script of a formula, or sets a text apart that runs the other way; with text only."""
    names = set(element.attrib)
    return (element.tag in FORMULA_TAGS and not names) or (
        element.tag == "span"
        and names == {"dir"}
        and element.attrib["dir"] in ("ltr", "rtl")
        and not len(element)
    )


def harmless(field: str, text: str, number: int) -> str:
    """A text that takes the same way through the templates."""
    if field == "code link":
        return "https://example.org/code" if safe_url(text) else "no link"
    return f"harmless {number}"


def differing(field: str, texts: Sequence[str]) -> list[str]:
    """The texts whose issue has another tree; searched one by one only if there is any."""
    place = FIELDS[field]
    unique = {text: harmless(field, text, number) for number, text in enumerate(dict.fromkeys(texts))}
    expected = tree(render(issue_with([unique[text] for text in texts], place)).html)
    if tree(render(issue_with(texts, place)).html) == expected:
        return []
    if len(texts) == 1:
        return list(texts)
    half = len(texts) // 2
    return differing(field, texts[:half]) + differing(field, texts[half:])


def batches(texts: Sequence[str], size: int = PER_ISSUE) -> Iterator[list[str]]:
    shown = [text for text in texts if clean(text)]
    yield from (shown[start : start + size] for start in range(0, len(shown), size))


def naughty(test_data: Path) -> list[str]:
    strings: list[str] = json.loads((test_data / "corpora" / "blns" / "blns.json").read_text("utf-8"))
    assert len(strings) > 400
    return strings


def vectors(test_data: Path) -> list[str]:
    files = sorted((test_data / "corpora" / "xss").rglob("*.test"))
    assert len(files) >= 15
    return [file.read_text("utf-8", "replace") for file in files]


def test_the_comparison_sees_one_attribute_more() -> None:
    page = "<!DOCTYPE html><title>x</title><body><p{}>x</p>"
    assert tree(page.format(' dir="rtl"')) == tree(page.format(""))
    assert tree(page.format(' onclick="x()"')) != tree(page.format(""))
    assert tree('<!DOCTYPE html><title>x</title><p><span dir="rtl">x</span></p>') == tree(
        "<!DOCTYPE html><title>x</title><p>x</p>"
    )
    assert tree('<!DOCTYPE html><title>x</title><p><span dir="rtl" id="x">x</span></p>') != tree(
        "<!DOCTYPE html><title>x</title><p>x</p>"
    )
    assert differing("code link", ["https://example.org/x"]) == []


@pytest.mark.parametrize("field", FIELDS)
def test_cross_site_scripting_in_a_field_changes_no_element(test_data: Path, field: str) -> None:
    assert [text for batch in batches(vectors(test_data)) for text in differing(field, batch)] == []


@pytest.mark.slow
@pytest.mark.parametrize("field", FIELDS)
def test_no_naughty_string_in_a_field_changes_an_element(test_data: Path, field: str) -> None:
    assert [text for batch in batches(naughty(test_data)) for text in differing(field, batch)] == []


def about(text: str) -> Issue:
    """A small issue whose name, section and section's description are the text."""
    issue = issue_with(["harmless"], FIELDS["summary"])
    named = tuple(replace(section, title=text, description=text) for section in issue.sections)
    return replace(issue, title=text, sections=named)


def heading_for_the_whole_issue_differs(text: str) -> bool:
    return bool(tree(render(about(text)).html) != tree(render(about("harmless")).html))


def test_cross_site_scripting_as_the_name_of_the_newsletter_and_its_sections(test_data: Path) -> None:
    texts = [text for text in vectors(test_data) if clean(text)]
    assert [text for text in texts if heading_for_the_whole_issue_differs(text)] == []


@pytest.mark.slow
def test_naughty_strings_as_the_name_of_the_newsletter_and_its_sections(test_data: Path) -> None:
    texts = [text for text in naughty(test_data) if clean(text)]
    assert [text for text in texts if heading_for_the_whole_issue_differs(text)] == []


LETTERHEAD = Letterhead(
    sender=Mailbox(address="digest@example.org", name="Daily Papers"),
    reply_to=None,
    list_id="news.example.org",
    base_url="https://news.example.org",
)


def faults(texts: Sequence[str]) -> list[str]:
    """What the checks find in a mail that has each text in every field; it may be large."""
    issue = issue_with(texts, everywhere)
    findings = check_issue(export(issue, render(issue), LETTERHEAD), Theme(), size_budget=10_000_000)
    grave = [finding for finding in findings if finding.severity != "info" and finding.check != "size"]
    return [f"{finding.check}: {finding.message}" for finding in grave]


def everywhere(entry: Entry, text: str) -> Entry:
    for place in FIELDS.values():
        entry = place(entry, text)
    return entry


def test_the_checks_take_no_vector_for_a_fault_of_ours(test_data: Path) -> None:
    assert [fault for batch in batches(vectors(test_data), 20) for fault in faults(batch)] == []


@pytest.mark.slow
def test_the_checks_take_no_naughty_string_for_a_fault_of_ours(test_data: Path) -> None:
    assert [fault for batch in batches(naughty(test_data), 20) for fault in faults(batch)] == []
