"""Secrets never come from the file and never show."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from newsletter.config import Config, load_config, options_with_secrets
from newsletter.config.plugin import PluginOptions
from newsletter.errors import ConfigError


class Options(PluginOptions):
    host: str = "localhost"
    password: SecretStr | None = None
    folder: Path | None = None


TABLE = ("backends", "demo")


def config_with(folder: Path, lines: str) -> Config:
    path = folder / "newsletter.toml"
    path.write_text(f"[backends.demo]\n{lines}\n", encoding="utf-8")
    return load_config(path)


def password(folder: Path, lines: str, environ: dict[str, str] | None = None) -> str | None:
    options = options_with_secrets(config_with(folder, lines), Options, TABLE, environ or {})
    assert isinstance(options, Options)
    return options.password.get_secret_value() if options.password else None


def test_without_a_secret_there_is_none(tmp_path: Path) -> None:
    assert password(tmp_path, 'host = "mail.example.org"') is None


def test_the_named_variable_is_used(tmp_path: Path) -> None:
    assert password(tmp_path, 'password_env = "MINE"', {"MINE": "s3cret"}) == "s3cret"


def test_the_usual_variable_is_used_when_nothing_is_said(tmp_path: Path) -> None:
    assert password(tmp_path, "", {"NEWSLETTER_DEMO_PASSWORD": "s3cret"}) == "s3cret"


def test_a_private_file_beside_the_configuration_is_used(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s3cret\n", encoding="utf-8")
    secret.chmod(0o600)
    assert password(tmp_path, 'password_file = "secret"') == "s3cret"


def test_a_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s3cret", encoding="utf-8")
    secret.chmod(0o644)
    with pytest.raises(ConfigError, match="others may read") as caught:
        password(tmp_path, 'password_file = "secret"')
    assert "chmod 600" in str(caught.value.hint)


def test_the_output_of_a_command_is_used(tmp_path: Path) -> None:
    assert password(tmp_path, "password_command = \"printf 's3cret\\n'\"") == "s3cret"


def test_a_relative_path_starts_beside_the_configuration(tmp_path: Path) -> None:
    options = options_with_secrets(config_with(tmp_path, 'folder = "mail"'), Options, TABLE, {})
    assert options.folder == tmp_path / "mail"


@pytest.mark.parametrize("command", ["false", "no-such-program-anywhere", "'unclosed"])
def test_a_command_that_fails_is_told(tmp_path: Path, command: str) -> None:
    with pytest.raises(ConfigError, match="the command failed"):
        password(tmp_path, f'password_command = "{command}"')


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        ('password = "s3cret"', "line 2, backends.demo.password: a secret does not belong into the file"),
        ('password_env = "MINE"\npassword_file = "x"', "exclude each other"),
        ('password_env = "MINE"', "the environment variable MINE is not set"),
        ('password_file = "absent"', "absent cannot be read"),
        ('pasword_env = "MINE"', "unknown key 'pasword_env'"),
    ],
)
def test_a_mistake_is_told_without_the_secret(tmp_path: Path, lines: str, complaint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        password(tmp_path, lines)
    assert complaint in str(caught.value)
    assert "s3cret" not in str(caught.value) + str(caught.value.hint)


@pytest.mark.parametrize("way", ["env", "file"])
def test_a_key_in_the_place_of_its_place_is_not_shown(tmp_path: Path, way: str) -> None:
    key = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2Vw\n-----END PRIVATE KEY-----"
    with pytest.raises(ConfigError, match=f"password_{way}: expected .*, found several lines") as caught:
        password(tmp_path, f"password_{way} = '''{key}'''")
    assert "MC4C" not in str(caught.value) + str(caught.value.hint)
