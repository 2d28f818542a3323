"""`[schedule]`: when the daily run is called, and when readers get what it makes."""

from __future__ import annotations

import re
from datetime import UTC, time
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from newsletter.issues.hours import zone_of

_WRITTEN = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::00)?")
_UTC_NAMES = ("UTC", "Etc/UTC", "GMT", "Etc/GMT", "Zulu")


def time_of_day(text: Any) -> time:
    """Read "6:30" or "06:30", or TOML's own time."""
    found = _WRITTEN.fullmatch(text) if isinstance(text, str) else None
    if found:
        return time(int(found[1]), int(found[2]))
    if not isinstance(text, time) or text.second or text.microsecond:
        raise ValueError('expected a time such as "06:30"')
    return text


def time_zone(name: str) -> str:
    """Accept a zone that there is."""
    if zone_of(name) is UTC and name not in _UTC_NAMES:
        raise ValueError('expected the name of a time zone such as "Europe/Berlin" or "UTC"')
    return name


class ScheduleTable(BaseModel):
    """`at` is when the issue of a day is made, in `timezone` (None: that of the machine). `reader_hours`:
    each reader gets it at the hour they chose, where they live."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: Annotated[
        time,
        BeforeValidator(time_of_day),
        WithJsonSchema({"type": "string", "pattern": f"^{_WRITTEN.pattern}$"}),
    ] = time(6)
    timezone: Annotated[str, Field(max_length=64), AfterValidator(time_zone)] | None = None
    reader_hours: Annotated[bool, Field(strict=True)] = False
