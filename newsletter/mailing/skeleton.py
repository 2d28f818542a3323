"""The message of an edition, written and encoded once; what is a reader's own is put into its gaps.

All that is the same for everybody, and the place of each gap, is proven when a skeleton is made: a message
with the worst values there may be is read back as a stranger would read it. A later message can be wrong
only in what is put in, and that is checked each time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.errors import RenderError
from newsletter.mailing.body import Body
from newsletter.mailing.dkim import relaxed
from newsletter.mailing.gaps import Marks, gapped
from newsletter.mailing.head import boundary, head_fields, plain_to_value, to_value
from newsletter.mailing.links import links_of
from newsletter.mailing.reading_back import is_wire_ready, prove
from newsletter.mailing.slots import fill
from newsletter.mailing.transfer_encoding import MAX_WORD
from newsletter.model import Mailbox

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from newsletter.mailing.dkim import Signer
    from newsletter.mailing.gaps import Words
    from newsletter.model import Addressed, Edition, Letterhead

_WORD = re.compile(f"[A-Za-z0-9]{{1,{MAX_WORD}}}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Personal:
    """What a message holds of its reader besides the mailbox: two tokens (see `mailing.tokens`) and the left
    part of the Message-ID. Each has 1 to 48 ASCII letters and digits."""

    unsubscribe: str
    preferences: str
    message_id: str


_HOSTILE = Mailbox(
    address=f"{'ü' * 32}@{'x' * 60}.{'y' * 60}.{'z' * 60}.example.org",
    name='"\\=?utf-8?q?=0D=0ABcc:_e@x?=\r\nBcc: e@example.org\r\n\r\n' + "ü\u202e" * 300,
)
_LONGEST = Personal(unsubscribe="u" * MAX_WORD, preferences="p" * MAX_WORD, message_id="m" * MAX_WORD)


class Skeleton:
    """Writes the messages of one edition, signed if there is a signer. Threads may share it; the same
    arguments give the same bytes.

    `idempotency_header` names the field by which a relay knows a message that it has seen. `is_wire_ready`
    (see `OutgoingMail`) holds for all readers with an address in ASCII. Raises `RenderError` for what cannot
    be written safely.
    """

    def __init__(
        self,
        edition: Edition,
        letterhead: Letterhead,
        *,
        issue_slug: str,
        dated: datetime,
        signer: Signer | None = None,
        idempotency_header: str | None = None,
    ) -> None:
        marks = Marks(edition.nonce)
        links = links_of(
            letterhead, issue_slug, unsubscribe=marks.of["unsubscribe"], preferences=marks.of["preferences"]
        )
        html, text = fill(edition, links.slots(letterhead.postal_address))
        fields = head_fields(
            edition,
            letterhead,
            issue_slug=issue_slug,
            dated=dated,
            links=links,
            marks=marks,
            idempotency_header=idempotency_header,
        )
        self._head = gapped(("".join(fields) + "\r\n").encode("utf-8"), marks)
        self._body = Body(html, text, marks, boundary(edition))
        self.is_wire_ready = self._prove(fields, {"text/plain": text, "text/html": html}, marks)
        self._form = self._covered = None
        if signer:
            self._form = signer.form("".join(fields).removesuffix("\r\n").encode("utf-8"), dated)
            self._covered = gapped(self._form.covered, marks)

    def message(self, recipient: Addressed, personal: Personal) -> bytes:
        """Give the finished bytes for one reader. Raises `RenderError` for an address that cannot stand in
        a header, and for a token that is none."""
        return b"".join(self.pieces(recipient, personal))

    def pieces(self, recipient: Addressed, personal: Personal) -> tuple[bytes, ...]:
        """Give the same bytes in pieces, of which the long ones are shared by all readers."""
        return self.pieces_with(recipient, *_words(personal))

    def pieces_with(
        self, recipient: Addressed, message_id: bytes, unsubscribe: bytes, preferences: bytes
    ) -> tuple[bytes, ...]:
        """Do so for words that surely are what `Personal` asks for, because our own hashes gave them."""
        plain = plain_to_value(recipient)
        to = plain or to_value(recipient).encode("utf-8")
        words = (to, message_id, unsubscribe, preferences)
        layout = self._body.laid_out(words)
        head, body = self._head.filled(words), layout.filled(words)
        if self._form is None or self._covered is None:
            return (b"".join(head), *body)
        hashed = plain[1:] if plain else relaxed(b"To:" + to)[0].removeprefix(b"to:")
        covered = b"".join(self._covered.filled((hashed, message_id, unsubscribe, preferences)))
        return (b"".join((self._form.fields(layout.digest(body), covered), *head)), *body)

    def _prove(self, fields: Sequence[str], contents: Mapping[str, str], marks: Marks) -> bool:
        words = (to_value(_HOSTILE).encode("utf-8"), *_words(_LONGEST))
        layout = self._body.laid_out(words)
        message = b"".join(self._head.filled(words) + layout.filled(words))
        prove(
            message,
            [_with_words(field, words, marks) for field in fields],
            {kind: _with_words(text, words, marks) for kind, text in contents.items()},
        )
        return is_wire_ready(message, beyond_ascii=_HOSTILE.address)


def _words(personal: Personal) -> tuple[bytes, bytes, bytes]:
    words = (personal.message_id, personal.unsubscribe, personal.preferences)
    if not all(map(_WORD.fullmatch, words)):
        raise RenderError(f"expected tokens of 1 to {MAX_WORD} letters and digits")
    message_id, unsubscribe, preferences = words
    return message_id.encode("ascii"), unsubscribe.encode("ascii"), preferences.encode("ascii")


def _with_words(text: str, words: Words, marks: Marks) -> str:
    for mark, word in zip(marks.of.values(), words, strict=True):
        text = text.replace(mark, word.decode("utf-8"))
    return text
