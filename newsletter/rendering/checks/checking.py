"""All checks of a finished mail, in the order in which a person would mend what they find."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from newsletter.rendering.checks.clients import clients
from newsletter.rendering.checks.contrast import contrast
from newsletter.rendering.checks.findings import Finding, Place
from newsletter.rendering.checks.headers import headers
from newsletter.rendering.checks.leftovers import leftovers
from newsletter.rendering.checks.lines import lines
from newsletter.rendering.checks.links import links
from newsletter.rendering.checks.markup import doctype, markup
from newsletter.rendering.checks.message import body_parts, decoded, header_fields, message
from newsletter.rendering.checks.page import Page
from newsletter.rendering.checks.plain_text import plain_text
from newsletter.rendering.checks.remote import remote
from newsletter.rendering.checks.size import size
from newsletter.rendering.checks.structure import headings, images, language, layout_tables
from newsletter.rendering.checks.style_sheets import sheets_of
from newsletter.rendering.checks.styles import styles

_MAX_BYTES = 1_000_000
_ORDER = ("error", "warning", "info")


@dataclass(frozen=True, slots=True, kw_only=True)
class FinalMail:
    """The bytes as they leave: the HTML and the text with slots filled, and the whole message."""

    html: bytes = field(repr=False)
    text: bytes = field(repr=False)
    message: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectations:
    """What a mail is held to besides the standards: bytes of HTML, what some clients are known to lose (a
    feature of caniemail to what readers see), and texts of strangers that may look like template syntax."""

    budget: int = 100_000
    known_losses: Mapping[str, str] = field(default_factory=dict, hash=False)
    quoted: Sequence[str] = ()


def check(mail: FinalMail, expected: Expectations | None = None) -> tuple[Finding, ...]:
    """Look at everything: errors first, then warnings, then notes. The same bytes give the same findings.

    Of HTML over 1,000,000 bytes only the size is looked at: nobody can read it, and a check has to end.
    """
    expected = expected or Expectations()
    if len(mail.html) > _MAX_BYTES:
        return tuple(size(mail.html.decode("utf-8", "replace"), budget=expected.budget, encoded_bytes=None))
    html, text = mail.html.decode("utf-8", "replace"), mail.text.decode("utf-8", "replace")
    page, fields, parts = Page(html), header_fields(mail.message), body_parts(mail.message)
    sheets = sheets_of(page)
    encoded = next((part.encoded_bytes for part in parts if part.kind == "text/html"), None)
    read = "\n".join(f"{one.name}: {decoded(one.value)}" for one in fields)
    found = chain(
        _in_utf8(mail),
        doctype(page),
        markup(page),
        leftovers(page, text, read, quoted=expected.quoted),
        remote(page),
        links(page),
        headers(fields, page),
        message(parts, html=mail.html, text=mail.text),
        lines(mail.message, mail.html),
        size(html, budget=expected.budget, encoded_bytes=encoded),
        styles(sheets),
        headings(page),
        layout_tables(page),
        language(page),
        images(page),
        contrast(page, sheets),
        plain_text(page, text),
        clients(page, sheets, expected.known_losses),
    )
    return tuple(sorted(dict.fromkeys(found), key=lambda finding: _ORDER.index(finding.severity)))


def _in_utf8(mail: FinalMail) -> list[Finding]:
    found = []
    for part, body in (("HTML", mail.html), ("text", mail.text)):
        try:
            body.decode("utf-8")
        except UnicodeDecodeError as error:
            found.append(
                Finding(
                    severity="error",
                    check="encoding",
                    message=f"byte 0x{body[error.start]:02x} is not UTF-8",
                    hint="write the file in UTF-8",
                    where=Place(part=part, line=body.count(b"\n", 0, error.start) + 1),  # type: ignore[arg-type]
                )
            )
    return found
