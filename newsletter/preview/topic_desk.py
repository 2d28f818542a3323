"""Where a person shapes their sections: the draft, the papers on show, and where the draft puts them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.config.schema import slugify
from newsletter.model import PlacingPolicy
from newsletter.preview.board import Board, Moved, board, moves, titles_of
from newsletter.preview.changes import Asked, change_of
from newsletter.preview.drafting import SectionDraft, Standing
from newsletter.topics.placing import place
from newsletter.topics.suggestion import suggest_sections
from newsletter.work.editing import draft_of

if TYPE_CHECKING:
    from newsletter.config import Config
    from newsletter.model import Paper, Placement
    from newsletter.preview.picture import Picture
    from newsletter.preview.workshop import Workshop
    from newsletter.topics.background import Background
    from newsletter.topics.suggestion import NewSection

_KEPT = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The draft and its papers at one moment."""

    standing: Standing
    board: Board


class TopicDesk:
    """One draft for all browsers of a preview; threads may share it."""

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop
        self._lock = threading.RLock()
        self._kept: OrderedDict[object, tuple[Placement, ...]] = OrderedDict()
        self._known: tuple[Picture, tuple[Paper, ...], Background | None] | None = None
        self.draft = SectionDraft(workshop.config_path, workshop.scene.picture.app.config.text)

    def shown(self) -> Shown:
        """Give the draft as it is, with its papers."""
        with self._lock:
            standing = self.draft.standing()
            before, after = self._placed(standing.saved), self._placed(standing.draft)
            return Shown(standing=standing, board=board(before, after, standing.saved, standing.draft))

    def change(self, asked: Asked) -> tuple[str, tuple[Moved, ...]]:
        """Do what the page asks for, and give what is said of it and which papers it moves.

        Raises a `NewsletterError` for what cannot be done; then nothing was.
        """
        with self._lock:
            draft = self.draft.standing().draft
            before = self._placed(draft)
            proposals = self._proposals(draft, before) if asked.get("do") == "create" else ()
            change = change_of(asked, draft.sections, before, proposals)
            self.draft.change(change, self._placed)
            now = self.draft.standing().draft
            return change.said, moves(before, self._placed(now), titles_of(draft, now))

    def _proposals(self, draft: Config, placements: tuple[Placement, ...]) -> tuple[NewSection, ...]:
        return suggest_sections(placements, draft.sections, slugify=slugify)

    def _placed(self, config: Config) -> tuple[Placement, ...]:
        """Place the papers on show with a configuration; what was placed so lately is kept."""
        papers, background = self._papers()
        policy = PlacingPolicy(min_score=config.schema.topics.min_score)
        made_of = (papers, config.sections, policy, background)
        found = self._kept.get(made_of)
        if found is None:
            found = place(papers, config.sections, policy=policy, background=background)
        self._kept[made_of] = found
        self._kept.move_to_end(made_of)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return found

    def _papers(self) -> tuple[tuple[Paper, ...], Background | None]:
        """Give what is on show, and what earlier issues teach."""
        picture = self._workshop.scene.picture
        if self._known is None or self._known[0] is not picture:
            if picture.parsed:
                papers = picture.parsed.papers
            else:
                papers = tuple(entry.paper for entry in draft_of(picture.stored).entries)
            background = picture.app.past(picture.issue.day).background
            if self._known and self._known[1] == papers:
                papers = self._known[1]
            self._known = (picture, papers, background)
        return self._known[1], self._known[2]
