"""Where an editor works on a built issue: what is shown of it, what was approved, and each step back."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.errors import StoreError, UsageError
from newsletter.preview.edit_steps import step_of
from newsletter.preview.subjects import FolderSubject, PageSubject
from newsletter.store.approvals import ApprovalStore
from newsletter.store.issue_folder import DATA, digest_of
from newsletter.work.approving import approve
from newsletter.work.at_hand import look_up
from newsletter.work.build import build
from newsletter.work.editing import draft_of, edit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from newsletter.app import App
    from newsletter.issues.editing import Edits
    from newsletter.model import Entry, Issue, Section
    from newsletter.preview.workshop import Workshop
    from newsletter.store.approvals import Approval
    from newsletter.store.issue_folder import StoredIssue
    from newsletter.store.ledger import FrozenIssue, Ledger
    from newsletter.work.at_hand import AtHand

_MOST_STEPS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A section, or None for "More papers", and what stands in it."""

    slug: str | None
    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """An issue as an editor sees it at one moment. `digest` names exactly this state; `frozen` is what was
    frozen of it, `doubt` why that and the approval could not be looked up."""

    folder: Path
    stored: StoredIssue
    draft: Issue
    places: tuple[Place, ...]
    hidden: tuple[Entry, ...]
    digest: str
    approval: Approval | None
    frozen: FrozenIssue | None
    doubt: str | None
    asks_for_approval: bool
    can_build: bool
    can_undo: bool
    can_redo: bool

    @property
    def edits(self) -> Edits:
        return self.stored.edits

    @property
    def is_final(self) -> bool:
        """Whether nothing can be changed any more."""
        return self.frozen is not None and not self.frozen.is_halted

    @property
    def is_approved(self) -> bool:
        """Whether exactly this was approved."""
        return self.approval is not None and self.approval.digest == self.digest


class EditorialDesk:
    """Steps through the edits of the folder on show; threads may share it."""

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop
        self._lock = threading.RLock()
        self._folder: Path | None = None
        self._page: PageSubject | None = None
        self._before: list[Edits] = []
        self._after: list[Edits] = []

    @property
    def _app(self) -> App:
        return self._workshop.scene.picture.app

    def folder(self) -> Path | None:
        """Give the folder on show; None for a page, of which none was built."""
        subject = self._workshop.subject
        folder = subject.folder if isinstance(subject, FolderSubject) else None
        if folder != self._folder:
            self._folder, self._before, self._after = folder, [], []
        return folder

    def built_before(self) -> Path | None:
        """Give the folder that a build of the page on show would write, if it is there already."""
        folder = self._app.issues / self._workshop.scene.picture.issue.slug
        return folder if (folder / DATA).is_file() else None

    def sheet(self) -> Sheet:
        """Give the issue on show as it is. Raises `UsageError` while there is no folder."""
        with self._lock:
            folder = self._must_be_built()
            approval, frozen, doubt = None, None, None
            try:
                with self._app.ledger_to_read() as ledger:
                    at_hand = self._looked_up(folder, ledger)
                    frozen = at_hand.newest
                    if ledger:
                        approval = ApprovalStore(ledger.database).standing(at_hand.slug)
            except StoreError as error:
                at_hand, doubt = self._looked_up(folder, None), error.message
            stored = at_hand.must_be_stored()
            draft = draft_of(stored)
            hidden = frozenset(stored.edits.hidden)
            return Sheet(
                folder=folder,
                stored=stored,
                draft=draft,
                places=_places(stored.issue, self._app.config.sections),
                hidden=tuple(entry for entry in draft.entries if entry.paper.key in hidden),
                digest=digest_of(stored),
                approval=approval,
                frozen=frozen,
                doubt=doubt,
                asks_for_approval=self._app.config.schema.run.approval,
                can_build=self._page is not None,
                can_undo=bool(self._before),
                can_redo=bool(self._after),
            )

    def step(self, asked: Mapping[str, object]) -> str:
        """Do what the page asks for, and say what was done; the folder has its next revision then."""
        with self._lock:
            self._must_be_configured()
            sheet = self.sheet()
            said, edits = step_of(asked, sheet.edits, sheet.draft, self._app.config.sections)
            if edits != sheet.edits:
                self._write(edits)
                self._before = [*self._before[1 - _MOST_STEPS :], sheet.edits]
                self._after.clear()
            return said

    def undo(self) -> None:
        """Take the last step of this session back."""
        self._go(self._before, self._after)

    def redo(self) -> None:
        """Take it again."""
        self._go(self._after, self._before)

    def approve(self, digest: object, *, at: datetime) -> None:
        """Approve the issue, if it still is in the state that was looked at."""
        with self._lock:
            self._must_be_configured()
            with self._app.ledger() as ledger:
                at_hand = self._looked_up(self._must_be_built(), ledger)
                if digest != digest_of(at_hand.must_be_stored()):
                    raise UsageError(
                        "the issue was changed since this page was drawn",
                        hint="look at it again, then approve it",
                    )
                approve(at_hand, ApprovalStore(ledger.database), at=at)

    def withdraw(self) -> None:
        """Take the approval back."""
        self._must_be_configured()
        with self._lock, self._app.ledger() as ledger:
            ApprovalStore(ledger.database).withdraw(self.sheet().stored.issue.slug)

    def build(self) -> Path:
        """Make the folder of the page on show, or again that of the one it was made from, and show that from
        now on; edits made before are kept."""
        with self._lock:
            subject = self._workshop.subject
            page = subject if isinstance(subject, PageSubject) else self._page
            if page is None:
                raise UsageError(
                    "it is not known which page this was built from",
                    hint="`newsletter preview PAGE` shows what it becomes now, and makes the issue again",
                )
            self._page = page
            self._workshop.redraw()  # with the files as they are, though the watch may not have seen them yet
            built = build(page.document(), self._app.recipe(), root=self._app.issues)
            self._workshop.turn_to(FolderSubject(built.folder))
            return built.folder

    def _go(self, there: list[Edits], back: list[Edits]) -> None:
        with self._lock:
            self._must_be_configured()
            sheet = self.sheet()
            if there:
                self._write(there[-1])
                there.pop()
                back.append(sheet.edits)

    def _write(self, edits: Edits) -> None:
        with self._app.ledger_to_read() as ledger:
            at_hand = self._looked_up(self._must_be_built(), ledger)
            edit(at_hand, edits, self._app.recipe())

    def _looked_up(self, folder: Path, ledger: Ledger | None) -> AtHand:
        return look_up(str(folder), ledger, root=self._app.issues)

    def _must_be_configured(self) -> None:
        """Refuse to draw mail, or to write into a database, by defaults that stand in for what is wrong."""
        if self._workshop.scene.picture.is_unconfigured:
            raise UsageError(
                "the configuration is wrong, so nothing of the issue can be changed or approved",
                hint=f"mend {self._workshop.config_path} first",
            )

    def _must_be_built(self) -> Path:
        folder = self.folder()
        if folder is None:
            raise UsageError("there is no folder of this issue yet", hint="build it first")
        return folder


def _places(issue: Issue, sections: tuple[Section, ...]) -> tuple[Place, ...]:
    """List the sections as the issue has them, those that are empty today, and the rest."""
    shown = {section.slug for section in issue.sections}
    return (
        *(Place(slug=one.slug, title=one.title, entries=one.entries) for one in issue.sections),
        Place(slug=None, title="More papers", entries=issue.more),
        *(Place(slug=one.slug, title=one.title, entries=()) for one in sections if one.slug not in shown),
    )
