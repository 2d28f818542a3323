"""Cells that no spreadsheet takes for a formula (CSV injection), and the way back.

A cell that begins like a formula gets an apostrophe in front; so does one that begins with apostrophes before
that, or reading could not tell them apart.
"""

from __future__ import annotations

import re

# The name of the first column of a table of papers whose cells are guarded: in anybody else's table, an
# apostrophe is an apostrophe.
MARK = "Newsletter Key"

# Full-width signs begin formulas in some locales, too.
_FORMULA = re.compile("'*[=+\\-@|%\t\r\n\uff1d\uff0b\uff0d\uff20]")


def guarded(cell: str) -> str:
    """Make a cell safe to open."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unguarded(cell: str) -> str:
    """Give what was guarded; any other cell stays as it is."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
