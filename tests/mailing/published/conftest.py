"""DNS as a table, for what judges it without asking."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pytest

from newsletter.mailing.published.answers import Answer, Names, RecordType


class Published:
    """Knows what a test tells it; None under a name stands for a server that fails."""

    def __init__(self, records: Mapping[tuple[str, str], Sequence[str] | None]) -> None:
        self._records = records
        self.asked: list[tuple[str, str]] = []

    def look_up(self, name: str, kind: RecordType, /) -> Answer:
        self.asked.append((name, kind))
        if (name, kind) not in self._records:
            return Answer(exists=any(known == name for known, _ in self._records))
        values = self._records[name, kind]
        return Answer(failure="it failed") if values is None else Answer(values=tuple(values))


@pytest.fixture
def published() -> Callable[..., Names]:
    """DNS that holds TXT records by name, and others by name and type."""

    def make(
        texts: Mapping[str, str | Sequence[str]],
        others: Mapping[tuple[str, str], Sequence[str] | None] | None = None,
    ) -> Names:
        records = {
            (name, "TXT"): [value] if isinstance(value, str) else value for name, value in texts.items()
        }
        return Published({**records, **(others or {})})

    return make
