"""Strangers' text in every field: it comes out as text, and the elements stay those of a harmless issue."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from newsletter.model import (
    Entry,
    Evidence,
    Issue,
    IssueSection,
    Paper,
    PaperKey,
    Placement,
    SectionSlug,
    Summary,
    Term,
)
from newsletter.parsing.text import clean
from newsletter.rendering import SizeBudget, render
from newsletter.rendering.subject import shortened

PER_ISSUE = 60
MAX_TITLE_CHARS = 300
ROOM = SizeBudget(html_bytes=10_000_000)
FACTS = [
    "{{7*7}}",
    "{{ view.slots.unsubscribe_url }}",
    "{% raw %}{# x #}{% endraw %}",
    "${7*7} #{7*7} <%= 7*7 %> *|UNSUB|* %recipient%",
    "</mj-raw><mj-include path='/etc/passwd' /><mj-raw>",
    "</mj-text></mj-column></mjml>",
    "<b>bold</i>",
    "<" * 500,
    "<b>" * 10_000,
    "a < b && c > d",
    "<!-- x -- y",
    "<![CDATA[x]]>",
    "<![endif]--><!--[if mso]>",
    '"><svg/onload=alert(1)>',
    "' onmouseover='alert(1)",
    "</title></style><script>alert(1)</script>",
    "<body><body class=x>",
    '<style data-premailer="ignore">x</style>',
    "<link rel=stylesheet href=http://127.0.0.1:9/x.css>",
    "@import url(http://127.0.0.1:9/x.css);",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "x" * 3_000,
    "\u4e2d" * 3_000,
    "a\u202egnp.exe\u2066b",
    "nul\0 bell\a escape\x1b del\x7f c1\x92 end",
    "\ud83d half a pair",
    "\ufffe\uffff\ufdd0",
    "a\u2028b\u2029c\x85d",
    "&{'\"><script>alert(1)</script>&lt}",
    '&{&#} &{&lt"} &{',
    "<!--'\"><i>&lt &#-->",
    "&amp; &lt; &#34; &bogus; &#x110000;",
    "slot0000000000000000unsubscribeurlend",
    "\U0001f469\u200d\U0001f469\u200d\U0001f467",
    "\u0627\u0644\u0639\u0631\u0628\u064a\u0629 \u05e9\u05dc\u05d5\u05dd",
    "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319" * 50,
    "x^{2} \\frac{a}{b} $\\alpha$ {\\pi} 76.9%",
]


def issue_of(texts: Sequence[str]) -> Issue:
    """An issue that has every text in every field of a section and of its paper."""
    sections = tuple(_section(number, text) for number, text in enumerate(texts))
    return Issue(
        slug="2025-11-07",
        day=date(2025, 11, 7),
        cadence="daily",
        revision=1,
        title=texts[0],
        language="en",
        sections=sections,
        more=tuple(_entry(f"more-{n}", text, None) for n, text in enumerate(texts)),
    )


def _section(number: int, text: str) -> IssueSection:
    slug = SectionSlug(f"section-{number}")
    return IssueSection(
        slug=slug, title=text, description=text, entries=(_entry(f"paper-{number}", text, slug),)
    )


def _entry(key: str, text: str, section: SectionSlug | None) -> Entry:
    paper = Paper(
        key=PaperKey(key),
        ids={},
        title=text,
        title_raw=text,
        abstract=text,
        authors=(text, text),
        url=text,
        code_url="https://example.org/code",
        source=text,
        published=date(2025, 11, 3),
    )
    evidence = Evidence(keyword_hits=(text,), terms=(Term(text=text, weight=1.0),))
    return Entry(
        placement=Placement(paper=paper, section=section, score=0.5, evidence=evidence),
        summary=Summary(text=text, origin="extract"),
    )


def assert_harmless(texts: Sequence[str], read: Callable[[str], Any]) -> None:
    texts = [text for text in texts if clean(text)]
    for start in range(0, len(texts), PER_ISSUE):
        batch = texts[start : start + PER_ISSUE]
        edition = render(issue_of(batch), budget=ROOM)
        page = read(edition.html)
        assert page.shape() == read(render(issue_of(_harmless(batch)), budget=ROOM).html).shape()
        titles = [shortened(clean(text), MAX_TITLE_CHARS) for text in batch]
        assert page.texts("h3") == titles * 2
        text = " ".join(edition.text.split())
        assert [title for title in titles if title not in text] == []
        assert all(re.match(f"https?://|slot{edition.nonce}", link) for link in page.links())


def _harmless(texts: Sequence[str]) -> list[str]:
    """As many texts, as different from each other: a source that differs is named on every card."""
    unique = {text: f"harmless {number}" for number, text in enumerate(dict.fromkeys(texts))}
    return [unique[text] for text in texts]


def test_strings_made_to_break_a_renderer_stay_text(read: Callable[[str], Any]) -> None:
    assert_harmless(FACTS, read)


@pytest.mark.parametrize("text", FACTS, ids=range(len(FACTS)))
def test_each_of_them_can_be_the_name_and_the_lead_of_an_issue(text: str, read: Callable[[str], Any]) -> None:
    short = text[:300]
    assert_harmless([short, "harmless"], read) if clean(short) else render(issue_of([short]))


def test_the_naughty_strings_stay_text(test_data: Path, read: Callable[[str], Any]) -> None:
    strings = json.loads((test_data / "corpora" / "blns" / "blns.json").read_text("utf-8"))
    assert len(strings) > 400
    assert_harmless(strings, read)


def test_the_cross_site_scripting_set_stays_text(test_data: Path, read: Callable[[str], Any]) -> None:
    files = sorted((test_data / "corpora" / "xss").rglob("*.test"))
    assert files
    assert_harmless([file.read_text("utf-8", "replace") for file in files], read)


def tree_construction_cases(test_data: Path) -> list[str]:
    files = sorted((test_data / "corpora" / "html5lib" / "tree-construction").glob("*.dat"))
    cases = [
        case
        for file in files
        for case in re.findall(r"#data\n(.*?)\n#errors", file.read_text("utf-8", "replace"), re.DOTALL)
    ]
    assert len(cases) > 1_000
    return cases


def test_mark_up_made_to_confuse_parsers_stays_text(test_data: Path, read: Callable[[str], Any]) -> None:
    assert_harmless(tree_construction_cases(test_data)[::8], read)


@pytest.mark.slow
def test_all_mark_up_made_to_confuse_parsers_stays_text(test_data: Path, read: Callable[[str], Any]) -> None:
    assert_harmless(tree_construction_cases(test_data), read)


def test_text_that_is_nothing_but_controls_leaves_a_link_to_click(read: Callable[[str], Any]) -> None:
    page = read(render(issue_of(["\u200b\u202e\0", "harmless"])).html)
    assert page.texts("h3")[0] == "Untitled paper"
