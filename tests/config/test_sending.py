"""The `[sending]` table."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsletter.app import App
from newsletter.config import load_config
from newsletter.errors import ConfigError
from newsletter.model import Limits
from newsletter.ports import RateLimited


def app(tmp_path: Path, text: str) -> App:
    path = tmp_path / "newsletter.toml"
    path.write_text(text, "utf-8")
    return App(load_config(path))


def limits(made: App) -> Limits | None:
    backend = made.limited_backend(None)
    assert isinstance(backend, RateLimited)
    return backend.limits


def test_what_is_not_written_has_a_default(tmp_path: Path) -> None:
    policy = app(tmp_path, "").delivery_policy()
    assert (policy.in_doubt, policy.patience_minutes, policy.retries.give_up_hours) == ("hold", 30, 48)


def test_what_is_written_reaches_the_send(tmp_path: Path) -> None:
    text = (
        '[sending]\nconnections = 7\nin_doubt = "drop"\npatience_minutes = 5\n'
        'give_up_hours = 2.5\nempty = "note"\n'
    )
    made = app(tmp_path, text)
    policy = made.delivery_policy()
    assert (policy.connections, policy.in_doubt, policy.patience_minutes) == (7, "drop", 5)
    assert policy.retries.give_up_hours == 2.5
    assert made.style().writes_notes


def test_a_limit_of_a_person_outranks_the_presets_and_the_others_stay(tmp_path: Path) -> None:
    text = '[backends.smtp]\npreset = "ses"\nregion = "eu-west-1"\n'
    preset = limits(app(tmp_path, text))
    assert preset is not None
    assert preset.per_second
    own = limits(app(tmp_path, f"[sending.limits]\nper_day = 9\n{text}"))
    assert own == Limits(
        per_second=preset.per_second, per_minute=preset.per_minute, per_hour=preset.per_hour, per_day=9
    )


def test_a_limit_holds_for_a_backend_that_has_none(tmp_path: Path) -> None:
    assert limits(app(tmp_path, '[sending]\nbackend = "eml"\n')) is None
    made = app(tmp_path, '[sending]\nbackend = "eml"\n[sending.limits]\nper_hour = 3\n')
    assert limits(made) == Limits(per_hour=3)


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ('in_doubt = "guess"', "in_doubt"),
        ("connections = 0", "connections"),
        ("patience_minutes = -1", "patience_minutes"),
        ("give_up_hours = true", "give_up_hours"),
        ('finish_within_hours = "soon"', "finish_within_hours"),
        ('empty = "maybe"', "empty"),
        ("patiense_minutes = 3", "patience_minutes"),
        ("limits = { per_second = 0 }", "per_second"),
        ("limits = { per_year = 1 }", "per_year"),
    ],
)
def test_a_mistake_names_file_line_and_key(tmp_path: Path, line: str, key: str) -> None:
    with pytest.raises(ConfigError) as caught:
        app(tmp_path, f"[newsletter]\n[sending]\n{line}\n")
    assert "newsletter.toml, line 3" in caught.value.message
    assert key in caught.value.message
