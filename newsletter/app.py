"""The composition root: a configuration becomes wired parts."""

from __future__ import annotations

import os
import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from newsletter import plugins
from newsletter.config import Config, load_config, options_with_secrets
from newsletter.config.load import folder_of
from newsletter.config.sources import SourceTable, source_options, source_tables
from newsletter.config.theme import theme_of
from newsletter.errors import ConfigError
from newsletter.mailing.dkim_names import is_aligned
from newsletter.mailing.slots import LINK_TAIL_BYTES, escaped_bytes
from newsletter.model import ComposingPolicy, Letterhead, Limits, Mailbox, PlacingPolicy
from newsletter.rendering import SizeBudget
from newsletter.sources.named import NamedSource
from newsletter.sources.saved import read_saved
from newsletter.store.issue_folder import ISSUES
from newsletter.work.stores import Stores
from newsletter.work.topics_papers import Shelf

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, time

    from newsletter.delivery.policy import DeliveryPolicy
    from newsletter.http.fetching import HttpFetcher
    from newsletter.mailing.dkim import Signer
    from newsletter.mailing.tokens import LinkTokens
    from newsletter.model import Document
    from newsletter.ports import MailBackend
    from newsletter.rendering import Theme
    from newsletter.rendering.checks import Finding
    from newsletter.store.database import Database
    from newsletter.store.issue_folder import StoredIssue
    from newsletter.store.ledger import Ledger
    from newsletter.store.past import Past
    from newsletter.topics.sorting import Sorting
    from newsletter.work.at_hand import AtHand
    from newsletter.work.build import Recipe
    from newsletter.work.drawing import Style
    from newsletter.work.schedule.timetable import Timetable
    from newsletter.work.send_issue import Desk

# Shown where nothing is configured; nothing on it can ever be reached (RFC 2606).
_PLACEHOLDER_HOST = "example.invalid"


class App(Stores):
    """The parts of one newsletter, made when they are asked for."""

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self._fetcher: HttpFetcher | None = None

    @classmethod
    def open(cls, path: Path | None) -> App:
        """Read the configuration at `path`, else `newsletter.toml` here, else the defaults."""
        return cls(load_config(path))

    @property
    def issues(self) -> Path:
        """Where issues are made, and looked for by their slugs."""
        return issues_beside(self.config.path)

    @contextmanager
    def issue_to_settle(self, name: str) -> Iterator[tuple[AtHand, Ledger]]:
        """Look up the issue that a person named, with the ledger ready for use; a name that means nothing
        makes no database. Raises `StoreError`."""
        from newsletter.work.at_hand import look_up  # noqa: PLC0415 - see `recipe`

        if not self.has_database:
            look_up(name, None, root=self.issues)
        with self.ledger() as ledger:
            yield look_up(name, ledger, root=self.issues), ledger

    def recipe(self) -> Recipe:
        """Say how a document becomes an issue."""
        from newsletter.work.build import Recipe  # noqa: PLC0415 - who builds nothing needs no patterns

        schema = self.config.schema
        return Recipe(
            parsers=plugins.load_parsers(),
            sections=self.config.sections,
            placing=self.placing(),
            past=self.past,
            composing=ComposingPolicy(
                max_papers=schema.issue.max_papers,
                summary_chars=schema.issue.summary_chars,
                source_summaries=schema.issue.source_summaries,
            ),
            ranking=schema.ranking.to_policy(),
            title=schema.newsletter.name,
            language=schema.newsletter.language,
            theme=self.theme(),
            budget=self.budget(),
            letterhead=self.letterhead(),
        )

    def placing(self) -> PlacingPolicy:
        """Say how sure the grouper must be."""
        return PlacingPolicy(min_score=self.config.schema.topics.min_score)

    def past(self, before: date | None = None) -> Past:
        """Say what the archive and the issues beside the configuration teach, or those before a day."""
        from newsletter.store.past import Past, past_of  # noqa: PLC0415 - reading counts takes its time

        if not self.config.schema.topics.learn_from_past:
            return Past(background=None)
        return past_of(self.issues, self.archive_to_read, before=before)

    def sorting(self, before: date | None = None) -> Sorting:
        """Say where papers go, with what is known of the time before a day."""
        from newsletter.topics.sorting import Sorting  # noqa: PLC0415 - see `past`

        return Sorting(
            sections=self.config.sections, policy=self.placing(), background=self.past(before).background
        )

    def check(self, stored: StoredIssue) -> tuple[Finding, ...]:
        """Check a built issue against the theme and the size budget in force."""
        from newsletter.work.check import check_issue  # noqa: PLC0415 - only who checks pays for it

        return check_issue(stored, self.theme(), size_budget=self.config.schema.issue.size_budget)

    def shelf(self) -> Shelf:
        """Say how files of papers are read."""
        return Shelf(parsers=plugins.load_parsers(), read=lambda path: read_document(path, None))

    def theme(self) -> Theme:
        """Say how an issue looks; a configured folder of templates comes first, file by file."""
        return theme_of(self.config)

    def budget(self) -> SizeBudget:
        """Say how large the HTML may be, with room for this newsletter's own links and address."""
        letterhead = self.letterhead()
        return SizeBudget(
            html_bytes=self.config.schema.issue.size_budget,
            link_bytes=escaped_bytes(letterhead.base_url) + LINK_TAIL_BYTES,
            address_bytes=escaped_bytes(letterhead.postal_address),
        )

    def letterhead(self) -> Letterhead:
        """Give what every message carries, with placeholders for what is not configured."""
        table = self.config.schema.newsletter
        base_url = table.base_url or f"https://{_PLACEHOLDER_HOST}"
        sender = table.sender or Mailbox(address=f"digest@{_PLACEHOLDER_HOST}")
        return Letterhead(
            sender=sender if sender.name else Mailbox(address=sender.address, name=table.name),
            reply_to=table.reply_to,
            list_id=table.list_id or _list_id(base_url),
            base_url=base_url,
            postal_address=table.postal_address,
            bounce_address=table.bounce_address,
        )

    def signer(self) -> Signer | None:
        """Make what signs messages (DKIM), if that is configured."""
        if self.config.schema.dkim is None:
            return None
        from newsletter.config.dkim import signer_of  # noqa: PLC0415 - cryptography takes its time

        return signer_of(self.config)

    def doubt_about_signature(self) -> str | None:
        """Say why a signature may not count for the sender (DMARC), or None if it surely counts."""
        table, sender = self.config.schema.dkim, self.config.schema.newsletter.sender
        if table is None or sender is None:
            return None
        domain = sender.address.rpartition("@")[2]
        if is_aligned(table.domain, domain):
            return None
        return (
            f"the DKIM signature is by {table.domain}, the sender at {domain}: for DMARC it counts only if "
            "both belong to one organisation's domain"
        )

    def backend(self, name: str | None, *key: str) -> MailBackend:
        """Make the named backend, else the configured one; `key` is where the configuration names it."""
        kind = self.backend_kind(name, *key)
        name = name or self.config.schema.sending.backend
        backend: MailBackend = kind(options_with_secrets(self.config, kind.Options, ("backends", name)))
        return backend

    def backend_kind(self, name: str | None, *key: str) -> Any:
        """Find the class of a backend; `key` is where the configuration names it."""
        if name is None:
            name, key = self.config.schema.sending.backend, ("sending", "backend")
        try:
            return plugins.load("newsletter.backends", name)
        except ConfigError as error:
            raise (self.config.error(error.message, *key, hint=error.hint) if key else error) from error

    def fetcher(self) -> HttpFetcher:
        """Give the one fetcher: pauses and limits hold for all that is asked through it."""
        if self._fetcher is None:
            from newsletter.work.fetcher import make_fetcher  # noqa: PLC0415 - only who fetches loads HTTP

            self._fetcher = make_fetcher(self.config)
        return self._fetcher

    def sources(self) -> tuple[NamedSource, ...]:
        """Make the sources in use, in the order of the configuration; they share the fetcher.

        Raises `ConfigError`.
        """
        return tuple(self.source(table) for table in source_tables(self.config) if table.is_enabled)

    def source(self, table: SourceTable) -> NamedSource:
        """Make the source of a table, used or not. Raises `ConfigError`."""
        kind = self.source_kind(table)
        source = kind(self.source_settings(table), self.fetcher())
        return NamedSource(name=table.name, kind=table.kind, source=source)

    def known_sources(self) -> tuple[SourceTable, ...]:
        """List the tables in use, and those out of use whose kind is there."""
        kinds = plugins.names("newsletter.sources")
        return tuple(table for table in source_tables(self.config) if table.is_enabled or table.kind in kinds)

    def source_settings(self, table: SourceTable) -> Any:
        """Check the table of a source, and fill its secrets in. Raises `ConfigError`."""
        return source_options(self.config, self.source_kind(table).Options, table.name)

    def source_kind(self, table: SourceTable) -> Any:
        """Find the class of a source. Raises `ConfigError`."""
        try:
            return plugins.load("newsletter.sources", table.kind)
        except ConfigError as error:
            raise self.config.error(error.message, *table.key, hint=error.hint) from error

    def style(self) -> Style:
        """Say how the editions of subscribers look."""
        from newsletter.work.drawing import Style  # noqa: PLC0415 - only who sends draws

        writes_notes = self.config.schema.sending.empty == "note"
        return Style(theme=self.theme(), budget=self.budget(), writes_notes=writes_notes)

    def delivery_policy(self, *, stays_for_hours: bool = False) -> DeliveryPolicy:
        """Say how patient, how careful and how wide a send is. Whether it can end in time is asked before
        anything is frozen, so that it is not asked again."""
        from newsletter.delivery.policy import DeliveryPolicy, RetryPolicy  # noqa: PLC0415 - see `style`

        table = self.config.schema.sending
        return DeliveryPolicy(
            connections=table.connections,
            threads=self._threads(),
            in_doubt=table.in_doubt,
            patience_minutes=table.patience_minutes,
            stays_for_hours=stays_for_hours,
            finish_within_hours=None,
            retries=RetryPolicy(give_up_hours=table.give_up_hours),
        )

    def _threads(self) -> int:
        """Say how many threads are worth it: an RSA signature takes longer than all the rest of a mail, any
        other less than threads take from each other."""
        signer = self.signer()
        signs_long = signer is not None and any(key.algorithm == "rsa-sha256" for key in signer.keys)
        return (os.cpu_count() or 1) if signs_long else 1

    def desk(self, ledger: Ledger, backend: MailBackend, *, stays_for_hours: bool = False) -> Desk:
        """Bring together what sending to subscribers takes; see `DeliveryPolicy`."""
        from newsletter.delivery.clock import SystemClock  # noqa: PLC0415 - see `style`
        from newsletter.work.send_issue import Desk  # noqa: PLC0415

        return Desk(
            ledger=ledger,
            backend=backend,
            letterhead=self.letterhead(),
            style=self.style(),
            tokens=self.link_tokens(ledger.database),
            signer=self.signer(),
            policy=self.delivery_policy(stays_for_hours=stays_for_hours),
            clock=SystemClock(),
        )

    def timetable(self, *, at: time | None = None, timezone: str | None = None) -> Timetable:
        """Say when the daily run is called: as the configuration does, but for what is given."""
        from newsletter.work.schedule.timetable import Timetable, machine_zone  # noqa: PLC0415 - see `style`

        table = self.config.schema.schedule
        return Timetable(
            at=at or table.at,
            timezone=timezone or table.timezone or machine_zone() or "UTC",
            is_hourly=table.reader_hours,
        )

    def limited_backend(self, name: str | None) -> MailBackend:
        """Make the named backend, else the configured one, under the limits that a person set."""
        from newsletter.work.limited import LimitedBackend  # noqa: PLC0415 - see `style`

        table = self.config.schema.sending
        own = Limits(**table.limits.model_dump())
        return LimitedBackend(self.backend(name), own, name or table.backend)

    def link_tokens(self, database: Database) -> LinkTokens:
        """Make what signs links: with the keys from outside, else with one that the database keeps. What
        any of these has signed is accepted."""
        from newsletter.config.links import link_keys  # noqa: PLC0415 - see `database`
        from newsletter.mailing.tokens import LinkTokens  # noqa: PLC0415
        from newsletter.store.link_keys import LinkKeys  # noqa: PLC0415

        given = link_keys(self.config)
        made = LinkKeys(database).ready(needs_key=not given)
        return LinkTokens([*given, *made.keys], made.newsletter)

    def refusal_to_reach_people(self) -> ConfigError | None:
        """Say why mail must not leave this machine yet, or None if it may."""
        table = self.config.schema.newsletter
        lines = {
            "sender": 'sender = "Daily Papers <digest@example.org>"',
            "base_url": 'base_url = "https://news.example.org"',
        }
        missing = [line for key, line in lines.items() if getattr(table, key) is None]
        if not missing:
            return None
        where = self.config.path or "newsletter.toml (`newsletter init` writes one)"
        return ConfigError(
            "mail to people needs a sender and an address for its unsubscribe links",
            hint=f"add to the [newsletter] table of {where}:\n    " + "\n    ".join(missing),
        )


def issues_beside(config_path: Path | None) -> Path:
    """Say where a newsletter has its issues, whatever is wrong with its configuration: beside that, like the
    database. Only a path that a person names goes before."""
    return folder_of(config_path) / ISSUES


def read_document(page: str, day: date | None) -> Document:
    """Read one saved document; `-` is standard input. Raises `SourceError`."""
    return read_saved(page, day)


def _list_id(base_url: str) -> str:
    """Make an RFC 2919 label of the host: an IDN in its ASCII form, an address as it is."""
    host = urlsplit(base_url).hostname or _PLACEHOLDER_HOST
    label = re.sub(r"[^a-z0-9.-]+", "-", host.encode("idna").decode("ascii").lower())
    return label if "." in label else f"newsletter.{label}"
