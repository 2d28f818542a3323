"""Editing the folder of an issue: its next revision, and what was composed is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsletter.app import App, read_document
from newsletter.issues.editing import Edits
from newsletter.store.issue_folder import digest_of, read_issue
from newsletter.work.at_hand import look_up
from newsletter.work.build import Recipe, build
from newsletter.work.editing import edit

ISSUES = Path("issues")
SEED = Path(__file__).parents[2] / "fixtures" / "daily_papers.txt"


@pytest.fixture
def recipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Recipe:
    monkeypatch.chdir(tmp_path)
    return App.open(None).recipe()


def test_edits_change_what_is_sent_and_can_all_be_undone(recipe: Recipe) -> None:
    folder = build(read_document(str(SEED), None), recipe, root=ISSUES).folder
    built = read_issue(folder)
    first, second = (entry.paper.key for entry in built.issue.sections[0].entries[:2])
    edits = Edits(pinned=(second,), hidden=(first,), introduction="Hello **you**", subject="Our pick")

    edit(look_up(str(folder), None, root=ISSUES), edits, recipe)
    stored = read_issue(folder)
    assert stored.issue.revision == built.issue.revision + 1
    assert digest_of(stored) != digest_of(built)
    assert stored.editions[0].subject == "Our pick"
    assert b"Hello <b>you</b>" in stored.html
    assert b"Hello you" in stored.text
    assert first not in {entry.paper.key for entry in stored.issue.entries}

    edit(look_up(str(folder), None, root=ISSUES), Edits(), recipe)
    undone = read_issue(folder)
    assert undone.html == built.html
    assert undone.draft is None


def test_building_anew_keeps_the_edits(recipe: Recipe) -> None:
    document = read_document(str(SEED), None)
    folder = build(document, recipe, root=ISSUES).folder
    edits = Edits(introduction="Hello")
    edit(look_up(str(folder), None, root=ISSUES), edits, recipe)
    assert build(document, recipe, root=ISSUES).stored.edits == edits
    assert b"Hello" in read_issue(folder).html


def test_the_same_edits_again_make_no_new_revision(recipe: Recipe) -> None:
    folder = build(read_document(str(SEED), None), recipe, root=ISSUES).folder
    edits = Edits(subject="Our pick")
    for _ in range(2):
        edit(look_up(str(folder), None, root=ISSUES), edits, recipe)
    assert read_issue(folder).issue.revision == 2
