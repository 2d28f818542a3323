"""The few sentences of an abstract that say what a paper did and found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.issues.centrality import Abstract
from newsletter.issues.cues import role_of
from newsletter.issues.openers import begins_own_work, leans, mentions_back, only_adds, standing
from newsletter.issues.sentences import cut_between_words, split_sentences
from newsletter.issues.shortening import forms
from newsletter.model import Origin, Sentence, Summary

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from newsletter.model import ComposingPolicy, Paper

# More than a card shows, so that what does not fit can be replaced.
_MAX_SENTENCES = 5
_LONG_CHARS = 300
# Below this a sentence is not worth the room: praise, background, details.
_MIN_WORTH = 0.6


def summary_of(paper: Paper, policy: ComposingPolicy, rarity: Mapping[str, float]) -> Summary | None:
    """Take the source's own summary where there is one and it is wanted, else choose from the abstract.

    `rarity` weighs words (see `centrality.rarity_of`). None where there is nothing to show.
    """
    if policy.summary_chars <= 0:
        return None
    own = paper.summary if policy.source_summaries else None
    if own is not None and own.text:
        sentences = split_sentences(own.text)
        ranked = tuple(
            Sentence(forms=forms(text), rank=i) for i, text in enumerate(sentences[:_MAX_SENTENCES])
        )
        return _summary(ranked, own.origin, policy.summary_chars)
    if not paper.abstract:
        return None
    return _summary(key_sentences(paper.title, paper.abstract, rarity), "extract", policy.summary_chars)


def key_sentences(title: str, abstract: str, rarity: Mapping[str, float]) -> tuple[Sentence, ...]:
    """Choose up to five sentences, in their order, and rank them.

    First comes what announces the contribution, then what was found, then what is most central. Openers that
    point back are left out; a sentence that leans on another comes only after it.
    """
    written = split_sentences(abstract)
    order = _Ranking(title, written, rarity).order()
    ranks = {number: rank for rank, number in enumerate(order)}
    return tuple(
        Sentence(
            forms=forms(standing(written[number])),
            rank=ranks[number],
            leans=ranks[number] > 0 and leans(standing(written[number])),
        )
        for number in sorted(order)
    )


def _summary(sentences: tuple[Sentence, ...], origin: Origin, max_chars: int) -> Summary | None:
    summary = Summary(text="", origin=origin, sentences=sentences)
    best = min(sentences, key=lambda sentence: sentence.rank)
    text = summary.within(max_chars) or cut_between_words(best.forms[-1], max_chars)
    return Summary(text=text, origin=origin, sentences=sentences) if text else None


class _Ranking:
    """Puts the sentences of one abstract in the order of how much they tell."""

    def __init__(self, title: str, written: Sequence[str], rarity: Mapping[str, float]) -> None:
        self.written = written
        self.name = _name_in(title)
        self.standing = [standing(sentence) for sentence in written]
        self.roles = [role_of(sentence) for sentence in self.standing]
        self.leans = [leans(sentence) for sentence in self.standing]
        self.mentions_back = [mentions_back(sentence) for sentence in self.standing]
        self.abstract = Abstract(title, written, rarity)
        self.tells = [
            self.abstract.centrality(number) + 0.8 * self.abstract.nearness_to_title(number)
            for number in range(len(written))
        ]

    def order(self) -> list[int]:
        telling = [i for i, role in enumerate(self.roles) if not role.is_notice] or [0]
        first = max(telling, key=lambda i: (self.contribution(i), -i))
        begin = min((i for i in telling if self.roles[i].contribution), default=first)
        chosen = [first]
        while len(chosen) < _MAX_SENTENCES:
            worth = {i: self.worth(i, chosen) for i in telling if i >= begin and self.may_follow(i, chosen)}
            best = max(worth, key=lambda i: (worth[i], -i), default=None)
            if best is None or worth[best] < _MIN_WORTH:
                break
            chosen.append(best)
        return chosen

    def may_follow(self, number: int, chosen: Sequence[int]) -> bool:
        """Whether a sentence makes sense beside the chosen ones."""
        role = self.roles[number]
        needs = role.is_item or self.leans[number] or self.mentions_back[number]
        return number not in chosen and not role.is_question and (not needs or number - 1 in chosen)

    def contribution(self, number: int) -> float:
        role, text, written = self.roles[number], self.standing[number], self.written[number]
        value = 3 * role.contribution + 0.4 * role.finding + self.tells[number] - role.penalty
        value += 0.4 if begins_own_work(written) else 0.0
        value += 0.8 if self.name and self.name in text else 0.0
        value -= 1.0 if self.leans[number] else 0.6 if self.mentions_back[number] else 0.0
        value -= 0.5 if only_adds(written) else 0.0
        value -= 1.0 if role.is_vague else 1.2 if role.is_list else 0.0
        return value - (2 if role.is_question or role.is_item else 0)

    def worth(self, number: int, chosen: Sequence[int]) -> float:
        role = self.roles[number]
        value = 2 * role.finding + 0.8 * role.contribution + self.tells[number] - role.penalty
        value -= 0.3 if len(self.standing[number]) > _LONG_CHARS else 0.0
        value -= 2.2 if role.is_vague else 0.6 if role.is_list else 0.0
        value -= 0.8 if not role.finding and not role.contribution else 0.0
        value -= 1.2 if number < chosen[0] and not role.is_own else 0.0
        return value - 0.8 * max(self.abstract.likeness(number, other) for other in chosen)


def _name_in(title: str) -> str:
    """Give what a title names before its colon: "DCM: Dual-Expert ..." is about DCM."""
    name, colon, _ = title.partition(":")
    return name if colon and len(name.split()) == 1 else ""
