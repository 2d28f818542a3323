"""`newsletter doctor`: what it prints, and that it changes and sends nothing."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import dns.zone
import pytest
from click.testing import Result

from tests.name_server import NameServer, serving

Run = Callable[..., Result]
GOLDEN = Path(__file__).parent / "golden"
ZONE: Any = {
    ("example.org", "TXT"): ["v=spf1 include:loop.example.org +all", "unrelated \x1b[31m"],
    ("example.org", "MX"): ["10 mx.example.org"],
    ("loop.example.org", "TXT"): ["v=spf1 include:example.org ~all"],
    ("_dmarc.example.org", "TXT"): ["v=DMARC1; p=none; pct=100; rua=mailto:d@example.org"],
}


@pytest.fixture
def name_server() -> Iterator[NameServer]:
    with serving(ZONE) as made:
        yield made


@pytest.fixture
def doctor(newsroom: Any, newsletter: Run, name_server: NameServer, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run it, asking our own name server, and a file for papers; the system knows no names."""
    look_up = socket.getaddrinfo

    def look_up_here(host: str, *rest: Any, **more: Any) -> Any:
        if host != "127.0.0.1":
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return look_up(host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", look_up_here)
    config = newsroom.folder / "newsletter.toml"
    source = f'[sources.page]\nkind = "file"\npath = "{newsroom.page}"\n'
    config.write_text(config.read_text("utf-8") + source, "utf-8")
    config.chmod(0o600)

    def run(*arguments: str) -> Result:
        return newsletter("doctor", "--nameserver", name_server.address, *arguments)

    return run


@pytest.fixture
def elsewhere(newsroom: Any) -> None:
    """Let mail leave by a server that is not this machine, whose addresses would count."""
    config = newsroom.folder / "newsletter.toml"
    config.write_text(config.read_text("utf-8").replace("127.0.0.1", "smtp.mailgun.org"), "utf-8")


def findings(result: Result) -> list[dict[str, str]]:
    data: dict[str, Any] = json.loads(result.stdout)
    found: list[dict[str, str]] = data["findings"]
    return found


@pytest.mark.usefixtures("elsewhere")
def test_the_table_is_as_it_was(doctor: Run, assert_golden: Callable[[Path, str], None]) -> None:
    result = doctor("--only", "G,D")
    assert result.exit_code == 8
    lines = "\n".join(line.rstrip() for line in result.stdout.splitlines()) + "\n"
    assert_golden(GOLDEN / "doctor.txt", lines)
    assert "\x1b" not in result.stdout


@pytest.mark.usefixtures("elsewhere")
def test_the_json_is_as_it_was(doctor: Run, assert_golden: Callable[[Path, str], None]) -> None:
    result = doctor("--only", "d,g", "--json")
    assert result.exit_code == 8
    assert_golden(GOLDEN / "doctor.json", result.stdout)


def test_everything_is_looked_at_and_nothing_is_sent_or_changed(
    doctor: Run, newsroom: Any, name_server: NameServer
) -> None:
    newsroom.subscribe("ann@example.com", "bob@example.com")
    before = (newsroom.folder / "newsletter.db").read_bytes()
    result = doctor("--json")
    assert {one["code"][0] for one in findings(result)} == set("GTPSDMWLC")
    assert not [one for one in findings(result) if "bug" in one["message"]]
    assert all(one["why"] and one["source"] for one in findings(result))
    assert all(one["fix"] for one in findings(result) if one["severity"] in ("error", "warning"))
    assert newsroom.mailbox.mails == []
    assert (newsroom.folder / "newsletter.db").read_bytes() == before
    assert name_server.asked["example.org", "TXT"] == 1


def test_offline_nobody_is_asked(doctor: Run, newsroom: Any, name_server: NameServer) -> None:
    newsroom.subscribe("ann@example.com")
    heard = newsroom.mailbox.answers
    result = doctor("--offline", "--json")
    assert {one["code"][0] for one in findings(result)} == set("GTMLC")
    assert not name_server.asked
    assert heard == {}


def test_without_a_database_none_is_made(doctor: Run, newsroom: Any) -> None:
    doctor("--offline")
    assert not (newsroom.folder / "newsletter.db").exists()


def test_what_is_not_wrong_ends_with_0(doctor: Run) -> None:
    result = doctor("--only", "G,T,C,M,L")
    assert result.exit_code == 0, result.output
    assert "no errors" in result.stdout


def test_a_configuration_that_cannot_be_read_is_a_finding(doctor: Run, newsroom: Any) -> None:
    (newsroom.folder / "newsletter.toml").write_text("[newsletter]\nnmae = 'x'\n", "utf-8")
    result = doctor("--json")
    [finding] = findings(result)
    assert result.exit_code == 8
    assert finding["code"] == "G1"
    assert "did you mean 'name'" in finding["message"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--only", "X"), "G (Configuration)"),
        (("--only", ""), "letters of areas"),
        (("--only", "D", "--offline"), "--offline"),
        (("--fix-dns", "--offline"), "--fix-dns"),
    ],
)
def test_what_cannot_be_meant_is_refused(doctor: Run, arguments: tuple[str, ...], words: str) -> None:
    result = doctor(*arguments)
    assert result.exit_code == 2
    assert words in result.stderr


def test_a_name_server_that_is_none_is_refused(newsletter: Run, newsroom: Any) -> None:
    del newsroom
    result = newsletter("doctor", "--nameserver", "example.org")
    assert result.exit_code == 2
    assert "no name server" in result.stderr


def test_an_issue_that_is_not_there_is_told(doctor: Run) -> None:
    result = doctor("2020-01-01", "--only", "M", "--json")
    assert result.exit_code == 8
    assert "2020-01-01" in findings(result)[0]["message"]


@pytest.mark.usefixtures("elsewhere")
def test_records_to_publish_are_lines_of_a_zone_file(doctor: Run, newsletter: Run, newsroom: Any) -> None:
    made = newsletter("dkim", "keygen", "--json")
    config = newsroom.folder / "newsletter.toml"
    config.write_text(config.read_text("utf-8") + json.loads(made.stdout)["toml"], "utf-8")
    result = doctor("--fix-dns")
    assert result.exit_code == 0, result.output
    zone = dns.zone.from_text(f"$TTL 60\n@ SOA a b 1 1 1 1 1\n@ NS a\n{result.stdout}", origin="example.org.")
    records: list[tuple[Any, Any, Any]] = list(zone.iterate_rdatas("TXT"))
    texts = {str(name): rdata.strings for name, _, rdata in records}
    assert set(texts) == {"@", "_dmarc", "news-rsa._domainkey", "news-ed25519._domainkey"}
    assert all(len(string) <= 255 for strings in texts.values() for string in strings)
    assert b"".join(texts["@"]) == b"v=spf1 include:loop.example.org include:mailgun.org ~all"
    assert b"".join(texts["_dmarc"]) == b"v=DMARC1; p=none; rua=mailto:d@example.org"
    asked = json.loads(doctor("--fix-dns", "--json").stdout)
    assert [one["code"] for one in asked] == ["D1", "D2", "D2", "D3"]
    assert "takes the place" not in result.stdout
    assert re.search(r"; D1: who may send \(SPF\), in the place of 1 there", result.stdout)


@pytest.mark.usefixtures("elsewhere")
def test_where_nothing_is_missing_nothing_is_printed(newsletter: Run, newsroom: Any) -> None:
    del newsroom
    right: Any = {
        **ZONE,
        ("example.org", "TXT"): ["v=spf1 include:mailgun.org ~all"],
        ("mailgun.org", "TXT"): ["v=spf1 ip4:192.0.2.1 ~all"],
        ("_dmarc.example.org", "TXT"): ["v=DMARC1; p=none; rua=mailto:d@example.org"],
    }
    with serving(right) as server:
        result = newsletter("doctor", "--nameserver", server.address, "--fix-dns")
    assert result.stdout == ""
    assert "nothing is to be published" in result.stderr


def test_records_that_no_name_server_told_of_are_not_called_right(newsletter: Run, newsroom: Any) -> None:
    del newsroom
    failing: Any = {**ZONE, ("example.org", "TXT"): "SERVFAIL", ("_dmarc.example.org", "TXT"): "SERVFAIL"}
    with serving(failing) as server:
        result = newsletter("doctor", "--nameserver", server.address, "--fix-dns")
    assert result.exit_code == 8
    assert "could not be asked: example.org: " in result.stderr


def test_without_a_sender_there_is_no_domain_to_publish_for(newsletter: Run, newsroom: Any) -> None:
    (newsroom.folder / "newsletter.toml").write_text("[newsletter]\n", "utf-8")
    result = newsletter("doctor", "--fix-dns")
    assert result.exit_code == 2
    assert "sender" in result.stderr
