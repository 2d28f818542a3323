"""Editing an issue: pin, hide and move papers, write an introduction, a subject and a preheader."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from newsletter.errors import UsageError
from newsletter.store.issue_folder import write_issue
from newsletter.work.build import draw_edited

if TYPE_CHECKING:
    from newsletter.issues.editing import Edits
    from newsletter.model import Issue
    from newsletter.store.issue_folder import StoredIssue
    from newsletter.work.at_hand import AtHand
    from newsletter.work.build import Recipe


def edit(at_hand: AtHand, edits: Edits, recipe: Recipe) -> StoredIssue:
    """Give the folder of an issue the form that an editor wants, as its next revision.

    Always all that they want: what `edits` no longer name is as it was composed. Raises `UsageError` for an
    issue that is being sent or was, unless it was halted: then this makes the correction.
    """
    before = at_hand.must_be_stored()
    if at_hand.newest and not at_hand.newest.is_halted:
        raise UsageError(
            f"issue {at_hand.slug} was frozen at {at_hand.newest.frozen_at:%Y-%m-%d %H:%M} UTC: what is sent "
            "does not change any more",
            hint=f"if it is wrong: `newsletter halt {at_hand.slug}`, edit it, then "
            f"`newsletter send {at_hand.slug} --correction`",
        )
    if before.edits == edits:
        return before
    draft = replace(draft_of(before), revision=before.issue.revision + 1)
    stored = draw_edited(draft, recipe, edits)
    if at_hand.folder:
        write_issue(at_hand.folder, stored)
    return stored


def draft_of(stored: StoredIssue) -> Issue:
    """Give an issue as it was composed, before anybody edited it."""
    return stored.draft or stored.issue
