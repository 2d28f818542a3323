"""Bodies of bounded size, as they come and as they are once unpacked."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from newsletter.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable

ACCEPTED = "gzip, deflate"
_AUTO = zlib.MAX_WBITS | 32  # gzip or zlib, told apart by their first bytes
_RAW = -zlib.MAX_WBITS
_MAX_MEMBERS = 1_000
_GZIP = b"\x1f"


def read_body(chunks: Iterable[bytes], coding: str, max_bytes: int) -> bytes:
    """Put a body together and unpack it, and stop reading at `max_bytes` of either.

    `coding` is what Content-Encoding says. Raises `SourceError` for a body that is larger, damaged or packed
    in another way.
    """
    match coding.strip().lower():
        case "" | "identity":
            return _bounded(chunks, max_bytes)
        case "gzip" | "x-gzip" | "deflate":
            return _unpacked(_limited(chunks, max_bytes), max_bytes)
        case _:
            raise SourceError(f"it is packed as {coding[:40]!r}, which was not asked for")


def _bounded(chunks: Iterable[bytes], max_bytes: int) -> bytes:
    return b"".join(_limited(chunks, max_bytes))


def _limited(chunks: Iterable[bytes], max_bytes: int) -> Iterable[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > max_bytes:
            raise _too_large(max_bytes)
        yield chunk


def _unpacked(chunks: Iterable[bytes], max_bytes: int) -> bytes:
    body = bytearray()
    unpacker = None
    members = 0
    for chunk in chunks:
        rest = chunk
        while rest:
            if unpacker is None or unpacker.eof:
                if members and not rest.startswith(_GZIP):
                    return bytes(body)  # padding; only gzip has further members
                members += 1
                unpacker = _unpacker(rest)
            if members > _MAX_MEMBERS:
                raise SourceError("it is packed in too many pieces")
            try:
                body += unpacker.decompress(rest, max_bytes - len(body) + 1)
            except zlib.error as error:
                raise SourceError("its packing is damaged") from error
            if len(body) > max_bytes:
                raise _too_large(max_bytes)
            rest = unpacker.unused_data or unpacker.unconsumed_tail
    if unpacker is not None and not unpacker.eof:
        raise SourceError("it ends in the middle of its packing")
    return bytes(body)


def _unpacker(start: bytes) -> zlib._Decompress:
    """Some servers call a stream without any header "deflate"."""
    has_header = start.startswith(_GZIP) or start[0] & 0x0F == zlib.DEFLATED
    return zlib.decompressobj(_AUTO if has_header else _RAW)


def _too_large(max_bytes: int) -> SourceError:
    return SourceError(
        f"it is larger than {max_bytes:,} bytes",
        hint="ask for less at once, or raise max_bytes under [fetching]",
    )
