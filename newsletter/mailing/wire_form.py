"""What the bytes of a message must look like before they go to any mail system."""

from __future__ import annotations

from newsletter.mailing.headers import MAX_LINE


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
    if max(map(len, message.split(b"\r\n"))) > MAX_LINE:
        return f"a line of more than {MAX_LINE} octets"
    return None
