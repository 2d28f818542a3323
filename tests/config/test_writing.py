"""newsletter.toml is written whole, if it is right, and never over what somebody else wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsletter.config import load_config, starter_text
from newsletter.config.edit import add_keywords
from newsletter.config.writing import create_config, read_text, remove_config, write_config
from newsletter.errors import ConfigError, StoreError

FILE = """\
# my digest
[[sections]]
title = "Robots"
keywords = ["robot"]

[[sections]]
title = "Speech"
keywords = ["speech"]
"""


def test_a_file_is_replaced_with_its_mode_through_a_link(tmp_path: Path) -> None:
    path, link = tmp_path / "real.toml", tmp_path / "newsletter.toml"
    path.write_text(FILE, "utf-8")
    path.chmod(0o640)
    link.symlink_to(path)
    old = read_text(link)
    write_config(link, old=old, new=add_keywords(old, "speech", ["voice"]))
    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o640
    assert load_config(link).sections[1].keywords == ("speech", "voice")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["newsletter.toml", "real.toml"]


def test_a_change_made_meanwhile_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "newsletter.toml"
    path.write_text(FILE, "utf-8")
    old = read_text(path)
    path.write_text(FILE + "# mine\n", "utf-8")
    with pytest.raises(ConfigError, match="changed by somebody else"):
        write_config(path, old=old, new=add_keywords(old, "speech", ["voice"]))
    assert path.read_text("utf-8") == FILE + "# mine\n"
    assert [p.name for p in tmp_path.iterdir()] == ["newsletter.toml"]


def test_a_wrong_configuration_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "newsletter.toml"
    path.write_text(FILE, "utf-8")
    with pytest.raises(ConfigError, match="nothing was written") as caught:
        write_config(path, old=FILE, new="nonsense")
    assert f"{path}, end of document" in caught.value.message
    assert path.read_text("utf-8") == FILE


def test_a_file_is_made_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "newsletter.toml"
    with pytest.raises(ConfigError, match="nothing was written"):
        create_config(path, "nonsense")
    assert list(tmp_path.iterdir()) == []
    create_config(path, starter_text())
    assert path.read_text("utf-8") == starter_text()
    assert [p.name for p in tmp_path.iterdir()] == ["newsletter.toml"]


def test_making_a_file_replaces_none(tmp_path: Path) -> None:
    path = tmp_path / "newsletter.toml"
    path.write_text("# mine\n", "utf-8")
    with pytest.raises(ConfigError, match="by somebody else meanwhile"):
        create_config(path, FILE)
    with pytest.raises(ConfigError, match="changed by somebody else"):
        remove_config(path, FILE)
    assert path.read_text("utf-8") == "# mine\n"


def test_a_file_that_is_as_it_was_made_can_be_taken_away(tmp_path: Path) -> None:
    path = tmp_path / "newsletter.toml"
    create_config(path, FILE)
    remove_config(path, FILE)
    assert not path.exists()


def test_where_nothing_can_be_written_the_file_is_to_blame_and_not_what_it_says(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    path = tmp_path / "file" / "newsletter.toml"
    with pytest.raises(StoreError, match="cannot be written"):
        create_config(path, FILE)
    with pytest.raises(StoreError, match="cannot be written"):
        write_config(path, old=FILE, new=starter_text())
    with pytest.raises(StoreError, match="cannot be taken away"):
        remove_config(path, FILE)
