"""How the mail looks before it is opened: sender, subject, and the first words of it, cut as programs cut."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.preview.picture import Picture

# What themes put behind a preheader, so that nothing else shows: blanks, and what has no width.
_PADDING = re.compile(
    r"[\s\u00a0\u00ad\u034f\u061c\u115f\u17b4\u17b5\u180e\u2000-\u200f\u2028-\u202f\u2060-\u2064\ufeff]+"
)
_NO_WIDTH = re.compile(r"[\u00ad\u034f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_BLANKS = re.compile(r"[ \t\r\n]+")
_SILENT = frozenset(("style", "script", "title", "head"))

Kind = Literal["preheader", "padding", "leak"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A program and about how many characters it has room for. `shared`: subject and first words stand on one
    line of `preview` characters in all."""

    name: str
    sender: int
    subject: int
    preview: int
    shared: bool = False
    is_phone: bool = False


# Measured in characters of average width; windows and fonts differ.
CLIENTS = (
    Client(name="Gmail, web", sender=20, subject=80, preview=120, shared=True),
    Client(name="Gmail, phone", sender=26, subject=38, preview=44, is_phone=True),
    Client(name="Apple Mail, iPhone", sender=26, subject=40, preview=90, is_phone=True),
    Client(name="Apple Mail, Mac", sender=30, subject=50, preview=140),
    Client(name="Outlook, Windows", sender=28, subject=50, preview=55),
    Client(name="Outlook, phone", sender=26, subject=36, preview=70, is_phone=True),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of the first words, and what it is."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of an inbox. It `leaks` if words show that were not meant for it."""

    client: Client
    sender: str
    subject: str
    pieces: tuple[Piece, ...]
    cuts_subject: bool

    @property
    def leaks(self) -> bool:
        return any(piece.kind == "leak" and piece.text.strip() for piece in self.pieces)


def rows(picture: Picture) -> tuple[Row, ...]:
    """Give the mail as each program lists it."""
    first = first_words(" ".join(_words(picture.page.root)), picture.edition.preheader)
    letterhead = picture.app.letterhead()
    sender = letterhead.sender.name or letterhead.sender.address
    return tuple(row_of(client, sender, picture.edition.subject, first) for client in CLIENTS)


def first_words(body: str, preheader: str) -> tuple[Piece, ...]:
    """Part the text of a mail into its preheader, the padding behind it, and what comes then."""
    body, said = _BLANKS.sub(" ", body).strip(" "), _BLANKS.sub(" ", preheader).strip()
    if not said or not body.startswith(said):
        return (Piece(kind="leak", text=body),)
    rest = body[len(said) :]
    padding = _PADDING.match(rest)
    width = len(_NO_WIDTH.sub("", padding[0])) if padding else 0
    return (
        Piece(kind="preheader", text=said),
        Piece(kind="padding", text="\u00a0" * width),
        Piece(kind="leak", text=rest[padding.end() :] if padding else rest),
    )


def row_of(client: Client, sender: str, subject: str, first: tuple[Piece, ...]) -> Row:
    """Cut a subject and the first words of a mail as a program does."""
    shown = _cut(subject, client.subject)
    room = client.preview - (len(shown) + 3 if client.shared else 0)
    return Row(
        client=client,
        sender=_cut(sender, client.sender),
        subject=shown,
        pieces=tuple(_within(first, max(0, room))),
        cuts_subject=shown != subject,
    )


def _within(pieces: tuple[Piece, ...], room: int) -> Iterator[Piece]:
    for piece in pieces:
        text = piece.text[:room]
        if text:
            yield Piece(kind=piece.kind, text=text)
        room -= len(text)


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else text[: room - 1].rstrip() + "…"


def _words(element: Any) -> Iterator[str]:
    """The texts of an element in reading order, shown or hidden: a program that lists mail does not look."""
    waiting: list[Any] = [element]
    while waiting:
        found = waiting.pop()
        if isinstance(found, str):
            if found.strip(" \t\r\n"):
                yield found
            continue
        is_read = isinstance(found.tag, str) and found.tag not in _SILENT
        inside = (
            [part for child in found for part in (child, child.tail) if part is not None] if is_read else []
        )
        waiting.extend(reversed([found.text, *inside] if is_read and found.text else inside))
