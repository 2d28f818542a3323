"""Whatever a paper says, the edition is well formed and says the same."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import html5lib
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from newsletter.model import Entry, Evidence, Issue, Paper, Placement, Summary
from newsletter.parsing.text import clean
from newsletter.rendering import render
from newsletter.rendering.direction import FSI, PDI, RLM
from newsletter.rendering.links import safe_url
from newsletter.rendering.subject import MAX_SUBJECT_CHARS, shortened
from newsletter.rendering.wording import words_in

# Bits that combine into mark-up, templates, entities and character references.
BITS = st.sampled_from([
    "<", ">", "</", "/>", "&", "&#", ";", '"', "'", "=", "{{", "}}", "{%", "%}", "{#", "<!--", "-->", "]]>",
    "<mj-raw>", "</mj-raw>", "</td>", "</style>", "<style", "<body", "class=", "@import ", "$", "\\", "\n",
    "\0", "\u202e", "\u200d", "\ud800", "\x85", "x", " ", "\u0646", "\u4e2d",
])  # fmt: skip
TEXTS = st.one_of(st.text(st.characters(), max_size=60), st.lists(BITS, max_size=25).map("".join))
URLS = st.one_of(TEXTS, TEXTS.map(lambda text: f"https://example.org/{text}"))
PROPERTY = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


@PROPERTY
@example(title="&{}", summary="&{a}", names=["&{"], url="", reason="&{}", language="en")
@given(
    title=TEXTS,
    summary=TEXTS,
    names=st.lists(TEXTS, max_size=4),
    url=URLS,
    reason=TEXTS,
    language=st.sampled_from(["en", "ar"]),
)
def test_any_text_stays_text_in_well_formed_html(
    *,
    paper: Callable[..., Paper],
    issue: Callable[..., Issue],
    title: str,
    summary: str,
    names: list[str],
    url: str,
    reason: str,
    language: str,
) -> None:
    found = paper(title=title, authors=tuple(names), url=url, code_url=url)
    entry = Entry(
        placement=Placement(paper=found, section=None, score=0.0, evidence=Evidence(keyword_hits=(reason,))),
        summary=Summary(text=summary, origin="extract"),
    )
    [section] = issue(1).sections
    shown = replace(section, entries=(entry,), title=reason)
    edition = render(issue(title=title, sections=(shown,), more=(), language=language))
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(edition.html)
    headings = ["".join(element.itertext()) for element in tree.iter("h3")]
    assert headings == [clean(title) or words_in(language).gettext("Untitled paper")]
    assert len(edition.subject) <= MAX_SUBJECT_CHARS
    assert edition.subject.count(FSI) == edition.subject.count(PDI)
    # a line may say that it goes on from right to left
    assert clean(title) in " ".join(edition.text.replace(RLM, "").split())
    for link in tree.iter("a"):
        assert re.match(f"https?://|slot{edition.nonce}", link.get("href"))


@given(URLS)
def test_an_address_is_http_in_plain_ascii_or_none(url: str) -> None:
    safe = safe_url(url)
    assert safe is None or re.fullmatch(
        r"https?://[!#$%&()*+,\-./0-9:;=?@A-Z\[\]_a-z~]+", safe, re.IGNORECASE
    )


@given(st.text(), st.integers(min_value=2, max_value=MAX_SUBJECT_CHARS))
def test_a_shortened_text_fits_and_begins_like_the_long_one(text: str, room: int) -> None:
    short = shortened(text, room)
    assert len(short) <= room
    assert short == text or text.startswith(short.removesuffix("…"))
