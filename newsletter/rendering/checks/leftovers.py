"""What rendering should have replaced: template tags, MJML elements, slots."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

from newsletter.rendering.checks.findings import Finding, Part, Place, excerpt

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newsletter.rendering.checks.page import Page

_CHECK = "leftovers"
_SLOT = re.compile(r"slot[0-9a-f]{16,}[a-z]*")
_TEMPLATE = re.compile(
    r"\{\{[^{}]{0,200}\}\}"
    r"|\{%-?\s*(?:if|elif|else|endif|for|endfor|set|include|from|import|macro|block|extends|raw|with)\b.{0,200}?%\}"
    r"|</?mj(?:ml|-[a-z]+)\b[^>]{0,200}>?",
    re.DOTALL | re.IGNORECASE,
)
_TELLING = 12
_HINTS = {
    "slot": "build the issue again; a slot is filled only as a whole, exactly as `view.slots` gives it",
    "template": "a template printed it instead of filling it in: look for a bracket too many in the theme",
    "mjml": "an MJML element stands where MJML does not look, as inside <mj-raw>: write HTML there",
}

IsQuoted = Callable[[str], bool]


def leftovers(page: Page, text: str, headers: str, *, quoted: Sequence[str] = ()) -> Iterator[Finding]:
    """No part holds template or MJML syntax or an open slot; what stands in `quoted`, the texts of papers
    and sections, is theirs."""
    is_quoted = _quoted_in(quoted)
    yield from _in_elements(page, is_quoted)
    for comment in page.comments:
        yield from _in_text(comment, Place(part="HTML", element="<!-- -->"), is_quoted)
    for part, content in (("text", text), ("message", headers)):
        yield from _in_lines(content, part, is_quoted)  # type: ignore[arg-type]  # a tuple widens it


def _quoted_in(texts: Sequence[str]) -> IsQuoted:
    """Tell whether a paper wrote what was found: all of it, its beginning where a summary was cut, or the
    bracket that its last word ends with."""
    lines = [" ".join(text.split()) for text in texts]
    known = "\n".join(lines) + "\n"

    def is_quoted(found: str) -> bool:
        found = " ".join(found.split())
        if found in known or (len(found) > _TELLING and found[:_TELLING] in known):
            return True
        return any(f"{found[:end]}\n" in known for end in range(2, len(found)))

    return is_quoted


def _in_elements(page: Page, is_quoted: IsQuoted) -> Iterator[Finding]:
    for node in page.nodes:
        if node.tag == "mjml" or node.tag.startswith("mj-"):
            yield _finding("mjml", f"<{node.tag}>", node.place())
        for text in (node.own_text(), *node.attributes.values()):
            if "{" in text or "%7B" in text or "slot" in text or "<" in text:
                yield from _in_text(text, node.place(), is_quoted)


def _in_lines(text: str, part: Part, is_quoted: IsQuoted) -> Iterator[Finding]:
    for pattern in (_SLOT, _TEMPLATE):
        for found in pattern.finditer(text):
            if not is_quoted(found[0]):
                line = text.count("\n", 0, found.start()) + 1
                yield _finding(_kind(found[0]), found[0], Place(part=part, line=line))


def _in_text(text: str, where: Place, is_quoted: IsQuoted) -> Iterator[Finding]:
    """Look at a text as it is, and as an address would hold it."""
    for form in dict.fromkeys((text, unquote_plus(text))):
        for pattern in (_SLOT, _TEMPLATE):
            for found in pattern.finditer(form):
                if not is_quoted(found[0]) and not is_quoted(unescape(found[0])):
                    yield _finding(_kind(found[0]), found[0], where)
                    return


def _kind(found: str) -> str:
    if found.startswith("slot"):
        return "slot"
    return "mjml" if found.startswith("<") else "template"


def _finding(kind: str, found: str, where: Place) -> Finding:
    what = {"slot": "an open slot", "template": "template syntax", "mjml": "MJML"}[kind]
    return Finding(
        severity="error",
        check=_CHECK,
        message=f"{what} is left: {excerpt(found)!r}",
        hint=_HINTS[kind],
        where=where,
    )
