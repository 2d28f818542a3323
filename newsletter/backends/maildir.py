"""Delivery into a Maildir: the folder format that mail programs and servers read without locks."""

from __future__ import annotations

import itertools
import os
import secrets
import socket
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.backends.deposit import deposit, make_folder
from newsletter.config.plugin import PluginOptions
from newsletter.model import OutgoingMail, Settled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newsletter.ports import BeforeCommit


class MaildirBackend:
    """Delivers as a mail server would: written in `tmp`, then renamed into `new`."""

    class Options(PluginOptions):
        """`[backends.maildir]`: a relative folder is beside the configuration."""

        folder: Path = Path("maildir")

    def __init__(self, options: Options) -> None:
        self._folder = options.folder

    @property
    def reaches_people(self) -> bool:
        """The folder is on this machine."""
        return False

    def open(self) -> MaildirSession:
        """Make the three folders of a Maildir. Raises `MailError`."""
        for name in ("tmp", "new", "cur"):
            make_folder(self._folder / name)
        return MaildirSession(self._folder)


class MaildirSession:
    """Delivers into one Maildir."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)

    def send(self, mails: Iterable[OutgoingMail | None], before_commit: BeforeCommit, /) -> Iterator[Settled]:
        """Deliver each mail with the line ends of files, which is what readers of a Maildir expect."""
        for mail in filter(None, mails):
            name = self._unique_name()
            outcome = deposit(
                mail.message.replace(b"\r\n", b"\n"),
                temporary=self._folder / "tmp" / name,
                final=self._folder / "new" / name,
                commit=partial(before_commit, mail.delivery),
            )
            yield Settled(delivery=mail.delivery, outcome=outcome)

    def close(self) -> None:
        """Nothing is held open."""

    def _unique_name(self) -> str:
        """Follow the customs of Maildir names: seconds, what is unique on this machine, and its name."""
        host = socket.gethostname().replace("/", r"\057").replace(":", r"\072")
        unique = f"P{os.getpid()}Q{next(self._numbers)}R{secrets.token_hex(4)}"
        return f"{int(time.time())}.{unique}.{host}"
