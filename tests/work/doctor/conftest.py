"""A newsletter to be looked at: its configuration, its list, and the DNS around it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from newsletter.app import App
from newsletter.http.resolver import Resolver
from newsletter.mailing.dkim_keys import SigningKey, dns_record
from newsletter.mailing.published.answers import Names, Unasked
from newsletter.work.doctor.examining import Check, findings_of
from newsletter.work.doctor.findings import Finding
from newsletter.work.doctor.patient import Patient
from tests.name_server import NameServer, Zone, serving

NOW = datetime(2026, 11, 26, 6, tzinfo=UTC)
HEAD = '[newsletter]\nsender = "Digest <digest@papers.example.org>"\nbase_url = "https://news.papers.example.org"\n'


@dataclass
class Clinic:
    """A folder with a newsletter.toml; what `patient` gives is looked at."""

    folder: Path
    stack: ExitStack
    keys: Sequence[SigningKey] = ()
    servers: list[NameServer] = field(default_factory=list)

    def configure(self, text: str = "", *, head: str = HEAD, newsletter: str = "") -> None:
        """Write newsletter.toml; with `keys`, mail is signed by papers.example.org."""
        dkim = '[dkim]\ndomain = "papers.example.org"\n' if self.keys and "[dkim]" not in text else ""
        for key in self.keys:
            path = self.folder / f"{key.selector}.pem"
            path.touch(0o600)
            path.write_bytes(key.pem())
            dkim += f'[[dkim.keys]]\nselector = "{key.selector}"\nkey_file = "{path.name}"\n'
        (self.folder / "newsletter.toml").write_text(f"{head}{newsletter}\n{text}\n{dkim}", "utf-8")

    def key_records(self, domain: str = "papers.example.org") -> dict[Any, list[str]]:
        """What DNS has to hold for the keys."""
        records = (dns_record(key, domain) for key in self.keys)
        return {(record.name, "TXT"): [record.value] for record in records}

    def names(self, zone: Zone) -> Resolver:
        """Ask a real name server that serves a zone."""
        server = self.stack.enter_context(serving(zone))
        self.servers.append(server)
        return Resolver(server.address, seconds=0.3)

    def patient(self, names: Names | None = None, **settings: Any) -> Patient:
        app = App.open(self.folder / "newsletter.toml")
        given = {"clock": lambda: NOW, "own_addresses": tuple, **settings}
        return Patient(app, names or Unasked(), **given)


@pytest.fixture
def clinic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clinic]:
    monkeypatch.chdir(tmp_path)
    with ExitStack() as stack:
        made = Clinic(folder=tmp_path, stack=stack)
        made.configure()
        yield made


@pytest.fixture
def told() -> Callable[..., list[Finding]]:
    """Make checks, one after the other."""

    def make(checks: Sequence[Check]) -> list[Finding]:
        return [finding for check in checks for finding in findings_of(check)]

    return make


def brief(findings: Sequence[Finding]) -> list[tuple[str, str]]:
    """What was found, without the words."""
    return [(finding.code, finding.severity) for finding in findings]
