"""Words of abstracts as parts of patterns."""

from __future__ import annotations


def either(words: str) -> str:
    """Join alternatives that are parted by blanks; an underscore stands for a blank inside one."""
    return "|".join(word.replace("_", " ") for word in words.split())


# What authors call what they wrote.
KINDS = either("paper work article study letter thesis monograph survey report chapter review research")
