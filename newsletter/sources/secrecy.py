"""Keys stay unsaid, whatever a service repeats of them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from newsletter.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import SecretStr


@contextmanager
def unsaid(secret: SecretStr | None) -> Iterator[None]:
    """Hide a secret in what a `SourceError` says: an error with the status of a success may repeat it."""
    try:
        yield
    except SourceError as error:
        value = secret.get_secret_value() if secret else ""
        if not value or value not in f"{error.message} {error.hint}":
            raise
        hint = error.hint.replace(value, "***") if error.hint else None
        raise type(error)(error.message.replace(value, "***"), hint=hint) from None
