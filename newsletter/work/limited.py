"""A backend whose limits a person knows better than its preset."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from newsletter.model import Limits
from newsletter.ports import RateLimited

if TYPE_CHECKING:
    from newsletter.ports import MailBackend, MailSession


@dataclass(frozen=True, slots=True)
class LimitedBackend:
    """Hands mail over through `backend`; a limit in `own` outranks that of the service behind it, and `name`
    stands for an account where there is no service."""

    backend: MailBackend
    own: Limits
    name: str

    @property
    def reaches_people(self) -> bool:
        """Whether mail leaves this machine."""
        return self.backend.reaches_people

    def open(self) -> MailSession:
        """Open a session. Raises `MailError`."""
        return self.backend.open()

    @property
    def limits(self) -> Limits | None:
        """Take each limit from the person, else from the service."""
        theirs = (self._service.limits if self._service else None) or Limits()
        names = [field.name for field in fields(Limits)]
        merged = {name: getattr(self.own, name) or getattr(theirs, name) for name in names}
        return Limits(**merged) if any(merged.values()) else None

    @property
    def account(self) -> str:
        """Name what shares these limits."""
        return self._service.account if self._service else self.name

    @property
    def connections(self) -> int:
        """How many sessions may be open at once."""
        return self._service.connections if self._service else 1

    @property
    def idempotency_header(self) -> str | None:
        """The header by which the service knows a repeated message."""
        return self._service.idempotency_header if self._service else None

    @property
    def _service(self) -> RateLimited | None:
        return self.backend if isinstance(self.backend, RateLimited) else None
