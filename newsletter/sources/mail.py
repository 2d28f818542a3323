"""The listings that arXiv mails out, from a mailbox of one's own."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, ConfigDict, Field, FilePath, SecretStr, model_validator

from newsletter.config.plugin import PluginOptions
from newsletter.errors import SourceError, StaleSource
from newsletter.model import Document
from newsletter.parsing.arxiv_mail import ArxivMail
from newsletter.sources.calendars import arxiv_silence
from newsletter.sources.letters import wanted
from newsletter.sources.maildir import Maildir
from newsletter.sources.settings import Days

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from newsletter.ports import Fetcher
    from newsletter.sources.letters import Letter, Letters

_ROOM_FOR_HEADS = 20_000_000


def _without_controls(secret: SecretStr) -> SecretStr:
    if not secret.get_secret_value().isprintable():
        raise ValueError("the password holds a control character")
    return secret


class MailOptions(PluginOptions):
    """`[sources.mail]`: a `maildir`, or a `folder` of the IMAP server `host`.

    `sender` is a part of the From of the listings. Limits: `max_bytes` for a mail, `timeout_seconds` for each
    wait and `total_seconds` for all of them. `mark_read` marks the listings that were read.
    """

    model_config = ConfigDict(hide_input_in_errors=True)

    maildir: Path | None = None
    host: Annotated[str, Field(max_length=253, pattern=r"^[\w.:-]+$")] | None = None
    port: Annotated[int, Field(ge=1, le=65535)] = 993
    username: Annotated[str, Field(max_length=320, pattern=r'^[^\s"\\(){%*\]\x00-\x1f]+$')] | None = None
    password: Annotated[SecretStr, AfterValidator(_without_controls)] | None = None
    folder: Annotated[str, Field(max_length=250, pattern=r"^[ !#-\[\]-~]+$")] = "INBOX"
    ca_file: FilePath | None = None
    sender: Annotated[str, Field(max_length=200)] = "arxiv.org"
    days: Days = 3
    max_messages: Annotated[int, Field(ge=1, le=1_000)] = 50
    max_bytes: Annotated[int, Field(ge=1_000, le=10_000_000)] = 5_000_000
    timeout_seconds: Annotated[float, Field(gt=0, le=600)] = 30
    total_seconds: Annotated[float, Field(gt=0, le=3_600)] = 300
    mark_read: bool = False

    @model_validator(mode="after")
    def _one_mailbox_is_named(self) -> MailOptions:
        if (self.maildir is None) == (self.host is None):
            raise ValueError('expected either maildir = "..." or host = "imap.example.org"')
        if self.host and not (self.username and self.password):
            way = "(NEWSLETTER_MAIL_PASSWORD, password_file or password_command)"
            raise ValueError(f"a mail server wants a username and a password {way}")
        return self


class MailSource:
    """Fetches the listings of the last days that are in a mailbox; other mails are left alone.

    Nothing is deleted and, unless it is wished, nothing marked: which papers were read before, the archive
    knows. Whoever can send to the mailbox can put a listing into it.
    """

    Options = MailOptions

    def __init__(self, options: MailOptions, fetcher: Fetcher) -> None:
        del fetcher  # mail does not come by HTTP
        self._options = options

    def silence(self, day: date, /) -> str | None:
        """Say on which days arXiv announces nothing."""
        return arxiv_silence(day)

    def fetch(self, day: date | None, /) -> Iterator[Document]:
        """Yield the listings, the oldest first. Raises `StaleSource` where that of `day` has not come."""
        first = day - timedelta(days=self._options.days - 1) if day else None
        with self._open() as box:
            letters = wanted(box.heads(first), sender=self._options.sender, first=first, last=day)
            found: set[date] = set()
            for letter in letters[-self._options.max_messages :]:
                document = self._listing(box, letter)
                if document:
                    found.add(letter.day)
                    yield document
                    if self._options.mark_read:
                        box.mark_read(letter)
            self._refuse_too_large(box, letters)
            if day and day not in found and not self.silence(day):
                newest = f"the newest is of {max(found)}" if found else f"nor one of the days since {first}"
                raise StaleSource(
                    f"{box.place}: no listing of {day} has come, {newest}",
                    hint="arXiv mails in the evening of New York (https://info.arxiv.org/help/subscribe.html)",
                )

    def _listing(self, box: Letters, letter: Letter) -> Document | None:
        if letter.size > self._options.max_bytes:
            return None
        origin = f"{box.place}, mail {letter.name} of {letter.day}"
        document = Document(body=box.body(letter), origin=origin, media_type="message/rfc822")
        return document if ArxivMail().recognises(document) else None

    def _refuse_too_large(self, box: Letters, letters: list[Letter]) -> None:
        for letter in letters:
            if letter.size > self._options.max_bytes:
                raise SourceError(
                    f"{box.place}: the mail {letter.name} has {letter.size:,} bytes and was left out",
                    hint=f"max_bytes is {self._options.max_bytes:,}",
                )

    def _open(self) -> AbstractContextManager[Letters]:
        options = self._options
        if options.maildir:
            return Maildir(options.maildir)
        from newsletter.sources.imap import ImapAccount, ImapFolder  # noqa: PLC0415 - only who reads by IMAP

        account = ImapAccount(
            host=options.host or "",
            port=options.port,
            username=options.username or "",
            password=options.password.get_secret_value() if options.password else "",
            folder=options.folder,
            ca_file=options.ca_file,
            timeout_seconds=options.timeout_seconds,
            total_seconds=options.total_seconds,
            max_bytes=options.max_messages * options.max_bytes + _ROOM_FOR_HEADS,
        )
        return ImapFolder(account, is_writing=options.mark_read)
