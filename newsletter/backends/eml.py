"""Messages as .eml files in a folder, for a look at them in any mail program."""

from __future__ import annotations

import hashlib
import re
import secrets
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.backends.deposit import deposit, make_folder
from newsletter.config.plugin import PluginOptions
from newsletter.model import OutgoingMail, Settled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newsletter.ports import BeforeCommit

_NAME_CHARACTERS = 80


class EmlBackend:
    """Writes one file per message; the same mail always gets the same name."""

    class Options(PluginOptions):
        """`[backends.eml]`: a relative folder is beside the configuration."""

        folder: Path = Path("outbox")

    def __init__(self, options: Options) -> None:
        self._folder = options.folder

    @property
    def reaches_people(self) -> bool:
        """Files stay here."""
        return False

    def open(self) -> EmlSession:
        """Make the folder. Raises `MailError`."""
        make_folder(self._folder)
        return EmlSession(self._folder)


class EmlSession:
    """Writes into one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, mails: Iterable[OutgoingMail | None], before_commit: BeforeCommit, /) -> Iterator[Settled]:
        """Write each mail; its outcome names the file."""
        for mail in filter(None, mails):
            outcome = deposit(
                mail.message,
                temporary=self._folder / f".{secrets.token_hex(8)}.tmp",
                final=self._folder / _file_name(mail),
                commit=partial(before_commit, mail.delivery),
            )
            yield Settled(delivery=mail.delivery, outcome=outcome)

    def close(self) -> None:
        """Nothing is held open."""


def _file_name(mail: OutgoingMail) -> str:
    """Name the reader for people, and the whole mail for uniqueness."""
    reader = re.sub(r"[^A-Za-z0-9@+-]+", ".", mail.recipient).strip(".")[:_NAME_CHARACTERS]
    envelope = f"{mail.delivery}\0{mail.sender}\0{mail.recipient}\0".encode()
    return f"{reader}-{hashlib.sha256(envelope + mail.message).hexdigest()[:12]}.eml"
