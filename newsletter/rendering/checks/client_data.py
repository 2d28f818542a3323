"""Which mail clients support what: the published data of caniemail.com, as it came with this package.

`data/caniemail.json` names its source, version and licence. To renew it:

    npm pack caniemail
    tar xzf caniemail-*.tgz
    python -m newsletter.rendering.checks.client_data_command package/
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

DATA = Path(__file__).parent / "data" / "caniemail.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """A feature as caniemail names it, and the clients that lack it or have only a part of it."""

    title: str
    lacking: tuple[str, ...]
    partial: tuple[str, ...]


@lru_cache(maxsize=1)
def client_data() -> Mapping[str, Support]:
    """Read the data that ships: caniemail's slug of a feature to its support."""
    data = json.loads(DATA.read_text("utf-8"))
    clients = data["clients"]
    return {
        slug: Support(
            title=title,
            lacking=tuple(clients[number] for number in lacking),
            partial=tuple(clients[number] for number in partial),
        )
        for slug, (title, lacking, partial) in data["features"].items()
    }
