"""What a command prints for programs and for people."""

from __future__ import annotations

import json
import sys
from typing import Any

import click


def print_json(data: Any) -> None:
    """Print JSON; beyond ASCII only where the terminal or the pipe takes UTF-8."""
    encoding = (getattr(sys.stdout, "encoding", None) or "ascii").lower().replace("-", "")
    click.echo(json.dumps(data, ensure_ascii=encoding != "utf8", indent=2))


def counted(count: int, noun: str) -> str:
    """Write "1 message" and "2 messages"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
