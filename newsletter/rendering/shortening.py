"""What an edition gives up, and in which order, when its HTML would be larger than mail programs show.

A paper's rank is its place in its section, and of papers in the same place that of its section: the first of
every section outrank all second ones. Then, one paper at a time, until the rest fits:

1. standard cards become compact (a title and one line), the lowest rank first;
2. lead cards become standard, then compact, the lowest rank first;
3. papers are left to the issue on the web, the lowest rank first, so that every section keeps its best: it
   says how many more it has, and a link at the end counts all of them;
4. "In this issue" goes, which by then no issue of ordinary papers reaches.

The order of papers never changes, and the plain text always has all of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from newsletter.rendering.theme import Density
    from newsletter.rendering.view import Card, Group, View


@dataclass(frozen=True, slots=True)
class Ladder:
    """A view and all its shorter forms: step 0 is the view itself, `last` the shortest. Cards are named by
    their place in the issue: `changes` come first, then the cards that are `leaving`, in this order."""

    view: View
    changes: tuple[tuple[int, Density], ...]
    leaving: tuple[int, ...]

    @property
    def last(self) -> int:
        return len(self.changes) + len(self.leaving) + (1 if self.view.leads else 0)

    def at(self, step: int) -> View:
        """Give the view with the first `step` things given up; a group without a card is not shown."""
        densities, gone = self._given_up(step)
        places = count()
        groups = []
        for group in self.view.groups:
            cards = tuple(
                replace(card, density=densities.get(place, card.density))
                for card, place in zip(group.cards, places, strict=False)
                if place not in gone
            )
            if cards:
                groups.append(replace(group, cards=cards, papers_left=len(group.cards) - len(cards)))
        is_last = step > len(self.changes) + len(self.leaving)
        return replace(
            self.view,
            groups=tuple(groups),
            leads=() if is_last else self.view.leads,
            papers_left=self.view.papers_left + len(gone),
        )

    def said(self, step: int) -> tuple[str, ...]:
        """Tell what was given up at `step`, for the people who make the issue."""
        densities, gone = self._given_up(step)
        cards = [card for group in self.view.groups for card in group.cards]
        changed = [(cards[place].density, now) for place, now in densities.items() if place not in gone]
        said = [
            f"{_papers(number)} {sentence}"
            for change, sentence in _SAID.items()
            if (number := changed.count(change))
        ]
        if gone:
            said.append(f"{_papers(len(gone))} left to the issue on the web")
        if step > len(self.changes) + len(self.leaving):
            said.append('"in this issue" left out')
        return tuple(said)

    def _given_up(self, step: int) -> tuple[dict[int, Density], frozenset[int]]:
        return dict(self.changes[:step]), frozenset(self.leaving[: max(step - len(self.changes), 0)])


_SAID: dict[tuple[Density, Density], str] = {
    ("lead", "standard"): "shown as standard cards, not leads",
    ("lead", "compact"): "shown as compact cards, not leads",
    ("standard", "compact"): "shown as compact cards, not standard ones",
}


def ladder_of(view: View) -> Ladder:
    """Order what `view` can give up."""
    ranked = sorted(_places(view.groups), key=lambda place: place[:2], reverse=True)
    standard = [(place, card) for _, _, place, card in ranked if card.density == "standard"]
    leads = [(place, card) for _, _, place, card in ranked if card.density == "lead"]
    changes: list[tuple[int, Density]] = [(place, "compact") for place, _ in standard]
    changes += [(place, "standard") for place, _ in leads]
    changes += [(place, "compact") for place, _ in leads]
    return Ladder(view, tuple(changes), tuple(place for _, _, place, _ in ranked))


def _places(groups: Sequence[Group]) -> Iterable[tuple[int, int, int, Card]]:
    """Yield each card with its place in its group, its group's and its own in the issue."""
    place = 0
    for group_place, group in enumerate(groups):
        for own, card in enumerate(group.cards):
            yield own, group_place, place, card
            place += 1


def _papers(number: int) -> str:
    return f"{number:,} paper{'' if number == 1 else 's'}"
