"""The newsletter that is looked at, as the checks need it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from threading import RLock
from typing import TYPE_CHECKING, Protocol

from newsletter.errors import NewsletterError
from newsletter.http.own_address import own_addresses
from newsletter.mailing.likeness import is_role, likeness
from newsletter.mailing.links import links_of
from newsletter.mailing.slots import fill
from newsletter.mailing.stencil import Stencil
from newsletter.mailing.tokens import MAX_NUMBER, MIN_KEY_BYTES, LinkTokens
from newsletter.model import DeliveryId, Mailbox, OutgoingMail
from newsletter.ports import RateLimited
from newsletter.store.kept_issues import newest_folder
from newsletter.store.ledger import Ledger
from newsletter.store.vitals import list_vitals, longest_mailbox
from newsletter.work.at_hand import look_up
from newsletter.work.drawing import Drawing
from newsletter.work.freezing import content_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from newsletter.config import Config
    from newsletter.config.store import StorePlace
    from newsletter.errors import ConfigError
    from newsletter.mailing.dkim import Signer
    from newsletter.mailing.published.answers import Names
    from newsletter.model import Edition, Issue, Letterhead
    from newsletter.ports import MailBackend
    from newsletter.rendering import Theme
    from newsletter.sources.named import NamedSource
    from newsletter.store.database import Database
    from newsletter.store.vitals import ListVitals
    from newsletter.work.drawing import Style


# An address of 254 octets, the longest there is (RFC 5321, 4.5.3.1), with a name to match.
_LONGEST = Mailbox(
    address=f"{'r' * 64}@{'x' * 60}.{'y' * 60}.{'z' * 55}.example.org",
    name="Reader " * 30,
)


class Parts(Protocol):
    """What the composition root gives; each may raise `NewsletterError`."""

    @property
    def config(self) -> Config: ...
    @property
    def issues(self) -> Path: ...
    def letterhead(self) -> Letterhead: ...
    def signer(self) -> Signer | None: ...
    def backend(self, name: str | None) -> MailBackend: ...
    def limited_backend(self, name: str | None) -> MailBackend: ...
    def sources(self) -> Sequence[NamedSource]: ...
    def theme(self) -> Theme: ...
    def style(self) -> Style: ...
    def store_place(self) -> StorePlace: ...
    def database(self) -> AbstractContextManager[Database]: ...
    def refusal_to_reach_people(self) -> ConfigError | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The longest mail of an issue that anybody may get: all its sections, the longest address and tokens.
    `html` and `text` are what is in it; `mail` is signed as it would be."""

    issue: Issue
    edition: Edition
    html: str
    text: str
    mail: OutgoingMail


class Patient:
    """One newsletter; threads may share it. `issue` is what a person named, else the newest is meant; `way`
    names another backend than the configured one."""

    def __init__(
        self,
        parts: Parts,
        names: Names,
        *,
        issue: str | None = None,
        way: str | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        own_addresses: Callable[[], tuple[str, ...]] = own_addresses,
    ) -> None:
        self.parts = parts
        self.names = names
        self.now = clock
        self.way = way
        self.own_addresses = own_addresses
        self._named = issue
        self._lock = RLock()

    @property
    def way_name(self) -> str:
        """The name of the backend that mail leaves by."""
        return self.way or self.parts.config.schema.sending.backend

    @property
    def from_domain(self) -> str:
        """The domain that readers see."""
        return _domain(self.parts.letterhead().sender.address)

    @property
    def envelope_domain(self) -> str:
        """The domain that returned mail goes to, which SPF is asked about."""
        letterhead = self.parts.letterhead()
        return _domain(letterhead.bounce_address or letterhead.sender.address)

    @property
    def is_configured(self) -> bool:
        """Whether there is a sender to look at."""
        return self.parts.config.schema.newsletter.sender is not None

    @contextmanager
    def database(self) -> Iterator[Database | None]:
        """Give the database as it is; None where there is none of this version. Nothing is changed."""
        with self.parts.database() as database:
            is_there = database.file is None or database.file.exists()
            yield database if is_there and database.revision().is_current else None

    def sample(self) -> Sample | None:
        """Make the longest mail; None where there is no issue yet. Raises `NewsletterError`."""
        with self._lock:
            return self._sample

    @cached_property
    def _sample(self) -> Sample | None:
        found = self.issue()
        if found is None:
            return None
        issue, edition = found
        letterhead, now = self.parts.letterhead(), self.now()
        backend = self.parts.backend(self.way)
        tokens = _nobodys_tokens()
        stencil = Stencil(
            edition,
            letterhead,
            issue_slug=issue.slug,
            revision=issue.revision,
            dated=now,
            tokens=tokens,
            signer=self.parts.signer(),
            idempotency_header=backend.idempotency_header if isinstance(backend, RateLimited) else None,
        )
        mail = stencil.message(self._recipient(), MAX_NUMBER, MAX_NUMBER)
        links = links_of(
            letterhead,
            issue.slug,
            unsubscribe=tokens.make("unsubscribe", MAX_NUMBER),
            preferences=tokens.make("preferences", MAX_NUMBER),
        )
        html, text = fill(edition, links.slots(letterhead.postal_address))
        return Sample(issue=issue, edition=edition, html=html, text=text, mail=mail)

    def people(self) -> ListVitals | None:
        """Give the figures of the list; None where there is no database yet."""
        with self._lock:
            return self._people

    @cached_property
    def _people(self) -> ListVitals | None:
        with self.database() as database:
            if database is None:
                return None
            with database.reading() as connection:
                return list_vitals(connection, likeness=likeness, is_role=is_role)

    def probe_mail(self) -> OutgoingMail:
        """Give what the mail server is asked about: the longest mail, but to the sender itself."""
        letterhead = self.parts.letterhead()
        try:
            sample = self.sample()
        except NewsletterError:  # the checks of the message tell it
            sample = None
        mail = sample.mail if sample else _short_mail(letterhead)
        return replace(mail, recipient=letterhead.sender.address)

    def issue(self) -> tuple[Issue, Edition] | None:
        """Give the issue that is looked at, and its edition of all sections; None where there is none."""
        with self.database() as database:
            ledger = Ledger(database) if database else None
            name = self._named or newest_folder(self.parts.issues) or _newest_frozen(ledger)
            if name is None:
                return None
            content = content_of(look_up(str(name), ledger, root=self.parts.issues), ledger)
        if content.whole:
            return content.issue, content.whole
        return content.issue, Drawing(content.issue, self.parts.style()).draw((None, content.issue.language))

    def _recipient(self) -> Mailbox:
        """Take the longest of the list; an address that is as long as one may be where there is no list."""
        with self.database() as database:
            if database:
                with database.reading() as connection:
                    found = longest_mailbox(connection)
                if found:
                    return found
        return _LONGEST


def _newest_frozen(ledger: Ledger | None) -> str | None:
    newest = ledger.issues(1) if ledger else ()
    return newest[0].slug if newest else None


def _nobodys_tokens() -> LinkTokens:
    """Sign with a key that is forgotten at once: these links open nothing."""
    return LinkTokens([secrets.token_bytes(MIN_KEY_BYTES)], "nobody")


def _short_mail(letterhead: Letterhead) -> OutgoingMail:
    return OutgoingMail(
        delivery=DeliveryId("0"),
        sender=letterhead.bounce_address or letterhead.sender.address,
        recipient=letterhead.sender.address,
        message=b"Subject: nothing is sent\r\n\r\n\r\n",
    )


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower()
