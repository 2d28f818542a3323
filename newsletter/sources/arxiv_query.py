"""What arXiv's search interface is asked (https://info.arxiv.org/help/api/user-manual.html)."""

from __future__ import annotations

import re
from datetime import UTC
from typing import TYPE_CHECKING

from newsletter.sources.calendars import arxiv_submissions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

_FIELD = re.compile(r"\b(?:ti|au|abs|co|jr|cat|rn|id|all|submittedDate|lastUpdatedDate):")


def search_query(categories: Sequence[str], query: str | None, day: date | None, days: int) -> str:
    """Write the query for papers in any of the categories that match `query`, and that the last `days`
    announcements until a day brought. Plain words are looked for as a phrase in all fields."""
    parts = [f"({' OR '.join(f'cat:{name}' for name in categories)})"] if categories else []
    if query:
        parts.append(f"({query.strip()})" if _FIELD.search(query) else _phrase(query))
    if day:
        first, last = arxiv_submissions(day, days)
        parts.append(f"submittedDate:[{_minute(first)} TO {_minute(last)}]")
    return " AND ".join(parts)


def _phrase(words: str) -> str:
    return 'all:"{}"'.format(" ".join(words.replace('"', " ").split()))


def _minute(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%d%H%M")
