"""What a mail server says when all is well: several replies, taken with one look."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from newsletter.backends.smtp_replies import Reply
from newsletter.model import Accepted

if TYPE_CHECKING:
    from newsletter.backends.smtp_transaction import Verb

# One line of printable ASCII each; whatever else a server says is worth a closer look.
_TEXT = rb"[ -~]{0,400}"
# The end of a message is not answered with the status of an address (2.1.x, RFC 3463).
_REPLIES: dict[Verb, bytes] = {
    "RSET": rb"250 %b\r\n" % _TEXT,
    "MAIL": rb"250 %b\r\n" % _TEXT,
    "RCPT": rb"250 %b\r\n" % _TEXT,
    "DATA": rb"354 %b\r\n" % _TEXT,
    "END": rb"250 ((?!2\.1\.)%b)\r\n" % _TEXT,
}


@cache
def usual_replies(due: tuple[Verb, ...]) -> re.Pattern[bytes]:
    """Give the usual answers to commands; a group holds the text of the one to the end of a message."""
    return re.compile(b"".join(_REPLIES[verb] for verb in due))


@lru_cache(64)
def accepted(text: bytes) -> Accepted:
    """Read the usual answer to the end of a message."""
    reply = Reply(code=250, lines=(text.decode("ascii"),))
    return Accepted(reply=reply.text, code=reply.status)
