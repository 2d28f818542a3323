"""The body of an edition's messages, encoded once, with gaps for the tokens in its links."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from newsletter.errors import RenderError
from newsletter.mailing import transfer_encoding
from newsletter.mailing.gaps import woven

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from newsletter.mailing.gaps import Gap, Marks
    from newsletter.mailing.transfer_encoding import Gapped, Rim

# Tokens have few lengths; in base64 each takes as much memory as a message.
_MAX_LAYOUTS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A body in pieces, for tokens of certain lengths; `begun` has hashed what stands before any gap."""

    texts: tuple[bytes, ...] = field(repr=False)
    gaps: tuple[Gap, ...]
    rims: tuple[Rim, ...]
    has_rims: bool
    begun: Any

    def filled(self, words: Mapping[Gap, bytes]) -> list[bytes]:
        """Give the pieces of a body with the words between them."""
        known = map(words.__getitem__, self.gaps)
        if self.has_rims:
            known = map(transfer_encoding.word_in, self.rims, known)
        return woven(self.texts, known)

    def digest(self, body: Sequence[bytes]) -> bytes:
        """Hash a body that was filled from this layout. It is canonical for DKIM as it stands."""
        state = self.begun.copy()
        for piece in body[1:]:
            state.update(piece)
        digest: bytes = state.digest()
        return digest


class Body:
    """Both parts of an edition, plain text first, as RFC 2046 wants it."""

    def __init__(self, html: str, text: str, marks: Marks, boundary: str) -> None:
        self._boundary = boundary
        self._parts = [_cut("plain", text, marks), _cut("html", html, marks)]
        self._by_length = lru_cache(maxsize=_MAX_LAYOUTS)(self._lay_out)
        self._has_one_layout = all(part.name == "quoted-printable" for _, part, _ in self._parts)

    def laid_out(self, unsubscribe: int, preferences: int) -> Layout:
        """Give the layout for tokens of these lengths. In quoted-printable all have the same."""
        return self._by_length(0, 0) if self._has_one_layout else self._by_length(unsubscribe, preferences)

    def _lay_out(self, unsubscribe: int, preferences: int) -> Layout:
        """Find the places of all pieces."""
        length = {"unsubscribe": unsubscribe, "preferences": preferences}
        texts = [b""]
        gaps: list[Gap] = []
        rims: list[Rim] = []
        for subtype, part, part_gaps in self._parts:
            first, *rest = (pieces := part.around([length[gap] for gap in part_gaps]))[0]
            texts[-1] += self._head(subtype, part.name) + first
            texts += rest
            texts[-1] += b"\r\n"
            gaps += part_gaps
            rims += pieces[1]
        texts[-1] += f"--{self._boundary}--\r\n".encode("ascii")
        return Layout(
            texts=tuple(texts), gaps=tuple(gaps), rims=tuple(rims), has_rims=any(rims), begun=sha256(texts[0])
        )

    def _head(self, subtype: str, encoding: str) -> bytes:
        return (
            f"--{self._boundary}\r\n"
            f"Content-Type: text/{subtype}; charset=utf-8\r\n"
            f"Content-Transfer-Encoding: {encoding}\r\n\r\n"
        ).encode("ascii")


def _cut(subtype: str, content: str, marks: Marks) -> tuple[str, Gapped, tuple[Gap, ...]]:
    texts, gaps = marks.cut(content)
    try:
        return subtype, transfer_encoding.encode_around(texts), gaps
    except UnicodeEncodeError as error:
        raise RenderError(f"the {subtype} part holds half a surrogate pair, which is no text") from error
