"""Does the text part say what the HTML says, in lines that fit a narrow window?"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from newsletter.rendering.checks.findings import Finding, Place, excerpt
from newsletter.rendering.checks.page import HEADINGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.rendering.checks.page import Page

# RFC 5322, 2.1.1: lines should have at most so many characters.
MAX_COLUMNS = 78
_INDENT = re.compile(r"\s*(?:(?:[*•–-]|\d+[.)])\s+)?")
_CHECK = "plain-text"


def plain_text(page: Page, text: str) -> Iterator[Finding]:
    """Every heading and every link target of the HTML is in the text; its lines have at most 78 columns
    where their words allow it."""
    if not text.strip():
        yield Finding(
            severity="error",
            check=_CHECK,
            message="the text part is empty",
            hint="write digest.txt.j2: many people and most filters read the text",
            where=Place(part="text"),
        )
        return
    yield from _missing_titles(page, text)
    yield from _missing_links(page, text)
    yield from _wide_lines(text)


def _missing_titles(page: Page, text: str) -> Iterator[Finding]:
    said = _bare(text)
    for node in page.all(*HEADINGS):
        if _bare(node.inside()) not in said:
            yield Finding(
                severity="error",
                check=_CHECK,
                message=f"the text part lacks the heading {excerpt(node.inside())!r}",
                hint="let digest.txt.j2 show every section and paper that the HTML shows",
                where=node.place(),
            )


def _missing_links(page: Page, text: str) -> Iterator[Finding]:
    words = set(text.split())
    missing = {
        node.get("href"): node
        for node in page.all("a")
        if node.get("href") and not node.get("href").startswith("#") and not _has(words, node.get("href"))
    }
    for href, node in missing.items():
        yield Finding(
            severity="error",
            check=_CHECK,
            message=f"the text part lacks the link {excerpt(href)!r}",
            hint="write the address into digest.txt.j2 on a line of its own",
            where=node.place(),
        )


def _has(words: set[str], href: str) -> bool:
    return href in words or f"<{href}>" in words or any(href in word for word in words)


def _wide_lines(text: str) -> Iterator[Finding]:
    wide = [
        (number, line)
        for number, line in enumerate(text.splitlines(), start=1)
        if len(line) > MAX_COLUMNS and _could_be_folded(line)
    ]
    if wide:
        number, line = wide[0]
        others = f", and {len(wide) - 1} more lines" if len(wide) > 1 else ""
        yield Finding(
            severity="warning",
            check=_CHECK,
            message=f"a line of the text has {len(line)} columns, more than {MAX_COLUMNS}{others}",
            hint="fold it in digest.txt.j2: {{ text|fold }}",
            where=Place(part="text", line=number),
        )


def _could_be_folded(line: str) -> bool:
    """Tell whether every word would fit; an address or a language without blanks cannot be helped."""
    before = len(_INDENT.match(line)[0])  # type: ignore[index]  # it matches every line
    return before + max(map(len, line[before:].split()), default=0) <= MAX_COLUMNS


def _bare(text: str) -> str:
    """Reduce to letters and digits: a formula is drawn one way in HTML and another in text."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))
