"""What a command prints for programs and for people."""

from __future__ import annotations

import json
import sys
from typing import Any

import click


def print_json(data: Any) -> None:
    """Print values, ours or plain ones, as JSON; beyond ASCII only where the output takes UTF-8."""
    from newsletter import codec

    encoding = (getattr(sys.stdout, "encoding", None) or "ascii").lower().replace("-", "")
    click.echo(json.dumps(codec.encode(data), ensure_ascii=encoding != "utf8", indent=2))


def counted(count: int, noun: str) -> str:
    """Write "1 message" and "2 messages"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
