"""A line for cron, between two lines that say whose it is."""

from __future__ import annotations

import shlex
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from newsletter.errors import ConfigError
from newsletter.issues.hours import zone_of

if TYPE_CHECKING:
    from newsletter.work.schedule.command import RunCommand
    from newsletter.work.schedule.timetable import Timetable

LOG = "newsletter-run.log"
# Debian's cron takes no longer command.
_MAX_BYTES = 990
_QUARTERS = 4
_HOUR = timedelta(hours=1)


def crontab_block(
    command: RunCommand, timetable: Timetable, *, machine_zone: str | None, knows_zones: bool
) -> str:
    """Write the lines for a crontab. `knows_zones`: its cron reads CRON_TZ (cronie does); where it does not,
    and the machine has another time zone, the line asks what time it is there. Raises `ConfigError` for a
    command too long for cron."""
    begin, end = markers(command)
    entry = _entry(command, timetable, machine_zone, knows_zones=knows_zones)
    return "\n".join([begin, *entry, end, ""])


def markers(command: RunCommand) -> tuple[str, str]:
    """Give the two lines between which everything is ours."""
    return f"# newsletter begin {command.config}", f"# newsletter end {command.config}"


def without_block(crontab: str, command: RunCommand) -> str:
    """Take our lines out of a crontab, and leave all others. Raises `ConfigError` where their end is
    missing."""
    begin, end = markers(command)
    kept: list[str] = []
    is_ours = False
    for line in crontab.splitlines(keepends=True):
        text = line.rstrip("\r\n")
        if text == begin and not is_ours:
            is_ours = True
        elif text == end and is_ours:
            is_ours = False
        elif not is_ours:
            kept.append(line)
    if is_ours:
        raise ConfigError(
            f"the crontab has the line {begin!r} without its end, so that nobody knows which lines are ours",
            hint="`crontab -e`: remove that line, and the ones of newsletter below it",
        )
    return "".join(kept)


def with_block(crontab: str, command: RunCommand, block: str) -> str:
    """Put our lines at the end of a crontab, in the place of those that were there."""
    others = without_block(crontab, command)
    return others + ("\n" if others and not others.endswith("\n") else "") + block


def quoted(text: str) -> str:
    """Quote a word for the shell that cron starts: a % would be a line end to cron, also between quotes."""
    parts = [shlex.quote(part) if part else "" for part in text.split("%")]
    return "\\%".join(parts) or "''"


def _entry(
    command: RunCommand, timetable: Timetable, machine_zone: str | None, *, knows_zones: bool
) -> list[str]:
    call = _call(command, timetable)
    minute, hour = timetable.at.minute, "*" if timetable.is_hourly else timetable.at.hour
    if knows_zones:  # a zone holds for all lines below it: one that stands above is not ours, nor ours theirs
        zones = f"CRON_TZ={timetable.timezone}", f"CRON_TZ={machine_zone or ':/etc/localtime'}"
        return _checked([zones[0], f"{minute} {hour} * * * {call}", zones[1]])
    if timetable.is_hourly:
        return _checked([f"{_minute_here(timetable, machine_zone)} * * * * {call}"])
    if timetable.timezone == machine_zone:
        return _checked([f"{minute} {hour} * * * {call}"])
    minutes = str(minute) if _has_whole_hours(timetable, machine_zone) else _quarters(minute)
    asks = f'[ "$(TZ={quoted(timetable.timezone)} date +\\%H:\\%M)" = {timetable.at:%H:%M} ]'
    return _checked([f"{minutes} * * * * {asks} && {call}"])


def _call(command: RunCommand, timetable: Timetable) -> str:
    words = " ".join(map(quoted, command.words))
    zone = f"TZ={quoted(timetable.timezone)}"
    return f"cd {quoted(str(command.folder))} && {zone} {words} >>{LOG} 2>&1"


def _minute_here(timetable: Timetable, machine_zone: str | None) -> int:
    """Say at which minute of the machine's hour an hourly call comes: 6:00 in Kathmandu is 0:15 in UTC."""
    zone = zone_of(machine_zone or timetable.timezone)
    return timetable.next_after(datetime(2025, 1, 1, tzinfo=UTC)).astimezone(zone).minute


def _has_whole_hours(timetable: Timetable, machine_zone: str | None) -> bool:
    """Whether the minute of the hour is the same there and here, at any time of the year."""
    zones = zone_of(timetable.timezone), zone_of(machine_zone or "")
    offsets = [
        datetime(2025, month, 1, tzinfo=UTC).astimezone(zone).utcoffset() or timedelta()
        for month in (1, 7)
        for zone in zones
    ]
    return machine_zone is not None and all(not offset % _HOUR for offset in offsets)


def _quarters(minute: int) -> str:
    return ",".join(str(one) for one in sorted((minute + 15 * number) % 60 for number in range(_QUARTERS)))


def _checked(lines: list[str]) -> list[str]:
    longest = max(len(line.encode("utf-8", "surrogateescape")) for line in lines)
    if longest > _MAX_BYTES:
        raise ConfigError(
            f"the line for cron would be {longest} bytes long, and cron takes {_MAX_BYTES}",
            hint="give the folders shorter names, or use systemd",
        )
    return lines
