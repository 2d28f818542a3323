"""Editions in each language: nothing English but the papers, and nothing that turns its neighbours."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from newsletter.errors import RenderError
from newsletter.model import Edition, Entry, Issue, sentinel
from newsletter.rendering import Theme, languages, render
from newsletter.rendering.catalogues import TEMPLATE, read_catalogue, texts_of
from newsletter.rendering.direction import FSI, PDI

FOREIGN = sorted(set(languages.SHIPPED) - {languages.SOURCE})
# Names that are written like this everywhere.
PROPER_NAMES = re.compile(r"https?://\S+|slot[0-9a-f]{32}[a-z]+end|[a-z.]+\.com?\b|arXiv|Hugging Face")


def issue_in(issue: Issue, language: str) -> Issue:
    """An issue whose own texts are Hebrew: every Latin letter in its edition is ours."""
    return replace(
        issue,
        language=language,
        title="\u05d4\u05d9\u05d5\u05dd",
        sections=tuple(
            replace(
                section,
                title="\u05de\u05d3\u05d5\u05e8",
                description="\u05e2\u05dc",
                entries=tuple(map(hebrew, section.entries * 4)),
            )
            for section in issue.sections * 2
        ),
        more=tuple(map(hebrew, issue.more)),
    )


def hebrew(entry: Entry) -> Entry:
    text = "\u05de\u05d0\u05de\u05e8"
    paper = replace(entry.paper, title=text, authors=entry.paper.authors and (text,) * 4)
    evidence = replace(entry.placement.evidence, keyword_hits=(text, text * 2))
    summary = entry.summary and replace(entry.summary, text=text)
    return replace(entry, placement=replace(entry.placement, paper=paper, evidence=evidence), summary=summary)


def said_in(edition: Edition, read: Callable[[str], Any]) -> str:
    page = read(edition.html)
    texts = page.texts("title", "h1", "h2", "h3", "p", "a", "span")
    return PROPER_NAMES.sub("", "\n".join([edition.subject, edition.preheader, edition.text, *texts]))


def test_an_arabic_edition_says_nothing_in_latin_letters(
    rich_issue: Issue, read: Callable[[str], Any]
) -> None:
    for cadence in ("daily", "weekly"):
        issue = issue_in(replace(rich_issue, cadence=cadence), "ar")
        assert re.findall(r"[A-Za-z]+", said_in(render(issue), read)) == []


@pytest.mark.parametrize("language", FOREIGN)
def test_no_words_of_the_source_are_left(
    rich_issue: Issue, read: Callable[[str], Any], language: str
) -> None:
    said = said_in(render(issue_in(rich_issue, language)), read)
    english = said_in(render(issue_in(rich_issue, "en")), read)
    words = set()
    for message in read_catalogue(TEMPLATE):
        for text in texts_of(message.id):
            words |= {part.strip() for part in re.split(r"%\(\w+\)s", text) if re.search("[a-z]{3}", part)}
    used = {word for word in words if word in english}
    assert len(used) > 12
    assert {word for word in used - {"Code:"} if word in said} == set()


@pytest.mark.parametrize("language", ["fr", "ar-Latn"])
def test_an_issue_in_a_language_without_words_is_refused(rich_issue: Issue, language: str) -> None:
    with pytest.raises(RenderError, match="there are words for ar, de, en"):
        render(replace(rich_issue, language=language))


def test_an_english_card_in_an_arabic_edition_carries_direction_and_language_and_our_line_in_it_ours(
    rich_issue: Issue, read: Callable[[str], Any]
) -> None:
    cards = cards_of(render(replace(rich_issue, language="ar")), read)
    known, unknown, *_ = cards
    assert (known.get("dir"), known.get("lang")) == ("ltr", "en")
    assert [(p.get("dir"), p.get("lang")) for p in known.iter("p")] == [
        ("rtl", "ar"), (None, None), ("rtl", "ar")
    ]  # fmt: skip
    assert (unknown.get("dir"), unknown.get("lang")) == ("ltr", None)


def test_an_english_card_in_a_german_edition_carries_its_language_alone(
    rich_issue: Issue, read: Callable[[str], Any]
) -> None:
    known, unknown, *_ = cards_of(render(replace(rich_issue, language="de-AT")), read)
    assert (known.get("dir"), known.get("lang")) == (None, "en")
    assert [p.get("lang") for p in known.iter("p")] == ["de-AT", None, "de-AT"]
    assert (unknown.get("dir"), unknown.get("lang")) == (None, None)


def test_a_card_of_an_english_edition_carries_neither(rich_issue: Issue, read: Callable[[str], Any]) -> None:
    for card in cards_of(render(rich_issue), read):
        assert (card.get("dir"), card.get("lang")) == (None, None)


def cards_of(edition: Edition, read: Callable[[str], Any]) -> list[Any]:
    return [cell for cell in read(edition.html).all("td") if cell.get("class") == "p"]


@pytest.mark.parametrize(
    ("source", "text", "language"),
    [
        ("arxiv", "Attention is all you need", "en"),
        ("hf", "\u03b1-stable: a proof", "en"),
        ("hf", "\u6ce8\u610f\u529b", None),
        ("elsewhere", "Attention is all you need", None),
        (None, "Attention", None),
        ("arxiv", "42", None),
    ],
)
def test_a_language_is_told_only_where_it_is_certain(
    paper: Callable[..., Any], source: str | None, text: str, language: str | None
) -> None:
    assert languages.of_paper(paper(source=source), text) == language


def test_a_foreign_name_in_our_sentence_is_set_apart_in_both_parts_and_in_the_subject(
    rich_issue: Issue, read: Callable[[str], Any]
) -> None:
    edition = render(replace(rich_issue, language="ar"))
    assert f"{FSI}Daily Papers{PDI} لأنك" in edition.text
    assert edition.subject.startswith(f"{FSI}Daily Papers{PDI} · 7 نوفمبر: {FSI}A <b>bold</b>")
    [foot] = [p for p in read(edition.html).all("p") if "لأنك" in "".join(p.itertext())]
    assert [(s.get("dir"), s.text) for s in foot.iter("span")] == [
        ("ltr", "Daily Papers"), ("auto", sentinel(edition.nonce, "postal_address"))
    ]  # fmt: skip
    body = edition.html.partition("<body")[2]
    assert FSI not in re.sub(r"<[^>]*>", "", body)


def test_a_template_of_ones_own_says_our_words_and_escapes_what_is_put_into_them(
    rich_issue: Issue, read: Callable[[str], Any], tmp_path: Path
) -> None:
    (tmp_path / "masthead.mjml.j2").write_text(
        '<tr><td><h1 class="h1">'
        '{{ _("You receive %(title)s because you subscribed to it.", title=view.title) }}</h1>'
        '<p class="n">{{ ngettext("%(num)s comment", "%(num)s comments", 12, num=1204|number) }},'
        " {{ _('Not in any catalogue') }}</p></td></tr>",
        "utf-8",
    )
    issue = replace(rich_issue, language="de", title="<i>A & B</i>")
    page = read(render(issue, theme=Theme(folder=tmp_path)).html)
    assert page.texts("h1") == ["Sie erhalten <i>A & B</i>, weil Sie den Newsletter abonniert haben."]
    assert list(page.all("i")) == []
    assert "1.204 Kommentare, Not in any catalogue" in page.texts("p")


def test_two_languages_of_one_theme_do_not_mix(rich_issue: Issue) -> None:
    before = render(rich_issue)
    render(replace(rich_issue, language="ar"))
    assert render(rich_issue) == before
