"""How a run ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from newsletter.errors import EXIT_DONE, EXIT_INTERRUPTED, EXIT_PARTLY_REFUSED

if TYPE_CHECKING:
    from datetime import datetime

    from newsletter.delivery.watching import Progress
    from newsletter.errors import MailError
    from newsletter.store.ledger import Books

Ending = Literal["done", "put_off", "waiting", "shared", "halted", "interrupted", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """The books after a run, and why it ended: everything was done; mail that was put off is left (`until`
    when the first of it is due), or nobody but readers who wait for their hour; another sender has the rest;
    somebody halted the issue; somebody stopped the run; or the mail system can serve nobody (`failure`)."""

    ending: Ending
    books: Books
    progress: Progress
    until: datetime | None = None
    failure: MailError | None = None

    @property
    def exit_code(self) -> int:
        """The code of the design, part 7."""
        match self.ending:
            case "failed":
                return self.failure.exit_code if self.failure else EXIT_PARTLY_REFUSED
            case "interrupted":
                return EXIT_INTERRUPTED
            case "halted" | "put_off":
                return EXIT_PARTLY_REFUSED
            case "done" | "waiting" | "shared":
                counts = self.books.counts
                return EXIT_PARTLY_REFUSED if counts["refused"] or counts["in_doubt"] else EXIT_DONE
