"""The header fields: well-formed, single where a standard wants one, and with a way to leave."""

from __future__ import annotations

import re
from collections import Counter
from email.utils import getaddresses, parsedate_to_datetime
from typing import TYPE_CHECKING

from newsletter.rendering.checks.findings import Finding, Place, Severity, excerpt
from newsletter.rendering.checks.message import decoded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newsletter.rendering.checks.message import HeaderField
    from newsletter.rendering.checks.page import Page

_CHECK = "headers"
_ONCE = ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type")
_AT_MOST_ONCE = (
    "Reply-To", "Sender", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "In-Reply-To",
    "Feedback-ID",
)  # fmt: skip
_MESSAGE_ID = re.compile(r"<[^\s<>@]+@[^\s<>@]+>")
_LIST_ID = re.compile(r"(?:.*\s)?<[A-Za-z0-9][A-Za-z0-9._-]*\.[A-Za-z0-9._-]+>")
_URIS = re.compile(r"<([!-;=?-~]+)>(?:\s*,\s*<([!-;=?-~]+)>)*")
_ONE_CLICK = "List-Unsubscribe=One-Click"
_SHOWN_SUBJECT = 78
_PLACEHOLDER = ".invalid"


def headers(fields: Sequence[HeaderField], page: Page) -> Iterator[Finding]:
    """The fields follow RFC 5322, and readers can leave by one click (RFC 2369, RFC 8058) and by a link."""
    for field in fields:
        if not field.name:
            yield _finding(
                "error",
                f"{excerpt(field.value)!r} is no header field (RFC 5322)",
                "write every field as `Name: value`, and begin a folded line with a blank",
                field,
            )
    yield from _counted(fields)
    known = {field.name.lower(): field for field in fields}
    yield from _identity(known)
    yield from _subject(known)
    yield from _leaving(known, page)


def _counted(fields: Sequence[HeaderField]) -> Iterator[Finding]:
    counts = Counter(field.name.lower() for field in fields)
    for name in _ONCE:
        if counts[name.lower()] != 1:
            yield _finding(
                "error",
                f"there are {counts[name.lower()]} fields {name}, expected 1",
                "write the field exactly once",
                next((field for field in fields if field.name.lower() == name.lower()), None),
            )
    for name in _AT_MOST_ONCE:
        if counts[name.lower()] > 1:
            yield _finding(
                "error", f"there are {counts[name.lower()]} fields {name}, at most 1 may be", "keep one"
            )
    for field in fields:
        if field.name.lower() == "bcc":
            yield _finding("error", "a Bcc field shows who else gets the mail", "take it out", field)


def _identity(known: dict[str, HeaderField]) -> Iterator[Finding]:
    sender = known.get("from")
    if sender:
        addresses = [address for _, address in getaddresses([sender.value])]
        if len(addresses) != 1 or "@" not in addresses[0]:
            yield _finding(
                "error", "From does not hold one mailbox", "write `Name <digest@example.org>`", sender
            )
        elif addresses[0].endswith(_PLACEHOLDER):
            yield _finding(
                "info",
                "the sender is a placeholder",
                "set sender and base_url in newsletter.toml before mail goes to people",
                sender,
            )
    date, message_id, list_id = known.get("date"), known.get("message-id"), known.get("list-id")
    if date and not _is_date(date.value):
        yield _finding(
            "error",
            f"the Date {excerpt(date.value)!r} cannot be read",
            "write it as RFC 5322 has it: Fri, 07 Nov 2025 06:00:00 +0000",
            date,
        )
    if message_id and not _MESSAGE_ID.fullmatch(message_id.value):
        yield _finding(
            "error",
            f"the Message-ID {excerpt(message_id.value)!r} is not <something@host>",
            "let it stand on one line, in angle brackets, with no blank",
            message_id,
        )
    if list_id and not _LIST_ID.fullmatch(list_id.value):
        yield _finding(
            "error",
            f"the List-Id {excerpt(list_id.value)!r} is not <label.host> (RFC 2919)",
            'set list_id in newsletter.toml to a name like "papers.example.org"',
            list_id,
        )


def _subject(known: dict[str, HeaderField]) -> Iterator[Finding]:
    field = known.get("subject")
    if not field:
        return
    subject = decoded(field.value)
    if not subject.strip():
        yield _finding("error", "the subject is empty", "give the newsletter a name", field)
    elif len(subject) > _SHOWN_SUBJECT:
        yield _finding(
            "warning",
            f"the subject has {len(subject)} characters; most clients show fewer than {_SHOWN_SUBJECT}",
            "shorten the newsletter's name, or what the subject says after it",
            field,
        )


def _leaving(known: dict[str, HeaderField], page: Page) -> Iterator[Finding]:
    field, post = known.get("list-unsubscribe"), known.get("list-unsubscribe-post")
    if not field:
        yield _finding(
            "error", "there is no List-Unsubscribe, which large mail providers demand", "write one"
        )
        return
    if not _URIS.fullmatch(field.value):
        yield _finding(
            "error",
            f"List-Unsubscribe {excerpt(field.value)!r} is not <address>, <address> (RFC 2369)",
            "put plain ASCII addresses into angle brackets; never fold or encode inside one",
            field,
        )
        return
    uris = re.findall(r"<([^<>]+)>", field.value)
    secure = [uri for uri in uris if uri.startswith("https://")]
    if len(secure) != 1 or uris[0] != secure[0]:
        yield _finding(
            "warning",
            f"List-Unsubscribe has {len(secure)} https addresses"
            + (", and it is not the first" if len(secure) == 1 else ", expected 1, at the front"),
            "let base_url in newsletter.toml begin with https://: clients offer one-click leaving only there",
            field,
        )
    if (post.value if post else None) != (_ONE_CLICK if secure else None):
        yield _finding(
            "error",
            f"List-Unsubscribe-Post is {post.value if post else 'missing'!r}",
            f"write `List-Unsubscribe-Post: {_ONE_CLICK}` exactly where there is an https address (RFC 8058)",
            post or field,
        )
    if not {uri for uri in uris if uri.startswith("http")} & {node.get("href") for node in page.all("a")}:
        yield _finding(
            "error",
            "no link in the HTML leads to the address of List-Unsubscribe",
            'show it: <a href="{{ view.slots.unsubscribe_url }}">Unsubscribe</a>',
            field,
        )


def _is_date(text: str) -> bool:
    try:
        return parsedate_to_datetime(text) is not None
    except ValueError:
        return False


def _finding(severity: Severity, message: str, hint: str, field: HeaderField | None = None) -> Finding:
    return Finding(
        severity=severity,
        check=_CHECK,
        message=message,
        hint=hint,
        where=Place(
            part="message", line=field.line if field else None, element=field.name if field else None
        ),
    )
