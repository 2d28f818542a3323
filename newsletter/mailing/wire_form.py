"""What a message and its envelope must look like before they go to any mail system."""

from __future__ import annotations

import re

# RFC 5322: no line has more octets without its CRLF.
MAX_LINE = 998
# Narrower than any standard: what stands here needs no quoting anywhere and can end no argument.
_ADDRESS = re.compile(r"[^\s<>@\"\\,;:()\[\]\x00-\x1f\x7f-\x9f]{1,64}@[A-Za-z0-9.-]{1,253}")
# Nearly every address is one of these, and need not be looked at twice.
_USUAL_ADDRESS = re.compile(r"[A-Za-z0-9._+=-]{1,64}@[A-Za-z0-9.-]{1,253}")


def is_plain_address(address: str) -> bool:
    """Tell whether `address` may stand, as it is, in a header or after RCPT TO."""
    if _USUAL_ADDRESS.fullmatch(address):
        return True
    return bool(_ADDRESS.fullmatch(address)) and address.isprintable()


def fault(message: bytes) -> str | None:
    """Say why `message` must not be sent, or None.

    A bare CR or LF lets one message smuggle a second past a server that reads line ends otherwise than we.
    """
    line_ends = message.count(b"\r\n")
    if message.count(b"\r") != line_ends or message.count(b"\n") != line_ends:
        return "a line end that is not CRLF"
    if not message.endswith(b"\r\n"):
        return "no line end at the end"
    if b"\0" in message:
        return "a NUL character"
    if _has_long_line(message):
        return f"a line of more than {MAX_LINE} octets"
    return None


def _has_long_line(message: bytes) -> bool:
    """Jump from line end to line end, as far as a line may reach: much faster than to split."""
    start, end = 0, len(message)
    while start < end:
        start = message.rfind(b"\n", start, start + MAX_LINE + 2) + 1
        if not start:
            return True
    return False
