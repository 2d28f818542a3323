"""Whether a finished message reads as it was meant: asked of a stranger, the standard library's parser."""

from __future__ import annotations

from email import message_from_bytes
from email.parser import BytesHeaderParser
from typing import TYPE_CHECKING

from newsletter.errors import RenderError
from newsletter.mailing import wire_form
from newsletter.mailing.transfer_encoding import canonical

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def prove(message: bytes, fields: Sequence[str], contents: Mapping[str, str]) -> None:
    """Raise `RenderError` unless `message` has exactly these header fields and, by their types, these texts
    as its parts."""
    fault = wire_form.fault(message)
    if fault:
        raise RenderError(f"the finished message has {fault}")
    # where a reader sees the end of the headers: an empty line smuggled in would cut fields off
    head = message[: message.index(b"\r\n\r\n") + len(b"\r\n\r\n")]
    parsed = BytesHeaderParser().parsebytes(head)
    if parsed.defects or list(parsed.raw_items()) != [_as_parsed(field) for field in fields]:
        raise RenderError("the finished message does not parse back into the headers meant for it")
    _prove_parts(message, contents)


def is_wire_ready(message: bytes, beyond_ascii: str) -> bool:
    """Tell whether no server needs an extension for `message`, nor we to double a dot; `beyond_ascii` is an
    address in it that may differ."""
    plain = message.replace(beyond_ascii.encode("utf-8"), b"")
    return plain.isascii() and b"\r\n." not in plain


def _prove_parts(message: bytes, contents: Mapping[str, str]) -> None:
    parsed = message_from_bytes(message)
    parts = [part for part in parsed.walk() if not part.is_multipart()]
    found = [(part.get_content_type(), part.get_payload(decode=True)) for part in parts]
    if parsed.defects or found != [(kind, canonical(text)) for kind, text in contents.items()]:
        raise RenderError("the finished message does not parse back into the texts meant for it")


def _as_parsed(field: str) -> tuple[str, str]:
    """Split a field as the parser does, which keeps octets beyond ASCII as surrogate escapes."""
    name, _, value = field.encode("utf-8").decode("ascii", "surrogateescape").partition(":")
    return name, value.lstrip(" ").removesuffix("\r\n")
