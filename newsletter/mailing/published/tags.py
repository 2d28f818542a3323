"""Lists of tags such as `v=DMARC1; p=none`, which DKIM (RFC 6376, 3.2) and DMARC (RFC 9989, 4.7) share."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# A record may have 65,535 octets; nobody needs more tags than these.
_MAX_TAGS = 64
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,30}")
_SHOWN = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Tags:
    """The tags in their order, names in lower case; `faults` says what is none."""

    values: Mapping[str, str] = field(hash=False)
    faults: tuple[str, ...] = ()

    def get(self, name: str, default: str = "") -> str:
        """Give the value of a tag."""
        return self.values.get(name, default)


def read_tags(text: str) -> Tags:
    """Read a list; of a tag that is there twice the first counts."""
    values: dict[str, str] = {}
    faults: list[str] = []
    for part in text.split(";")[:_MAX_TAGS]:
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not part.strip():
            continue
        if not equals or not _NAME.fullmatch(name):
            faults.append(f"{shortened(part)} is no tag")
        elif name.lower() in values:
            faults.append(f"the tag {name.lower()} is there twice")
        else:
            values[name.lower()] = value
    return Tags(values=values, faults=tuple(faults))


def shortened(text: str) -> str:
    """Quote a text of strangers on one line of a terminal."""
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return repr(line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…")
