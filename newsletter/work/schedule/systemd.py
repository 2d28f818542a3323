"""A timer and a service of the person who runs the newsletter, for systemd."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsletter.work.schedule.command import RunCommand
    from newsletter.work.schedule.timetable import Timetable

# Where secrets may stand as NAME=value; it need not be there.
ENVIRONMENT = "newsletter.env"
_SERVICE = """\
{mark}
[Unit]
Description=The papers of the day ({config})
{limits}
[Service]
Type=oneshot
WorkingDirectory={folder}
Environment={zone}
EnvironmentFile=-{folder}/{environment}
ExecStart={call}
{restarts}"""
# Where the next call comes within the hour, it is the repetition.
_LIMITS = "StartLimitIntervalSec=2h\nStartLimitBurst=4\n"
_RESTARTS = "Restart=on-failure\nRestartSec=15min\nRestartPreventExitStatus=1 2 4 8\n"
_TIMER = """\
{mark}
[Unit]
Description=Calls {name}.service ({config})

[Timer]
OnCalendar={calendar}
AccuracySec=1min
Persistent=true

[Install]
WantedBy=timers.target
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """The two files; `mark` is the first line of each, which says that we wrote it, and for what."""

    name: str
    mark: str
    service: str
    timer: str

    @property
    def files(self) -> dict[str, str]:
        """What is written, by the name of the file."""
        return {f"{self.name}.service": self.service, f"{self.name}.timer": self.timer}


def systemd_units(command: RunCommand, timetable: Timetable) -> Units:
    """Write the units. A run that was missed is made up for when the machine is on again, and a daily one
    that failed because of something outside is repeated up to three times."""
    mark = f"# newsletter wrote this for {command.config}"
    shown = {"mark": mark, "name": command.name, "config": _plain(str(command.config))}
    service = _SERVICE.format(
        **shown,
        folder=_plain(str(command.folder)),
        limits="" if timetable.is_hourly else _LIMITS,
        restarts="" if timetable.is_hourly else _RESTARTS,
        zone=_word(f"TZ={timetable.timezone}"),
        environment=ENVIRONMENT,
        call=_call(command.words),
    )
    timer = _TIMER.format(**shown, calendar=calendar(timetable))
    return Units(name=command.name, mark=mark, service=service, timer=timer)


def calendar(timetable: Timetable) -> str:
    """Write when: "*-*-* 06:30:00 Europe/Berlin"."""
    hour = "*" if timetable.is_hourly else f"{timetable.at.hour:02}"
    return f"*-*-* {hour}:{timetable.at.minute:02}:00 {timetable.timezone}"


def _call(words: Sequence[str]) -> str:
    """Write the command line. systemd takes no quotes and backslashes in the name of a program, but hands
    anything over to one."""
    if set(words[0]) & set("'\"\\"):
        words = ("/usr/bin/env", *words)
    return " ".join(_word(word, is_argument=number > 0) for number, word in enumerate(words))


def _plain(text: str) -> str:
    return text.replace("%", "%%")


def _word(text: str, *, is_argument: bool = False) -> str:
    """Quote a word; only in arguments a $ would be the name of a variable."""
    escaped = _plain(text).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + (escaped.replace("$", "$$") if is_argument else escaped) + '"'
