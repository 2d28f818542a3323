"""The issue that a person named: as a folder, as it was frozen, or both."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.errors import StoreError, UsageError
from newsletter.store.issue_folder import digest_of, find_issue, read_issue

if TYPE_CHECKING:
    from newsletter.store.issue_folder import StoredIssue
    from newsletter.store.ledger import FrozenIssue, Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class AtHand:
    """`stored` is the folder, where there is one; `revisions` are what was frozen of this slug, oldest first.

    Once something is frozen, that is what gets sent: the folder only says whether it is still the same.
    """

    slug: str
    folder: Path | None
    stored: StoredIssue | None
    revisions: tuple[FrozenIssue, ...]

    @property
    def newest(self) -> FrozenIssue | None:
        """The revision that counts, if any was frozen."""
        return self.revisions[-1] if self.revisions else None

    def with_revision(self, frozen: FrozenIssue) -> AtHand:
        """Know one more revision, if it is not known yet."""
        known = {one.id for one in self.revisions}
        return self if frozen.id in known else replace(self, revisions=(*self.revisions, frozen))

    @property
    def has_changed(self) -> bool:
        """Whether the folder holds something else than the newest revision."""
        return bool(self.stored and self.newest and digest_of(self.stored) != self.newest.digest)

    def must_be_stored(self) -> StoredIssue:
        """Give what the folder holds. Raises `StoreError` where there is none."""
        if self.stored:
            return self.stored
        raise StoreError(
            f"of issue {self.slug} there is only what was frozen, and no folder",
            hint="`newsletter build PAGE` makes one; name it if it is elsewhere than in the folder of issues",
        )

    def must_be_unchanged(self) -> None:
        """Raise `UsageError` for a folder that is not what gets sent."""
        if self.has_changed:
            raise UsageError(
                f"{self.folder}: is not what was frozen as {self.slug}, which is what gets sent",
                hint=f"if it was sent with a mistake: `newsletter halt {self.slug}`, then "
                f"`newsletter send {self.slug} --correction`; otherwise build into another folder (--out)",
            )


def look_up(name: str, ledger: Ledger | None, *, root: Path) -> AtHand:
    """Resolve what a person typed, a folder or the slug of one under `root`. Raises `StoreError` for what is
    neither here as a folder nor frozen. Without a ledger nothing was frozen."""
    folder = _folder(name, root)
    stored = read_issue(folder) if folder else None
    slug = stored.issue.slug if stored else Path(name).name
    revisions = _revisions(slug, ledger) if ledger else ()
    if stored is None and not revisions:
        find_issue(name, root=root)  # says where it looked
    return AtHand(slug=slug, folder=folder, stored=stored, revisions=revisions)


def frozen_at_hand(slug: str, ledger: Ledger) -> AtHand:
    """Give what was frozen of an issue, whatever its folder holds now."""
    return AtHand(slug=slug, folder=None, stored=None, revisions=_revisions(slug, ledger))


def revisions_of(name: str, ledger: Ledger | None, *, root: Path) -> tuple[FrozenIssue, ...]:
    """List what was frozen of the issue that a person named (see `look_up`), oldest first, whatever its
    folder holds now.

    Raises `StoreError` if nothing was.
    """
    slug = Path(name).name
    if found := _revisions(slug, ledger) if ledger else ():
        return found
    folder = _folder(name, root) if ledger else None
    if folder and ledger and (found := _revisions(read_issue(folder).issue.slug, ledger)):
        return found
    raise StoreError(
        f"issue {slug!r} was not sent to subscribers yet",
        hint="`newsletter status` lists those that were, `newsletter send` sends one",
    )


def _folder(name: str, root: Path) -> Path | None:
    try:
        return find_issue(name, root=root)
    except StoreError:
        return None


def _revisions(slug: str, ledger: Ledger) -> tuple[FrozenIssue, ...]:
    newest = ledger.find(slug)
    if newest is None:
        return ()
    older = (ledger.find(slug, number) for number in range(1, newest.revision))
    return (*(revision for revision in older if revision), newest)
