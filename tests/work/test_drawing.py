"""Which edition a reader's wish comes to."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from newsletter.model import Edition, Issue, SectionSlug
from newsletter.rendering import SizeBudget, Theme, render
from newsletter.store.ledger import Wish
from newsletter.work.drawing import Drawing, Drawn, Style

METHODS = SectionSlug("methods")
ABSENT = SectionSlug("absent")


def style(*, writes_notes: bool = False) -> Style:
    return Style(theme=Theme(), budget=SizeBudget(), writes_notes=writes_notes)


def drawn(issue: Issue, *wishes: Wish, **options: object) -> Drawn:
    found = Drawn()
    Drawing(issue, style(), **options).add_to(found, wishes, lambda _: None)  # type: ignore[arg-type]
    return found


def test_wishes_that_show_the_same_share_an_edition(issue: Callable[..., Issue]) -> None:
    drawing = Drawing(issue(), style())
    same = drawing.kind(Wish((METHODS,)))
    assert drawing.kind(Wish((ABSENT, METHODS))) == same
    assert drawing.kind(Wish((METHODS,), "en")) == same
    assert drawing.kind(Wish()) != same


def test_a_language_without_words_falls_back_to_the_newsletters(issue: Callable[..., Issue]) -> None:
    drawing = Drawing(issue(language="de"), style())
    assert drawing.kind(Wish(None, "tlh")) == (None, "de")
    assert drawing.kind(Wish(None, "ar")) == (None, "ar")
    assert drawing.kind(Wish()) == (None, "de")


def test_nothing_in_the_sections_is_no_edition_or_a_note(issue: Callable[..., Issue]) -> None:
    assert Drawing(issue(), style()).kind(Wish((ABSENT,))) is None
    noting = Drawing(issue(), style(writes_notes=True))
    kind = noting.kind(Wish((ABSENT,)))
    assert kind is not None
    assert "Paper 1" not in noting.draw(kind).text


def test_what_was_looked_at_is_what_goes_out(issue: Callable[..., Issue]) -> None:
    """The folder's edition was drawn with the theme of then; the theme of now does not redraw it."""
    looked_at = render(issue(title="As it was built"))
    found = drawn(issue(), Wish(), Wish(None, "de"), whole=looked_at)
    assert found[Wish()] == looked_at
    german = found[Wish(None, "de")]
    assert isinstance(german, Edition)
    assert german.language == "de"


def test_a_correction_says_so_in_the_language_of_its_edition(issue: Callable[..., Issue]) -> None:
    found = drawn(issue(), Wish(None, "en"), Wish(None, "de"), is_correction=True)
    subjects = [edition.subject for edition in found.values() if edition]
    plain = [
        edition.subject for edition in drawn(issue(), Wish(None, "en"), Wish(None, "de")).values() if edition
    ]
    for marked, unmarked in zip(subjects, plain, strict=True):
        assert marked != unmarked
        assert unmarked[:10] in marked


@pytest.mark.parametrize("wish", [Wish(), Wish((METHODS,)), Wish((SectionSlug("more"),), "ar")])
def test_an_edition_comes_back_as_it_was_drawn(issue: Callable[..., Issue], wish: Wish) -> None:
    drawing = Drawing(issue(), style())
    kind = drawing.kind(wish)
    assert kind is not None
    assert drawn(issue(), wish)[wish] == drawing.draw(kind)
