"""Words that few papers of a day use count more than those that all of them use."""

from __future__ import annotations

from collections.abc import Callable

from newsletter.issues.centrality import Abstract, rarity_of, words_in
from newsletter.model import Paper

SENTENCES = ("Models learn words.", "Models learn frogs.", "Frogs sing words.", "Frogs jump.")


def test_what_all_papers_say_counts_less(paper: Callable[..., Paper]) -> None:
    day = [paper(title="Models learn", abstract=text) for text in ("Words.", "Frogs.", "Birds.")]
    rarity = rarity_of([words_in(one) for one in day])
    assert rarity["frog"] > rarity["model"] > 0


def test_the_words_of_the_day_move_the_centre() -> None:
    evenly = Abstract("T", SENTENCES, {})
    weighed = Abstract("T", SENTENCES, {"frog": 5.0})
    assert evenly.centrality(0) > evenly.centrality(3)
    assert weighed.centrality(3) > weighed.centrality(0)


def test_a_sentence_is_like_itself_and_near_to_a_title_of_its_words() -> None:
    abstract = Abstract("Frogs that sing", SENTENCES, {})
    assert abstract.likeness(2, 2) > 0.99
    assert max(range(4), key=abstract.nearness_to_title) == 2


def test_a_text_without_words_is_no_trouble() -> None:
    abstract = Abstract("", ("...", "the"), {})
    assert abstract.centrality(0) == abstract.nearness_to_title(1) == abstract.likeness(0, 1) == 0
