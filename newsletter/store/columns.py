"""Column types that mean the same on both engines."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import DateTime, Text
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect


class Moment(TypeDecorator[datetime]):
    """An aware UTC time; a naive one is refused. SQLite keeps it as text that sorts by time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone says nothing")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def as_bound(self, at: datetime, dialect: Dialect) -> Any:
        """Give what is handed to the driver, for statements that are its own."""
        process = self.dialect_impl(dialect).bind_processor(dialect)
        return process(at) if process else at

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Give aware UTC."""
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if dialect.name == "sqlite" else moment.astimezone(UTC)


class Slugs(TypeDecorator[tuple[str, ...]]):
    """A set of slugs as one text, sorted, so that equal sets are equal texts and can be grouped by."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str | None:
        """Store a JSON list; NULL means all."""
        del dialect
        return self.text_of(value)

    @staticmethod
    def text_of(slugs: tuple[str, ...] | None) -> str | None:
        """Write a set of slugs in the one way it is stored."""
        return json.dumps(sorted(set(slugs)), separators=(",", ":")) if slugs else None

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[str, ...] | None:
        """Give the slugs in their order."""
        del dialect
        return None if value is None else tuple(json.loads(value))
