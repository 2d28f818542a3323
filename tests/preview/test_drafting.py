"""A draft of the sections: steps that can be taken back, on top of a file that others may change."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsletter.config import Config, starter_text
from newsletter.config.edit import add_keywords
from newsletter.config.reshape import remove_section, rename
from newsletter.config.writing import ChangedMeanwhile
from newsletter.errors import ConfigError, UsageError
from newsletter.preview.drafting import Change, SectionDraft

FILE = """\
# mine
[[sections]]
title = "Robots"
keywords = ["robot"]

[[sections]]
title = "Speech"
keywords = ["speech"]
"""
ARM = Change(said="arm", apply=lambda text: add_keywords(text, "robots", ["arm"]))
VOICE = Change(said="voice", apply=lambda text: add_keywords(text, "speech", ["voice"]))
NO_SPEECH = Change(said="no speech", apply=lambda text: remove_section(text, "speech"))


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "newsletter.toml"
    path.write_text(FILE, "utf-8")
    return path


def take(draft: SectionDraft, *changes: Change) -> None:
    for change in changes:
        draft.change(change, lambda _: None)


def keywords(config: Config) -> list[tuple[str, ...]]:
    return [section.keywords for section in config.sections]


def test_steps_go_back_and_forth_and_nothing_is_written(path: Path) -> None:
    draft = SectionDraft(path)
    take(draft, ARM, VOICE)
    draft.undo()
    standing = draft.standing()
    assert (standing.done, standing.undone) == (("arm",), ("voice",))
    assert keywords(standing.draft) == [("robot", "arm"), ("speech",)]
    draft.redo()
    assert keywords(draft.standing().draft) == [("robot", "arm"), ("speech", "voice")]
    take(draft, NO_SPEECH)
    draft.discard()
    assert draft.standing().done == ()
    assert path.read_text("utf-8") == FILE


def test_a_step_that_is_refused_changes_nothing(path: Path) -> None:
    draft = SectionDraft(path)

    def refuse(_: Config) -> None:
        raise UsageError("no")

    with pytest.raises(UsageError):
        draft.change(ARM, refuse)
    with pytest.raises(ConfigError):
        take(draft, Change(said="nobody", apply=lambda text: add_keywords(text, "nobody", ["x"])))
    with pytest.raises(ConfigError):
        take(draft, Change(said="wrong", apply=lambda text: text + "x = ["))
    assert draft.standing().done == ()


def test_a_draft_without_changes_follows_the_file(path: Path) -> None:
    draft = SectionDraft(path)
    path.write_text(FILE.replace('"robot"', '"android"'), "utf-8")
    assert keywords(draft.standing().draft)[0] == ("android",)
    path.write_text("nonsense", "utf-8")
    assert keywords(draft.standing().draft)[0] == ("android",)
    assert not draft.standing().is_contested


def test_what_others_wrote_stays_and_what_does_not_fit_it_is_named(path: Path) -> None:
    draft = SectionDraft(path)
    take(draft, ARM, VOICE)
    theirs = remove_section(FILE, "speech") + "# theirs\n"
    path.write_text(theirs, "utf-8")
    assert draft.standing().is_contested
    with pytest.raises(ChangedMeanwhile):
        draft.save()
    assert path.read_text("utf-8") == theirs
    draft.keep()
    standing = draft.standing()
    assert (standing.done, standing.lost, standing.is_contested) == (("arm",), ("voice",), False)
    draft.save()
    assert path.read_text("utf-8") == add_keywords(theirs, "robots", ["arm"])


def test_a_broken_file_is_not_built_upon(path: Path) -> None:
    draft = SectionDraft(path)
    take(draft, ARM)
    path.write_text("nonsense", "utf-8")
    assert draft.standing().is_contested
    with pytest.raises(ConfigError):
        draft.keep()
    assert draft.standing().done == ("arm",)
    assert path.read_text("utf-8") == "nonsense"


def test_a_save_is_undone_once_and_only_while_the_file_is_as_it_was_saved(path: Path) -> None:
    draft = SectionDraft(path)
    take(draft, ARM)
    draft.save()
    take(draft, VOICE)
    draft.undo_save()
    assert path.read_text("utf-8") == FILE
    assert draft.standing().done == ("arm", "voice")
    with pytest.raises(UsageError, match="no save to undo"):
        draft.undo_save()
    draft.save()
    path.write_text(path.read_text("utf-8") + "# theirs\n", "utf-8")
    assert not draft.standing().can_undo_save
    with pytest.raises((ConfigError, UsageError)):
        draft.undo_save()
    assert path.read_text("utf-8").endswith("# theirs\n")


def test_without_a_file_the_built_in_sections_are_changed(path: Path) -> None:
    path.unlink()
    draft = SectionDraft(path)
    take(draft, Change(said="robots", apply=lambda text: rename(text, "robotics-rl", "Robots")))
    assert not draft.standing().has_file
    draft.save()
    assert path.read_text("utf-8") == rename(starter_text(), "robotics-rl", "Robots")
    draft.undo_save()
    assert not path.exists()


def test_a_file_that_appears_meanwhile_is_not_replaced(path: Path) -> None:
    path.unlink()
    draft = SectionDraft(path)
    take(draft, Change(said="robots", apply=lambda text: rename(text, "robotics-rl", "Robots")))
    path.write_text(FILE, "utf-8")
    with pytest.raises(ChangedMeanwhile):
        draft.save()
    assert path.read_text("utf-8") == FILE
