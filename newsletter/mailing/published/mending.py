"""What a record should say instead: all that was meant, without what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.mailing.published.dmarc import KNOWN, REMOVED, read_dmarc
from newsletter.mailing.published.spf import read_spf
from newsletter.mailing.published.tags import read_tags

if TYPE_CHECKING:
    from collections.abc import Sequence


def mended_spf(texts: Sequence[str], wanted: Sequence[str]) -> str:
    """Make one SPF record of those that are there, with more terms such as `include:example.org` before its
    end. Terms that are no terms are left out; who is not named is doubted (`~all`), or refused if that was
    said before."""
    words = [word for text in texts for word in text.split()[1:] if _is_right(word)]
    ends = [word.lower() for word in words if _is_all(word)]
    redirects = [word for word in words if word.lower().startswith("redirect=")]
    modifiers = [word for word in words if "=" in word and word not in redirects]
    mechanisms = [word for word in words if "=" not in word and not _is_all(word)]
    end = redirects[0] if len(texts) == 1 and redirects and not ends else "-all" if "-all" in ends else "~all"
    terms = [*mechanisms, *wanted] if texts or wanted else ["mx"]
    return " ".join(["v=spf1", *dict.fromkeys([*terms, end, *modifiers])])


def mended_dmarc(text: str | None, reports_to: str) -> str:
    """Write a DMARC record of today: of one that is there, without what RFC 9989 has taken out or nobody can
    read; else the mildest there is, with reports to an address."""
    if text is None:
        return f"v=DMARC1; p=none; rua=mailto:{reports_to}"
    tags = read_tags(text).values
    kept = {name: value for name, value in tags.items() if name in KNOWN and name not in REMOVED}
    right = {
        name: value
        for name, value in kept.items()
        if value.isascii() and value.isprintable() and not read_dmarc(f"v=DMARC1; {name}={value}").faults
    }
    test = {"t": "y"} if tags.get("pct") == "0" else {}
    rest = {name: value for name, value in right.items() if name not in ("v", "p")}
    said = {"v": "DMARC1", "p": right.get("p", "none"), **rest, **test}
    return "; ".join(f"{name}={value}" for name, value in said.items())


def _is_right(word: str) -> bool:
    return word.isascii() and word.isprintable() and not read_spf(f"v=spf1 {word}").faults


def _is_all(word: str) -> bool:
    return word.lower().lstrip("+-~?") == "all"
