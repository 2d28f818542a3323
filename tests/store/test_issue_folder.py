"""An issue folder gives back what was written, and notices what was changed by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from newsletter.errors import StoreError
from newsletter.model import Edition, Issue
from newsletter.store.issue_folder import (
    StoredIssue,
    _fingerprint,
    digest_of,
    find_issue,
    read_issue,
    write_issue,
)


@pytest.fixture
def stored(issue: Callable[..., Issue]) -> StoredIssue:
    edition = Edition(
        subject="Daily", preheader="p", html="<p>ö</p>", text="ö", nonce="0" * 16, language="en"
    )
    return StoredIssue(
        issue=issue(),
        editions=(edition,),
        html="<p>ö</p>".encode(),
        text="ö".encode(),
        message=b"To: x\r\n\r\n",
    )


def test_what_was_written_is_read_back(tmp_path: Path, stored: StoredIssue) -> None:
    write_issue(tmp_path / "a", stored)
    assert read_issue(tmp_path / "a") == stored


def test_the_folder_holds_the_four_files_and_nothing_else(tmp_path: Path, stored: StoredIssue) -> None:
    write_issue(tmp_path / "a", stored)
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == [
        "issue.eml",
        "issue.html",
        "issue.json",
        "issue.txt",
    ]


def test_building_again_replaces_an_untouched_issue(tmp_path: Path, stored: StoredIssue) -> None:
    write_issue(tmp_path, stored)
    write_issue(tmp_path, stored)
    assert read_issue(tmp_path) == stored


def test_a_change_made_by_hand_is_not_overwritten_unless_asked(tmp_path: Path, stored: StoredIssue) -> None:
    write_issue(tmp_path, stored)
    (tmp_path / "issue.html").write_text("<p>mine</p>", encoding="utf-8")
    with pytest.raises(StoreError, match="is not as a build left it"):
        write_issue(tmp_path, stored)
    assert (tmp_path / "issue.html").read_text("utf-8") == "<p>mine</p>"
    write_issue(tmp_path, stored, overwrite=True)
    assert read_issue(tmp_path) == stored


def test_a_folder_of_other_files_is_not_overwritten_unless_asked(tmp_path: Path, stored: StoredIssue) -> None:
    (tmp_path / "issue.html").write_text("my own", encoding="utf-8")
    with pytest.raises(StoreError, match=r"issue\.html: is not as a build left it"):
        write_issue(tmp_path, stored)
    assert (tmp_path / "issue.html").read_text("utf-8") == "my own"
    write_issue(tmp_path, stored, overwrite=True)
    assert read_issue(tmp_path) == stored


def test_a_build_that_was_interrupted_can_be_repeated(tmp_path: Path, stored: StoredIssue) -> None:
    write_issue(tmp_path, stored)
    newer = replace(stored, html=b"<p>newer</p>")
    (tmp_path / "issue.html").write_bytes(newer.html)  # killed before the next file was written
    write_issue(tmp_path, newer)
    assert read_issue(tmp_path) == newer


def test_an_edition_changed_by_hand_is_neither_sent_nor_overwritten(
    tmp_path: Path, stored: StoredIssue
) -> None:
    write_issue(tmp_path, stored)
    data = json.loads((tmp_path / "issue.json").read_text("utf-8"))
    data["editions"][0]["html"] = "<p>mine</p>"
    (tmp_path / "issue.json").write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(StoreError, match=r"issue\.json: was changed after it was built"):
        read_issue(tmp_path)
    with pytest.raises(StoreError, match=r"issue\.json: is not as a build left it"):
        write_issue(tmp_path, stored)


def test_another_layout_of_the_same_data_is_no_change(tmp_path: Path, stored: StoredIssue) -> None:
    write_issue(tmp_path, stored)
    data = json.loads((tmp_path / "issue.json").read_text("utf-8"))
    (tmp_path / "issue.json").write_text(json.dumps(data), encoding="utf-8")
    assert read_issue(tmp_path) == stored


def test_a_changed_issue_is_not_read_as_if_it_were_the_built_one(tmp_path: Path, stored: StoredIssue) -> None:
    write_issue(tmp_path, stored)
    (tmp_path / "issue.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(StoreError, match=r"issue\.txt: was changed after it was built"):
        read_issue(tmp_path)


@pytest.mark.parametrize("name", ["issue.html", "issue.txt", "issue.eml", "issue.json"])
def test_a_missing_file_is_named(tmp_path: Path, stored: StoredIssue, name: str) -> None:
    write_issue(tmp_path, stored)
    (tmp_path / name).unlink()
    with pytest.raises(StoreError, match=name.replace(".", r"\.")):
        read_issue(tmp_path)


@pytest.mark.parametrize(
    "data", ["", "[]", "{}", '{"format": 99}', '{"format": 1, "files": {}}', "[" * 100_000, '{"format": 1}']
)
def test_data_of_another_kind_is_refused(tmp_path: Path, stored: StoredIssue, data: str) -> None:
    write_issue(tmp_path, stored)
    (tmp_path / "issue.json").write_text(data, encoding="utf-8")
    with pytest.raises(StoreError):
        read_issue(tmp_path)


def test_a_broken_issue_inside_good_data_names_the_field(tmp_path: Path, stored: StoredIssue) -> None:
    write_issue(tmp_path, stored)
    data = json.loads((tmp_path / "issue.json").read_text("utf-8"))
    data["issue"]["day"] = "soon"
    (tmp_path / "issue.json").write_text(json.dumps(data), encoding="utf-8")
    data["files"]["issue.json"] = _fingerprint(data)
    (tmp_path / "issue.json").write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(StoreError, match=r"\$\.day"):
        read_issue(tmp_path)


def test_an_issue_is_found_by_folder_and_by_slug(tmp_path: Path, stored: StoredIssue) -> None:
    folder = tmp_path / "issues" / "2025-11-07"
    write_issue(folder, stored)
    assert find_issue(str(folder), root=tmp_path / "issues") == folder
    assert find_issue("2025-11-07", root=tmp_path / "issues") == folder


def test_an_unknown_issue_says_where_it_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"no issue '2025-11-08'") as caught:
        find_issue("2025-11-08", root=tmp_path)
    assert "newsletter build" in str(caught.value.hint)


def test_a_place_that_cannot_be_written_is_a_clear_error(tmp_path: Path, stored: StoredIssue) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(StoreError, match="cannot be written"):
        write_issue(tmp_path / "file" / "issue", stored)


def test_a_folder_of_an_earlier_version_keeps_its_digest(tmp_path: Path, stored: StoredIssue) -> None:
    folder = tmp_path / "a"
    write_issue(folder, stored)
    data = json.loads((folder / "issue.json").read_text("utf-8"))
    del data["issue"]["since"]
    data["files"]["issue.json"] = _fingerprint(data)
    (folder / "issue.json").write_text(json.dumps(data), "utf-8")
    read = read_issue(folder)
    assert read == stored
    assert digest_of(read) == data["files"]["issue.json"] != digest_of(stored)
