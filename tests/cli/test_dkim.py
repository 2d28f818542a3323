"""`newsletter dkim`, and what `newsletter send` signs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dkim
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from click.testing import CliRunner, Result

from newsletter.cli import cli
from newsletter.mailing.dkim_keys import read_key

HEAD = '[newsletter]\nsender = "Papers <digest@example.org>"\nbase_url = "https://news.example.org"\n'


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NEWSLETTER_CONFIG", raising=False)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments))


def configured(folder: Path, *, more: str = "", kinds: str = "both") -> dict[bytes, bytes]:
    """Make keys as a person would, follow what the command says, and give what DNS then holds."""
    made = json.loads(run("dkim", "keygen", "--domain", "example.org", "--type", kinds, "--json").stdout)
    (folder / "newsletter.toml").write_text(f"{HEAD}{made['toml']}\n{more}", "utf-8")
    return {f"{record['name']}.".encode(): record["value"].encode() for record in made["records"]}


def verdicts(message: bytes, records: dict[bytes, bytes]) -> list[bool]:
    count = message.partition(b"\r\n\r\n")[0].count(b"DKIM-Signature:")
    return [
        bool(dkim.DKIM(message).verify(index, dnsfunc=lambda name, **_: records.get(name)))
        for index in range(count)
    ]


def test_keygen_writes_keys_for_their_owner_alone_and_says_what_to_publish(tmp_path: Path) -> None:
    result = run("dkim", "keygen", "--domain", "example.org")
    assert result.exit_code == 0, result.output
    for kind in ("rsa", "ed25519"):
        path = tmp_path / f"dkim-news-{kind}.pem"
        assert path.stat().st_mode & 0o777 == 0o600
        assert read_key(path.read_text("utf-8"), "news").algorithm == f"{kind}-sha256"
        assert f"name   news-{kind}._domainkey.example.org\n" in result.stdout
        assert f'key_file = "{path.name}"' in result.stderr
    assert "PRIVATE" not in result.output
    assert "news-rsa._domainkey.example.org. IN TXT (\n" in result.stdout


def test_a_key_is_never_replaced_unasked(tmp_path: Path) -> None:
    assert run("dkim", "keygen", "--domain", "example.org", "--type", "ed25519").exit_code == 0
    path = tmp_path / "dkim-news-ed25519.pem"
    old = path.read_bytes()
    refused = run("dkim", "keygen", "--domain", "example.org")
    assert refused.exit_code == 2
    assert "there is a key already: dkim-news-ed25519.pem" in refused.stderr
    assert path.read_bytes() == old
    assert not (tmp_path / "dkim-news-rsa.pem").exists()
    assert run("dkim", "keygen", "--domain", "example.org", "--type", "ed25519", "--force").exit_code == 0
    assert path.read_bytes() != old
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_second_pair_of_keys_needs_only_its_own_tables(tmp_path: Path) -> None:
    configured(tmp_path, kinds="ed25519")
    result = run("dkim", "keygen", "--selector", "next", "--type", "ed25519")
    assert result.exit_code == 0, result.output
    assert "[[dkim.keys]]" in result.stderr
    assert "[dkim]\n" not in result.stderr
    assert "next-ed25519._domainkey.example.org" in result.stdout


def test_a_key_elsewhere_is_named_by_its_whole_path(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "newsletter.toml").write_text(HEAD, "utf-8")
    result = run("dkim", "keygen", "--config", "site/newsletter.toml", "--out", "keys", "--type", "ed25519")
    assert result.exit_code == 0, result.output
    assert (
        f'key_file = "{(tmp_path / "keys" / "dkim-news-ed25519.pem").resolve().as_posix()}"' in result.stderr
    )
    assert "news-ed25519._domainkey.example.org" in result.stdout  # the sender's domain


def test_without_a_domain_it_asks_for_one() -> None:
    result = run("dkim", "keygen")
    assert result.exit_code == 2
    assert "--domain" in result.stderr


@pytest.mark.parametrize("arguments", [("--domain", "nowhere"), ("--domain", "a.org", "--selector", "../x")])
def test_names_that_dns_cannot_hold_are_refused(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    assert run("dkim", "keygen", *arguments).exit_code == 2
    assert not list(tmp_path.iterdir())


def test_another_domain_than_the_configured_one_is_refused(tmp_path: Path) -> None:
    configured(tmp_path, kinds="ed25519")
    result = run("dkim", "keygen", "--domain", "example.net", "--selector", "next")
    assert result.exit_code == 2
    assert "line 5, dkim.domain: signs by example.org, not by example.net" in result.stderr


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = run("dkim", "keygen", "--domain", "example.org", "--out", "file/keys", "--type", "ed25519")
    assert result.exit_code == 5
    assert "cannot be written" in result.stderr


def test_show_prints_the_same_records_again(tmp_path: Path) -> None:
    records = configured(tmp_path)
    shown = json.loads(run("dkim", "show", "--json").stdout)
    assert {f"{r['name']}.".encode(): r["value"].encode() for r in shown["records"]} == records
    assert all(value.decode() in run("dkim", "show").stdout for value in records.values())


def test_show_without_keys_says_how_to_make_some() -> None:
    result = run("dkim", "show")
    assert result.exit_code == 2
    assert "newsletter dkim keygen" in result.stderr


def test_config_check_tries_the_keys(tmp_path: Path) -> None:
    configured(tmp_path)
    assert run("config", "check").exit_code == 0
    (tmp_path / "dkim-news-rsa.pem").write_text("nonsense", "utf-8")
    result = run("config", "check")
    assert result.exit_code == 2
    assert "dkim.keys[1].key_file: expected a private key as PEM" in result.stderr


def test_a_signature_that_may_not_count_is_warned_of(tmp_path: Path, seed_page: Path) -> None:
    configured(tmp_path, kinds="ed25519")
    path = tmp_path / "newsletter.toml"
    path.write_text(path.read_text("utf-8").replace("digest@example.org", "digest@example.net"), "utf-8")
    run("build", str(seed_page))
    for command in (("dkim", "show"), ("send", "2025-11-07", "--to", "me@example.org", "--dry-run")):
        result = run(*command)
        assert result.exit_code == 0, result.output
        assert "warning: the DKIM signature is by example.org, the sender at example.net" in result.stderr


def test_what_is_kept_in_a_folder_is_signed(tmp_path: Path, seed_page: Path) -> None:
    records = configured(tmp_path)
    run("build", str(seed_page))
    assert run("send", "2025-11-07", "--to", "me@example.org", "--backend", "eml").exit_code == 0
    [path] = [path for path in tmp_path.rglob("*.eml") if path.name != "issue.eml"]
    assert verdicts(path.read_bytes(), records) == [True, True]


def test_a_dry_run_says_who_signs(tmp_path: Path, seed_page: Path) -> None:
    configured(tmp_path)
    run("build", str(seed_page))
    plan = run("send", "2025-11-07", "--to", "me@example.org", "--dry-run")
    assert "signed by example.org (DKIM, rsa-sha256 and ed25519-sha256)" in plan.stdout
    data = json.loads(run("send", "2025-11-07", "--to", "me@example.org", "--dry-run", "--json").stdout)
    assert data["dkim"] == "example.org"


def test_a_key_that_is_gone_stops_the_send(tmp_path: Path, seed_page: Path) -> None:
    configured(tmp_path)
    run("build", str(seed_page))
    (tmp_path / "dkim-news-rsa.pem").unlink()
    result = run("send", "2025-11-07", "--to", "me@example.org", "--backend", "eml")
    assert result.exit_code == 2
    assert "dkim.keys[1].key_file" in result.stderr
    assert not (tmp_path / "outbox").exists()


class Mailroom:
    """Keeps what a real server accepted."""

    def __init__(self) -> None:
        self.messages: list[bytes] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        del server, session
        assert isinstance(envelope.content, bytes)
        self.messages.append(envelope.content)
        return "250 OK"


def test_signatures_hold_after_a_real_server_took_the_mail(
    tmp_path: Path, seed_page: Path, start_smtp_server: Callable[..., Controller]
) -> None:
    mailroom = Mailroom()
    server = start_smtp_server(mailroom)
    smtp = f'[backends.smtp]\nhost = "127.0.0.1"\nport = {server.port}\nsecurity = "none"\n'
    records = configured(tmp_path, more=smtp)
    run("build", str(seed_page))
    result = run("send", "2025-11-07", "--to", "me@example.org", "--to", "You <you@example.org>")
    assert result.exit_code == 0, result.output
    assert len(mailroom.messages) == 2
    for message in mailroom.messages:
        assert verdicts(message, records) == [True, True]
        assert verdicts(message.replace(b"One-Click", b"Two-Click"), records) == [False, False]
