"""The Protocols a plug-in author reads.

A plug-in registers a class under an entry-point group (`newsletter.parsers`, `newsletter.sources`,
`newsletter.backends`); the built-in ones register the same way. Nothing has to be inherited.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
    from datetime import date, timedelta

    from newsletter.model import DeliveryId, Document, Limits, OutgoingMail, Parsed, Settled
    from newsletter.outcome import Probe

    BeforeCommit = Callable[[DeliveryId], None]


class DocumentParser(Protocol):
    """Reads one kind of document; pure, so that it works on a saved file and on a fetched body alike.

    Constructed without arguments.
    """

    @property
    def reads(self) -> str:
        """What it reads, in words for a person: "a Hugging Face Daily Papers page saved as text"."""
        ...

    def recognises(self, document: Document, /) -> bool:
        """Tell cheaply whether `parse` would find its format here; never raises."""
        ...

    def parse(self, document: Document, /) -> Parsed:
        """Read every record that can be read.

        A record that cannot be is a `Problem` with its place. Raises `SourceError` only if the document as
        a whole turns out not to be what `recognises` took it for.
        """
        ...


class Fetcher(Protocol):
    """Gets documents by HTTP: politely, within limits, and only from addresses that are public.

    One serves all sources of a run, from any thread.
    """

    def get(
        self,
        url: str,
        /,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        pause_seconds: float = 1.0,
        max_age: timedelta | None = None,
    ) -> Document:
        """Get what is at an address, following few redirects and trying again what may pass.

        `params` are added to the query. Between two requests to one host lie `pause_seconds` at least. A copy
        kept from an earlier time serves without a request if it is younger than `max_age`, and with one if
        the server says that it still holds. `Document.unchanged` tells of both; `origin` has no secret.
        Where `headers` accept nothing but JSON or XML, a page for people is an error. Raises `SourceError`;
        nobody need try again.
        """
        ...


class PaperSource(Protocol):
    """Where documents come from; may do I/O. Constructed with its validated `Options` and a `Fetcher`."""

    def fetch(self, day: date | None, /) -> Iterator[Document]:
        """Yield the documents for `day` (None: whatever is there). Raises `SourceError`."""
        ...


@runtime_checkable
class Announcing(Protocol):
    """What a source may say besides, when it knows the days on which it has nothing."""

    def silence(self, day: date, /) -> str | None:
        """Say why nothing is expected on a day ("arXiv announces nothing on Saturdays"); None if it is."""
        ...


class MailSession(Protocol):
    """One open way to a mail system, used by one thread; never retries by itself."""

    def send(self, mails: Iterable[OutgoingMail | None], before_commit: BeforeCommit, /) -> Iterator[Settled]:
        """Hand over the mails and yield what became of each, in any order, exactly once each.

        A session may take the next mails before the first is settled, a handful at most. An iterable that
        has nothing right now, and would rather wait than end, yields None: then everything taken so far is
        sent and settled before it is asked again. (One that just blocks holds back what was taken.)

        Calls `before_commit(delivery)` before the byte that could make the other side accept that message
        (for SMTP the final dot); if it raises, that byte is not sent, and what it raised comes out of here. A
        mail may still be refused or put off after that.
        Raises `MailError` only if every recipient would fail. Whatever comes out: all that was committed
        has been yielded before, and a mail that was taken and not yielded is sure not to be accepted.
        Whoever stops iterating gives that certainty up; end the iterable instead.
        """
        ...

    def close(self) -> None:
        """End the session politely; safe to call twice and after a failure."""
        ...


class Wait(NamedTuple):
    """What a session waits for: something to read from the connection of this `number` (-1: there is none),
    or room to write if it `is_full`, or the monotonic second at which it waits no longer. One is made for
    each mail: a tuple."""

    number: int
    is_full: bool
    until: float


# Whoever has no connection need not wait.
NO_WAIT = Wait(-1, is_full=False, until=0.0)


class Withheld(Exception):  # noqa: N818 - no failure of whom it is thrown at
    """What was not flushed must not go: it could not be recorded."""


@runtime_checkable
class Interleaved(Protocol):
    """What a session may offer besides, so that one thread can serve several of them.

    Nothing but `connect` and `close` waits for the mail system; those may be left to another thread, as long
    as one at a time has the session.
    """

    def steps(
        self, mails: Iterable[OutgoingMail | None], before_commit: BeforeCommit, /
    ) -> Generator[Settled | None]:
        """Do what `send` does, as long as the connection serves, and yield None where it would have to wait.

        Then whoever asks calls `flush`, which says for what it is worth going on; to go on earlier does no
        harm. Of a mail that `before_commit` has heard of, nothing that could make it accepted is written
        before the next `flush`: so many of them can be recorded at once, just before it. Who cannot record
        them throws `Withheld` into the iterator instead: then nothing of them goes, and what was under way
        before is settled as when a connection is lost, after a last chance for the other side to answer.
        """
        ...

    def flush(self) -> Wait:
        """Write what was to be said before the wait, as much of it as there is room for; the rest of that,
        nothing newer, may go while `steps` go on."""
        ...

    @property
    def is_connected(self) -> bool:
        """Whether `steps` may begin; it ends when that is over."""
        ...

    def connect(self) -> None:
        """Make the connection ready for more, or another one, within the deadlines. Raises `MailError`."""
        ...


class MailBackend(Protocol):
    """Hands finished messages to a mail system. Constructed with its validated `Options`."""

    @property
    def reaches_people(self) -> bool:
        """Whether mail leaves this machine: such a backend needs a configured sender and base URL."""
        ...

    def open(self) -> MailSession:
        """Open a session within its deadlines. Raises `MailError`."""
        ...


@runtime_checkable
class RateLimited(Protocol):
    """What a backend may say besides, when there is a service behind it that counts."""

    @property
    def limits(self) -> Limits | None:
        """How much the service takes; None: it is not known to limit anything."""
        ...

    @property
    def account(self) -> str:
        """Names what shares these limits, the same in every process, without a secret."""
        ...

    @property
    def connections(self) -> int:
        """How many sessions may be open at once."""
        ...

    @property
    def idempotency_header(self) -> str | None:
        """The header by which the service knows a repeated message, so that repeating one is safe."""
        ...


@runtime_checkable
class Probing(Protocol):
    """What a backend may offer besides, when the mail system can be asked without anything being sent."""

    def probe(self, mail: OutgoingMail, /) -> Probe:
        """Ask whether this mail would be taken, within the deadlines of a session, and take all back.

        Raises `MailError` where there is nobody to ask: no connection, no encryption, no login.
        """
        ...
