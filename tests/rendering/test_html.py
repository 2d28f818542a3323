"""The HTML part on its final bytes: what mail clients and screen readers need of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from newsletter.errors import RenderError
from newsletter.model import Edition, Issue, Summary
from newsletter.rendering import render
from newsletter.rendering.html import check_styles


def test_the_document_is_read_in_standards_mode(seed_edition: Edition) -> None:
    assert seed_edition.html.startswith("<!DOCTYPE html>")


def test_one_first_heading_and_no_level_is_skipped(seed_edition: Edition, read: Callable[[str], Any]) -> None:
    levels = [int(element.tag[1]) for element in read(seed_edition.html).all("h1", "h2", "h3", "h4")]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_table_is_for_layout_and_says_so(seed_edition: Edition, read: Callable[[str], Any]) -> None:
    assert {table.get("role") for table in read(seed_edition.html).all("table")} == {"presentation"}


def test_language_and_direction_are_inside_the_body(
    seed_edition: Edition, read: Callable[[str], Any]
) -> None:
    cells = [cell for cell in read(seed_edition.html).all("td") if cell.get("lang")]
    assert [(cell.get("lang"), cell.get("dir")) for cell in cells] == [("en", "ltr")]


def test_every_link_is_http_or_a_slot(seed_edition: Edition, read: Callable[[str], Any]) -> None:
    slots = re.compile(f"slot{seed_edition.nonce}[a-z]+url" + "end")
    for link in read(seed_edition.html).links():
        assert re.match("https?://", link) or slots.fullmatch(link)


def test_links_of_papers_are_named_by_their_titles(
    seed_issue: Issue, seed_edition: Edition, read: Callable[[str], Any]
) -> None:
    texts = read(seed_edition.html).texts("a")
    assert {entry.paper.title for entry in seed_issue.entries} <= set(texts)
    assert not {"link", "here", "read more", "read paper"} & {text.lower() for text in texts}


def test_the_issue_leads_with_at_most_five_papers_of_different_sections(
    seed_issue: Issue, seed_edition: Edition, read: Callable[[str], Any]
) -> None:
    leads = [cell for cell in read(seed_edition.html).all("td") if cell.get("class") == "li"]
    named = [" ".join(lead.find("span").itertext()) for lead in leads]
    assert len(leads) == 5
    assert len(set(named)) == 5
    assert set(named) <= {section.title for section in seed_issue.sections}


def test_a_card_shows_what_is_known(rich_issue: Issue, read: Callable[[str], Any]) -> None:
    texts = read(render(rich_issue).html).texts("p")
    facts = (
        "Updated to v2 · Cross-listed · Ada Lovelace, Émilie du Châtelet and 10 others · 3 Nov 2025 · "
        "arXiv · 1,204 upvotes · 1 comment · Code on github.com"
    )
    assert facts in texts
    assert "We claim. We prove." in texts
    assert "Why here: proof, modesty" in texts


def test_a_card_says_nothing_about_what_is_not_known(rich_issue: Issue, read: Callable[[str], Any]) -> None:
    page = read(render(rich_issue).html)
    [card] = [
        cell
        for cell in page.all("td")
        if cell.get("class") == "p" and "Nothing is known" in "".join(cell.itertext())
    ]
    assert "".join(card.itertext()).strip() == "Nothing is known of this one"


def test_one_author_is_not_several(rich_issue: Issue, read: Callable[[str], Any]) -> None:
    assert "1 author · Hugging Face" in read(render(rich_issue).html).texts("p")


def test_the_masthead_counts_what_is_in_the_issue(rich_issue: Issue, read: Callable[[str], Any]) -> None:
    texts = read(render(rich_issue).html).texts("p")
    assert texts[:2] == ["Friday, 7 November 2025", "2 papers in 1 section, and 1 more"]


def test_a_title_that_leads_to_a_search_is_declared(rich_issue: Issue, read: Callable[[str], Any]) -> None:
    [note] = [text for text in read(render(rich_issue).html).texts("p") if "search" in text]
    assert note == (
        "A title without an address of its own opens a search for it on "
        "scholar.google.com and huggingface.co."
    )


def test_no_style_sheet_of_the_edition_is_dropped_or_too_large(
    seed_edition: Edition, read: Callable[[str], Any]
) -> None:
    """Gmail removes all of them over 16 KB, and any with an at-rule inside another."""
    sheets = "".join(element.text or "" for element in read(seed_edition.html).all("style"))
    assert len(sheets.encode()) < 16_000
    assert "prefers-color-scheme: dark" in sheets or "prefers-color-scheme:dark" in sheets
    assert "[data-ogsc]" in sheets
    assert "!important" in sheets
    assert "@import" not in seed_edition.html


def test_nothing_is_loaded_from_elsewhere(seed_edition: Edition, read: Callable[[str], Any]) -> None:
    page = read(seed_edition.html)
    assert list(page.all("img", "link", "script", "iframe", "object", "embed", "form", "video")) == []
    assert "fonts.googleapis" not in seed_edition.html
    assert "url(" not in seed_edition.html


def test_text_keeps_its_size_without_the_style_sheets(
    seed_edition: Edition, read: Callable[[str], Any]
) -> None:
    """MJML sets a font size of zero on its wrappers; Gmail drops the style sheets of a clipped mail."""
    [wrapper] = [cell for cell in read(seed_edition.html).all("td") if cell.get("class") == "w"]
    assert "font-size:15px" in wrapper.get("style").replace(" ", "")
    for element in read(seed_edition.html).all("h1", "h2", "h3", "p"):
        assert element.get("style")


def test_words_next_to_a_tag_are_not_glued_together(seed_edition: Edition) -> None:
    """MJML drops a line end between two tags."""
    visible = re.sub(r"<!--.*?-->|<style.*?</style>", "", seed_edition.html, flags=re.DOTALL)
    assert not re.search(r"[a-z]</a><a|[a-z]</b><span|[a-z]</b>[A-Za-z]|</a>[A-Za-z]", visible)


def test_the_padding_behind_the_preheader_keeps_the_body_out_of_the_inbox_line(
    seed_edition: Edition,
) -> None:
    hidden = seed_edition.html.split(seed_edition.preheader.replace("&", "&amp;"), 1)[1][:150]
    assert hidden.startswith("\u034f\u200c\u00a0" * 40)


def test_an_edition_from_right_to_left_turns_and_latin_cards_turn_back(
    rich_issue: Issue, read: Callable[[str], Any]
) -> None:
    page = read(render(replace(rich_issue, language="ar")).html)
    [wrapper] = [cell for cell in page.all("td") if cell.get("class") == "w"]
    cards = [cell for cell in page.all("td") if cell.get("class") == "p"]
    assert (wrapper.get("dir"), wrapper.get("lang"), wrapper.get("align")) == ("rtl", "ar", "right")
    assert {card.get("dir") for card in cards} == {"ltr"}


def test_a_card_that_runs_like_its_edition_carries_no_direction(
    rich_issue: Issue, read: Callable[[str], Any]
) -> None:
    cards = [cell for cell in read(render(rich_issue).html).all("td") if cell.get("class") == "p"]
    assert {card.get("dir") for card in cards} == {None}


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        (".a { color: red }\n@media print { .b { color: red } }", "line 2: '@media'"),
        (".a { color: red !important }", "'!important'"),
        (".a:hover { color: red }", "':hover'"),
        ("/* one\ntwo */\n@import 'x';", "line 3: '@import'"),
    ],
)
def test_a_rule_that_cannot_stand_in_an_element_is_named(rule: str, found: str) -> None:
    with pytest.raises(RenderError) as raised:
        check_styles(rule)
    assert found in raised.value.message
    assert raised.value.hint == "move the rule to head.css"


def test_comments_and_font_names_are_no_rules() -> None:
    styles = "/* @media :hover !important */ .a { font-family: 'Segoe UI', serif }"
    assert check_styles(styles) == styles


def test_scripts_in_titles_and_summaries_stand_high_and_low(
    rich_issue: Issue, read: Callable[[str], Any]
) -> None:
    [section] = rich_issue.sections
    first = section.entries[0]
    paper = replace(first.paper, title="A bound of T^(2/3) for <b> & B_(ex)")
    entry = replace(
        first,
        placement=replace(first.placement, paper=paper),
        summary=Summary(text="It is O(T^(2/3)).", origin="source"),
    )
    issue = replace(rich_issue, sections=(replace(section, entries=(entry, *section.entries[1:])),))
    edition = render(issue)
    page = read(edition.html)
    assert page.texts("sup") == ["2/3", "2/3"]
    assert page.texts("sub") == ["ex"]
    assert page.texts("h3")[0] == "A bound of T2/3 for <b> & Bex"
    assert "A bound of T^(2/3) for <b> & B_(ex)" in edition.text
    assert "It is O(T^(2/3))." in edition.text
    assert "Summary by the source" in page.texts("p")
    assert "(Summary by the source)" in edition.text
