"""The `[dkim]` table: what signs, and every mistake named with file, line and key."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from newsletter.config import load_config
from newsletter.config.dkim import signer_of
from newsletter.errors import ConfigError
from newsletter.mailing.dkim import Signer
from newsletter.mailing.dkim_keys import SigningKey

Keys = Callable[..., tuple[SigningKey, ...]]


@pytest.fixture(autouse=True)
def key_files(tmp_path: Path, dkim_keys: Keys) -> None:
    """One key of each kind, and files that are none."""
    for name, mode, key in zip(("rsa.pem", "ed.pem"), (0o600, 0o600), dkim_keys(), strict=True):
        (tmp_path / name).write_bytes(key.pem())
        (tmp_path / name).chmod(mode)
    (tmp_path / "open.pem").write_bytes(dkim_keys("rsa")[0].pem())
    (tmp_path / "open.pem").chmod(0o644)
    (tmp_path / "empty.pem").touch(0o600)


def signer(folder: Path, text: str, environ: dict[str, str] | None = None) -> Signer | None:
    path = folder / "newsletter.toml"
    path.write_text(text, "utf-8")
    return signer_of(load_config(path), environ or {})


TABLE = '[dkim]\ndomain = "example.org"\n'
KEY = '[[dkim.keys]]\nselector = "news"\n'


def test_without_the_table_nothing_is_signed(tmp_path: Path) -> None:
    assert signer(tmp_path, "") is None


def test_each_key_becomes_a_signature(tmp_path: Path) -> None:
    text = f'{TABLE}{KEY}key_file = "rsa.pem"\n[[dkim.keys]]\nselector = "second"\nkey_file = "ed.pem"\n'
    made = signer(tmp_path, text)
    assert made is not None
    assert made.domain == "example.org"
    assert [(key.selector, key.algorithm) for key in made.keys] == [
        ("news", "rsa-sha256"),
        ("second", "ed25519-sha256"),
    ]


def test_a_key_may_come_from_a_variable_or_a_command(tmp_path: Path, dkim_keys: Keys) -> None:
    pem = dkim_keys("ed25519")[0].pem().decode()
    for way, environ in (('key_env = "KEY"', {"KEY": pem}), (f'key_command = "cat {tmp_path}/ed.pem"', {})):
        made = signer(tmp_path, f"{TABLE}{KEY}{way}\n", environ)
        assert made is not None
        assert made.keys[0].pem().decode() == pem


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('[dkim]\ndomain = "example.org"\n', "line 1, dkim.keys: the key 'keys' is missing"),
        (f"{TABLE}keys = []\n", "line 1, dkim: expected a [[dkim.keys]] table at least"),
        (f'[dkim]\n{KEY}key_file = "rsa.pem"\n', "line 1, dkim.domain: the key 'domain' is missing"),
        (f'[dkim]\ndomain = "no"\n{KEY}key_file = "rsa.pem"\n', "line 2, dkim.domain: expected a domain"),
        (f"{TABLE}{KEY}", "line 3, dkim.keys[1]: expected one way to the key: key_file, key_env or key"),
        (f'{TABLE}{KEY}key_file = "rsa.pem"\nkey_env = "K"\n', "expected one way to the key"),
        (f'{TABLE}{KEY}key = "secret-canary"\n', "line 3, dkim.keys[1]: a key does not belong into the file"),
        (TABLE + 5 * f'{KEY}key_file = "secret-canary"\n', "dkim.keys: tuple should have at most 4 items"),
        (f'{TABLE}{KEY}key_fle = "rsa.pem"\n', "line 5, dkim.keys[1].key_fle: unknown key"),
        (f'{TABLE}[[dkim.keys]]\nselector = "a b"\nkey_file = "rsa.pem"\n', "selector: expected a selector"),
        (f'{TABLE}{KEY}key_file = "absent.pem"\n', "line 5, dkim.keys[1].key_file: "),
        (f'{TABLE}{KEY}key_file = "open.pem"\n', "others may read"),
        (f'{TABLE}{KEY}key_file = "empty.pem"\n', "line 5, dkim.keys[1].key_file: expected a private key"),
        (f'{TABLE}{KEY}key_env = "ABSENT"\n', "the environment variable ABSENT is not set"),
        (f'{TABLE}unsigned = ["From"]\n{KEY}key_file = "rsa.pem"\n', "line 3, dkim.unsigned"),
        (
            f'{TABLE}{KEY}key_file = "rsa.pem"\n{KEY}key_file = "ed.pem"\n',
            "line 1, dkim: each key needs a selector of its own",
        ),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_line_and_key(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        signer(tmp_path, text)
    assert complaint in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
    assert "secret-canary" not in str(caught.value) + str(caught.value.hint)
