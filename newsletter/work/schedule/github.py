"""A workflow for GitHub Actions. It commits nothing and names secrets only."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from newsletter.errors import ConfigError
from newsletter.issues.hours import zone_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsletter.work.schedule.timetable import Timetable

PLACE = ".github/workflows/newsletter.yml"
MARK = "# newsletter wrote this, and writes it anew: newsletter schedule github --install"
_DAY_MINUTES = 24 * 60
_HEAD = """\
{mark}
#
# {clock}
# GitHub starts scheduled workflows late when it is busy, and stops them in a repository without activity for
# 60 days.
name: newsletter
on:
  schedule:
    - cron: "{cron}"
  workflow_dispatch:
{inputs}permissions:
  contents: read
concurrency:
  group: newsletter
  cancel-in-progress: false
jobs:
  run:
    runs-on: ubuntu-latest
    timeout-minutes: 350
    env:
      TZ: {zone}
{secrets}    steps:
      - uses: actions/checkout@v6
        with:
          persist-credentials: false
      - uses: actions/setup-python@v6
        with:
          python-version: "3.12"
      - name: Install
        run: {install}
"""
_RUN = """\
      - name: Run
        working-directory: {folder}
        run: python -P -m newsletter run --yes --config "$CONFIG"
        env:
          CONFIG: {config}
"""
# The database is a file here, and a runner forgets its files. Caches are the only store without a server.
_INPUTS = """\
    inputs:
      begin:
        description: Begin with an empty database (only the first time)
        type: boolean
        default: false
"""
_RESTORE = """\
      # Readers' addresses and what was sent to whom are in the database. A cache of a public repository can
      # be read by anybody's pull request, and one that nobody used for 7 days is deleted, with all of it:
      # PostgreSQL ([store] url, and its password as a secret) is the better place.
      - name: Keep readers' addresses out of a public repository
        run: test "$(gh api "repos/$GITHUB_REPOSITORY" --jq .private)" = true
        env:
          GH_TOKEN: ${{{{ github.token }}}}
      - name: Bring the database back
        id: state
        uses: actions/cache/restore@v5
        with:
          path: {paths}
          key: newsletter-state-${{{{ github.run_id }}}}-${{{{ github.run_attempt }}}}
          restore-keys: newsletter-state-
      - name: Stop if the database is gone
        if: steps.state.outputs.cache-matched-key == '' && !inputs.begin
        run: |
          echo "::error::there is no saved database; the first time, start this by hand with 'begin'"
          exit 1
"""
_SAVE = """\
      - name: Keep the database
        if: always() && steps.state.outcome == 'success'
        uses: actions/cache/save@v5
        with:
          path: {paths}
          key: newsletter-state-${{{{ github.run_id }}}}-${{{{ github.run_attempt }}}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """What the workflow has to know of the repository: where in it the configuration lies ("" for its root),
    how the newsletter is installed, which secrets it needs, and which files hold the state: none if a server
    does."""

    folder: str
    config: str
    install: str
    secrets: Sequence[str] = ()
    state: Sequence[str] = ()


def github_workflow(repository: Repository, timetable: Timetable, *, year: int) -> str:
    """Write the workflow. Raises `ConfigError` for a path that GitHub would take for an expression."""
    for text in (repository.folder, repository.config, *repository.state):
        if "${{" in text:
            raise ConfigError(f"{text!r}: GitHub takes ${{{{ for an expression", hint="rename the folder")
    state = json.dumps("\n".join(repository.state))
    text = _HEAD.format(
        mark=MARK,
        clock=_clock(timetable, year),
        cron=utc_cron(timetable, year=year),
        inputs=_INPUTS if repository.state else "",
        zone=_scalar(timetable.timezone),
        secrets="".join(f"      {name}: ${{{{ secrets.{name} }}}}\n" for name in repository.secrets),
        install=_scalar(repository.install),
    )
    run = _RUN.format(folder=_scalar(repository.folder or "."), config=_scalar(repository.config))
    if not repository.state:
        return text + run
    return text + _RESTORE.format(paths=state) + run + _SAVE.format(paths=state)


def utc_cron(timetable: Timetable, *, year: int) -> str:
    """Write the time in UTC, by the zone's standard time: in summer it is later by the clock."""
    at = timetable.at.hour * 60 + timetable.at.minute
    minutes = (at - min(_offsets(timetable, year)) // timedelta(minutes=1)) % _DAY_MINUTES
    hour = "*" if timetable.is_hourly else f"{minutes // 60}"
    return f"{minutes % 60} {hour} * * *"


def _clock(timetable: Timetable, year: int) -> str:
    at, zone = f"{timetable.at:%H:%M}", timetable.timezone
    if timetable.is_hourly:
        return f"Every hour; the issue of a day is made from {at} {zone} on."
    offsets = _offsets(timetable, year)
    if len(offsets) == 1:
        return f"{at} {zone}: GitHub's clock is UTC."
    today = datetime(year, 1, 1, timetable.at.hour, timetable.at.minute, tzinfo=UTC)
    later = today + max(offsets) - min(offsets)
    return f"{at} {zone}, in summer {later:%H:%M}: GitHub's clock is UTC and knows no summer time."


def _offsets(timetable: Timetable, year: int) -> set[timedelta]:
    moments = (datetime(year, month, 1, tzinfo=UTC) for month in range(1, 13))
    zone = zone_of(timetable.timezone)
    return {moment.astimezone(zone).utcoffset() or timedelta() for moment in moments}


def _scalar(text: str) -> str:
    """Write a text as YAML takes it whatever is in it: as JSON."""
    return json.dumps(text)
