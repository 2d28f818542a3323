"""Parsers, sources and backends by name, through entry points.

The built-in ones register the same way as a third party's, in `pyproject.toml`.
"""

from __future__ import annotations

import difflib
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Any, Literal

from newsletter.errors import ConfigError

if TYPE_CHECKING:
    from newsletter.ports import DocumentParser

Group = Literal["newsletter.parsers", "newsletter.sources", "newsletter.backends"]


def names(group: Group) -> tuple[str, ...]:
    """List what is registered, sorted."""
    return tuple(sorted({point.name for point in entry_points(group=group)}))


def load(group: Group, name: str) -> Any:
    """Import the class registered under `name`. Raises `ConfigError` for an unknown or broken one."""
    points = entry_points(group=group, name=name)
    if not points:
        kind = group.rpartition(".")[2]
        raise ConfigError(f"no {kind[:-1]} {name!r}; {_advice(name, names(group))}")
    return _load(next(iter(points)), group)


def load_parsers() -> dict[str, DocumentParser]:
    """Make one of every registered parser, in the order of their names."""
    group: Group = "newsletter.parsers"
    points: dict[str, EntryPoint] = {}
    for point in entry_points(group=group):  # asked once: it reads the names of all installed packages
        points.setdefault(point.name, point)
    return {name: _load(points[name], group)() for name in sorted(points)}


def _advice(name: str, known: tuple[str, ...]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"did you mean {close[0]!r}?" if close else f"there are {', '.join(known)}"


def _load(point: EntryPoint, group: Group) -> Any:
    try:
        return point.load()
    except Exception as error:  # a stranger's module may raise anything
        raise ConfigError(
            f"the plug-in {point.name!r} of {group} cannot be imported ({type(error).__name__}: {error})",
            hint="update or remove the package that brings it",
        ) from error
