"""The body of an edition's messages, encoded once, with gaps for the tokens in its links."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

from newsletter.errors import RenderError
from newsletter.mailing import transfer_encoding
from newsletter.mailing.gaps import Woven, choosing, places_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newsletter.mailing.gaps import Gap, Marks, Words
    from newsletter.mailing.transfer_encoding import Gapped, Rim

# Tokens have few lengths; in base64 each takes as much memory as a message.
_MAX_LAYOUTS = 8
# What is shorter is copied and hashed together with its neighbours.
_LONG = 16_384


class Layout:
    """A body in pieces, for tokens of certain lengths."""

    def __init__(self, texts: Sequence[bytes], gaps: Sequence[Gap], rims: Sequence[Rim]) -> None:
        self._chosen = choosing(places_of(gaps))
        self._rims = tuple(rims) if any(rims) else None
        self._woven = Woven(texts, range(len(gaps)) if self._rims else places_of(gaps))
        self._begun = sha256(texts[0])
        self._runs = tuple(_runs(texts))

    def filled(self, words: Words) -> tuple[bytes, ...]:
        """Give the pieces of a body with the words between them."""
        if self._rims is None:
            return self._woven.filled(words)
        return self._woven.filled(tuple(map(transfer_encoding.word_in, self._rims, self._chosen(words))))

    def digest(self, body: Sequence[bytes]) -> bytes:
        """Hash a body that was filled from this layout. It is canonical for DKIM as it stands."""
        state = self._begun
        for start, end in self._runs:
            state = state.copy()
            state.update(body[start] if end - start == 1 else b"".join(body[start:end]))
        return state.digest()


def _runs(texts: Sequence[bytes]) -> Iterator[tuple[int, int]]:
    """Cut what stands behind the first text into what is hashed in one go.

    Where much is hashed other threads may work, and the hashing one then waits for its turn: worth it for a
    long text, and not for each of many short ones. A state that has hashed a long text would wait for each
    that follows; a copy of it does not.
    """
    start = 1
    for place in range(2, 2 * len(texts) - 1, 2):
        if len(texts[place // 2]) >= _LONG:
            yield start, place
            yield place, place + 1
            start = place + 1
    if start < 2 * len(texts) - 1:
        yield start, 2 * len(texts) - 1


class Body:
    """Both parts of an edition, plain text first, as RFC 2046 wants it."""

    def __init__(self, html: str, text: str, marks: Marks, boundary: str) -> None:
        self._boundary = boundary
        self._parts = [_cut("plain", text, marks), _cut("html", html, marks)]
        self._by_length = lru_cache(maxsize=_MAX_LAYOUTS)(self._lay_out)
        self._only = None
        if all(part.name == "quoted-printable" for _, part, _ in self._parts):
            self._only = self._lay_out(0, 0)

    def laid_out(self, words: Words) -> Layout:
        """Give the layout for tokens as long as these. In quoted-printable all have the same."""
        return self._only or self._by_length(*map(len, words[2:]))

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
        return Layout(texts, gaps, rims)

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
