"""Where a database lies, and whether locks and fsync work there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from newsletter.errors import StoreError
from newsletter.store import file_systems
from newsletter.store.file_systems import FileSystem, file_system_of


def test_a_local_folder_has_locks_and_nothing_stays_there(tmp_path: Path) -> None:
    there = file_system_of(tmp_path / "newsletter.db")
    assert there.has_locks
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("mounts", "kind", "is_remote"),
    [
        ("/dev/sda / ext4 rw 0 0\nhost:/x {place} nfs4 rw 0 0\n", "nfs4", True),
        ("/dev/sda / ext4 rw 0 0\nhost:/x {place}/deeper nfs4 rw 0 0\n", "ext4", False),
        ("host:/x {place} nfs rw 0 0\n/dev/sdb {place} xfs rw 0 0\n", "xfs", False),
        ("", None, False),
        ("nonsense\n\n", None, False),
    ],
)
def test_the_deepest_and_latest_mount_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mounts: str, kind: str | None, is_remote: bool
) -> None:
    table = tmp_path / "mounts"
    table.write_text(mounts.format(place=tmp_path.resolve()), "utf-8")
    monkeypatch.setattr(file_systems, "_MOUNTS", table)
    there = file_system_of(tmp_path / "newsletter.db")
    assert (there.kind, there.is_remote) == (kind, is_remote)


def test_where_locks_keep_nobody_out_that_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_systems, "lock", lambda _: True)
    assert file_system_of(tmp_path / "newsletter.db") == FileSystem(
        kind=file_system_of(tmp_path / "x").kind, has_locks=False
    )


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="nothing can be kept there"):
        file_system_of(tmp_path / "gone" / "newsletter.db")


@pytest.mark.skipif(os.name != "posix", reason="/proc is Linux's")
def test_a_machine_that_tells_no_mounts_is_no_trouble(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_systems, "_MOUNTS", tmp_path / "none")
    assert file_system_of(tmp_path / "newsletter.db").kind is None
