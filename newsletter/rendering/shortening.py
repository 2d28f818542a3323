"""What an edition gives up, and in which order, when its HTML would be larger than mail programs show.

A paper's rank is its place in its section, and of papers in the same place that of its section: the first of
every section outrank all second ones. Then, one paper at a time, until the rest fits:

1. standard cards become compact (a title and one line), the lowest rank first;
2. lead cards become standard, then compact, the lowest rank first;
3. papers at the end of the issue are left to the issue on the web, behind a link that counts them;
4. "In this issue" goes, which by then no issue of ordinary papers reaches.

The order of papers never changes, and the plain text always has all of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from newsletter.rendering.theme import Density
    from newsletter.rendering.view import Card, Group, View


@dataclass(frozen=True, slots=True)
class Ladder:
    """A view and all its shorter forms: step 0 is the view itself, `last` the shortest."""

    view: View
    changes: tuple[tuple[int, Density], ...]

    @property
    def last(self) -> int:
        return len(self.changes) + len(_cards(self.view)) + (1 if self.view.leads else 0)

    def at(self, step: int) -> View:
        """Give the view with the first `step` things given up."""
        densities = dict(self.changes[:step])
        cards = [
            replace(card, density=densities.get(place, card.density))
            for place, card in enumerate(_cards(self.view))
        ]
        left = min(max(step - len(self.changes), 0), len(cards))
        return replace(
            self.view,
            groups=_groups_of(self.view.groups, cards[: len(cards) - left]),
            leads=() if step > len(self.changes) + len(cards) else self.view.leads,
            papers_left=left,
        )

    def said(self, step: int) -> tuple[str, ...]:
        """Tell what was given up at `step`, for the people who make the issue."""
        before, shown = _cards(self.view), _cards(self.at(step))
        changed = [(card.density, now.density) for card, now in zip(before, shown, strict=False)]
        counts = {change: changed.count(change) for change in _SAID if change in changed}
        said = [f"{_papers(number)} {_SAID[change]}" for change, number in counts.items()]
        if len(shown) < len(before):
            said.append(f"{_papers(len(before) - len(shown))} left to the issue on the web")
        if step > len(self.changes) + len(before):
            said.append('"in this issue" left out')
        return tuple(said)


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
    return Ladder(view, tuple(changes))


def _places(groups: Sequence[Group]) -> Iterable[tuple[int, int, int, Card]]:
    """Yield each card with its place in its group, its group's and its own in the issue."""
    place = 0
    for group_place, group in enumerate(groups):
        for own, card in enumerate(group.cards):
            yield own, group_place, place, card
            place += 1


def _cards(view: View) -> tuple[Card, ...]:
    return tuple(card for group in view.groups for card in group.cards)


def _groups_of(groups: Sequence[Group], cards: Sequence[Card]) -> tuple[Group, ...]:
    """Deal the cards to their groups again; a group that gets none is not shown."""
    dealt = []
    start = 0
    for group in groups:
        own = tuple(cards[start : start + len(group.cards)])
        start += len(group.cards)
        if own:
            dealt.append(replace(group, cards=own))
    return tuple(dealt)


def _papers(number: int) -> str:
    return f"{number:,} paper{'' if number == 1 else 's'}"
