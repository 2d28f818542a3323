"""`[links]`: where keys of one's own come from."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsletter.app import App
from newsletter.config import load_config
from newsletter.config.links import link_keys
from newsletter.errors import ConfigError
from newsletter.store.database import open_database

KEY, OLD, OLDER = ("k" * 32, "o" * 40, "p" * 32)


def keys(folder: Path, lines: str = "", **environ: str) -> tuple[bytes, ...]:
    path = folder / "newsletter.toml"
    path.write_text(f"[links]\n{lines}\n", "utf-8")
    return link_keys(load_config(path), environ)


def test_without_a_table_there_is_no_key_from_outside(tmp_path: Path) -> None:
    assert keys(tmp_path) == ()


def test_the_usual_variables_are_read(tmp_path: Path) -> None:
    found = keys(tmp_path, NEWSLETTER_LINKS_KEY=KEY, NEWSLETTER_LINKS_OLD_KEYS=f"{OLD} {OLDER}")
    assert found == (KEY.encode(), OLD.encode(), OLDER.encode())


def test_a_file_holds_one_old_key_per_line(tmp_path: Path) -> None:
    secret = tmp_path / "old"
    secret.write_text(f"{OLD}\n{OLDER}\n", "utf-8")
    secret.chmod(0o600)
    found = keys(tmp_path, 'old_keys_file = "old"', NEWSLETTER_LINKS_KEY=KEY)
    assert found == (KEY.encode(), OLD.encode(), OLDER.encode())


@pytest.mark.parametrize(
    ("lines", "environ", "complaint"),
    [
        (f'key = "{KEY}"', {}, "does not belong into the file"),
        ("", {"NEWSLETTER_LINKS_KEY": "short"}, "32 characters"),
        ("", {"NEWSLETTER_LINKS_KEY": ""}, "one key"),
        ("", {"NEWSLETTER_LINKS_KEY": f"{KEY} {OLD}"}, "one key"),
        ("", {"NEWSLETTER_LINKS_KEY": KEY, "NEWSLETTER_LINKS_OLD_KEYS": "short"}, "32 characters"),
        ("", {"NEWSLETTER_LINKS_OLD_KEYS": OLD}, "without a key"),
        ("kye_file = 'x'", {}, "kye_file"),
    ],
)
def test_what_is_no_key_is_refused_without_showing_it(
    tmp_path: Path, lines: str, environ: dict[str, str], complaint: str
) -> None:
    with pytest.raises(ConfigError, match=complaint) as caught:
        keys(tmp_path, lines, **environ)
    assert "short" not in caught.value.message
    assert KEY not in caught.value.message


def test_links_signed_in_the_database_work_on_under_a_key_from_outside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    database = open_database("sqlite:///newsletter.db")
    old = App.open(None).link_tokens(database).make("unsubscribe", 7)
    monkeypatch.setenv("NEWSLETTER_LINKS_KEY", KEY)
    tokens = App.open(None).link_tokens(database)
    database.close()
    assert tokens.make("unsubscribe", 7) != old
    assert tokens.read("unsubscribe", old) == tokens.read("unsubscribe", tokens.make("unsubscribe", 7)) == 7


def test_two_newsletters_with_one_key_have_links_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEWSLETTER_LINKS_KEY", KEY)
    mine, yours = (open_database(f"sqlite:///{name}.db") for name in ("a", "b"))
    token = App.open(None).link_tokens(mine).make("unsubscribe", 7)
    assert App.open(None).link_tokens(yours).read("unsubscribe", token) is None
    mine.close()
    yours.close()


@pytest.mark.parametrize(
    ("address", "complaint"),
    [
        ("b@example.org", None),
        ("b" * 25 + "@example.org", "24"),
        ("bü@example.org", "ASCII"),
        ("bounces", "e-mail"),
    ],
)
def test_a_token_must_fit_behind_the_address_for_bounces(
    tmp_path: Path, address: str, complaint: str | None
) -> None:
    path = tmp_path / "newsletter.toml"
    path.write_text(f'[newsletter]\nbounce_address = "{address}"\n', "utf-8")
    if complaint is None:
        assert App.open(path).letterhead().bounce_address == address
    else:
        with pytest.raises(ConfigError, match=complaint):
            load_config(path)
