"""Header fields written by us, so that their safety does not hang on a patch release of Python.

Every function gives one whole field with CRLF at its end. Text from strangers goes through `header_text`
first: no control character survives, and nothing in it can be taken for an encoded word (RFC 2047), which
is how a title without a single line break has become a Bcc line elsewhere (CVE-2024-6923).
"""

from __future__ import annotations

import re
from base64 import b64encode
from email.utils import format_datetime
from typing import TYPE_CHECKING

from newsletter.errors import RenderError
from newsletter.mailing.wire_form import MAX_LINE, is_plain_address

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from newsletter.model import Addressed

LINE = 76
# Of a character in UTF-8.
_MOST_OCTETS = 4
# RFC 2047: an encoded word has at most 75 characters.
_MAX_WORD = 75

# C0, DEL, C1, the marks that turn the direction of text, the byte-order mark, halves of surrogate pairs;
# the controls among them that separate words (tab, line ends ...) become blanks instead.
_DROPPED = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066\u2067\ufeff\ud800-\udfff]"
)
# A first-strong isolate with its end keeps what is in it from turning the rest, so it may stay; one without
# the other may not (UAX 9).
_ISOLATES = re.compile("(\u2068[^\u2068\u2069]*\u2069)|[\u2068\u2069]")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/^_`{|}~-]+( [A-Za-z0-9!#$%&'*+/^_`{|}~-]+)*")
# What most names look like: `header_text` would leave them as they are, and they need no quotes.
_PLAIN_NAME = _ATOMS
_URI = re.compile(r"[!-;=?-~]+")
_VERBATIM = re.compile(r"[!-~]+( [!-~]+)*")
# Safe in every place where an encoded word may stand, a display name included.
_Q = {code: f"={code:02X}" for code in range(256)} | {
    ord(char): char for char in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/"
}
_Q[ord(" ")] = "_"
_ONE_FOR_ONE = bytes(code for code, written in _Q.items() if len(written) == 1)


def header_text(text: str) -> str:
    """Make one line of any text: only what may be seen in a header, single blanks, no encoded word."""
    shown = text
    if not text.isprintable():
        shown = _ISOLATES.sub(lambda found: found[1] or "", _DROPPED.sub("", text))
    return " ".join(shown.split()).replace("=?", "= ?")


def unstructured(name: str, text: str) -> str:
    """Write a field that holds text for people, such as Subject."""
    text = header_text(text)
    words = text.split(" ")
    if text.isascii() and len(name) + 2 + len(words[0]) <= LINE and all(len(word) < LINE for word in words):
        return _folded(name, words)
    return _folded(name, _encoded_words(text, used=len(name) + 2))


def mailbox(name: str, value: Addressed) -> str:
    """Write a field that holds one mailbox: From, To, Reply-To.

    ASCII, unless the local part of the address is not (RFC 6532: such a message needs SMTPUTF8).
    """
    if not is_plain_address(value.address):
        raise RenderError(f"the address for {name} cannot stand in a header")
    if _PLAIN_NAME.fullmatch(value.name) and len(line := f"{name}: {value.name} <{value.address}>") <= LINE:
        return f"{line}\r\n"
    display = header_text(value.name)
    if not display:
        return _folded(name, [value.address])
    return _folded(name, [*_phrase(display, used=len(name) + 2), f"<{value.address}>"])


def uris(name: str, values: Sequence[str]) -> str:
    """Write a field of links (RFC 2369), folded only between them: a link that is cut or encoded is dead."""
    for value in values:
        if not _URI.fullmatch(value):
            raise RenderError(
                f"{name}: a link must be plain ASCII without blanks and angle brackets",
                hint="write a host name with other letters in its ASCII form (xn--...)",
            )
    return _checked(name, f"{name}: " + ",\r\n ".join(f"<{value}>" for value in values) + "\r\n")


def verbatim(name: str, value: str) -> str:
    """Write a field whose form a standard prescribes, on one line, exactly as given."""
    if not _VERBATIM.fullmatch(value):
        raise RenderError(f"{name}: expected one line of ASCII, found {value[:60]!r}")
    return _checked(name, f"{name}: {value}\r\n")


def date(value: datetime) -> str:
    """Write the Date field (RFC 5322) of an aware time."""
    if value.tzinfo is None:
        raise RenderError("the date of a message needs a time zone")
    return verbatim("Date", format_datetime(value))


def _phrase(display: str, *, used: int) -> list[str]:
    """Split a display name into parts that a line may end between."""
    if display.isascii():
        words = display.split(" ")
        if _ATOMS.fullmatch(display) and used + max(map(len, words)) <= LINE:
            return words
        quoted = '"' + re.sub(r'(["\\])', r"\\\1", display) + '"'
        if used + len(quoted) <= LINE:
            return [quoted]
    return _encoded_words(display, used=used)


def _encoded_words(text: str, *, used: int) -> list[str]:
    """Encode `text` in words that never end inside a character; the first shares its line with `used`."""
    raw = text.encode("utf-8")
    is_q_shorter = len(raw) + 2 * len(raw.translate(None, _ONE_FOR_ONE)) <= -(-len(raw) // 3) * 4
    encoded = _q_word if is_q_shorter else _b_word
    if len(whole := encoded(text)) <= min(LINE - used, _MAX_WORD):
        return [whole]
    words: list[str] = []
    start, end, room = 0, 1, LINE - used
    while end <= len(text):
        if len(encoded(text[start:end])) > min(room, _MAX_WORD) and end - start > 1:
            words.append(encoded(text[start : end - 1]))
            start, room = end - 1, _MAX_WORD
        else:
            end += 1
    return [*words, encoded(text[start:])]


def _q_word(text: str) -> str:
    return "=?utf-8?q?" + "".join(map(_Q.__getitem__, text.encode("utf-8"))) + "?="


def _b_word(text: str) -> str:
    return "=?utf-8?b?" + b64encode(text.encode("utf-8")).decode("ascii") + "?="


def _folded(name: str, parts: Sequence[str]) -> str:
    """Fill lines of at most `LINE` columns with the parts, a blank before each."""
    lines = [f"{name}:"]
    for number, part in enumerate(parts):
        if number and len(lines[-1]) + 1 + len(part) > LINE:
            lines.append("")
        lines[-1] += f" {part}"
    return _checked(name, "\r\n".join(lines).rstrip(" ") + "\r\n")


def _checked(name: str, field: str) -> str:
    is_short = len(field) * _MOST_OCTETS <= MAX_LINE
    if not is_short and any(len(line.encode("utf-8")) > MAX_LINE for line in field.split("\r\n")):
        raise RenderError(f"{name} would need a line of more than {MAX_LINE} octets (RFC 5322)")
    return field
