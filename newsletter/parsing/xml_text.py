"""The text of an XML document, made fit for a strict parser."""

from __future__ import annotations

import codecs
import re
from html.entities import html5
from xml.sax.saxutils import escape

from newsletter.model import Problem

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"""\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z][\w.:-]{0,30})["']""")
# Others, such as punycode or utf-7, are no encodings of documents.
_ENCODINGS = re.compile(
    r"utf[-_]?(8|16|16le|16be|16-le|16-be)|us-ascii|ascii|latin-?1|iso[-_]?8859[-_]\d{1,2}|(windows|cp)-?\d{3,4}|"
    r"koi8-[ru]|gb2312|gbk|gb18030|big5|euc-(jp|kr)|shift[-_]jis|iso-2022-jp",
    re.IGNORECASE,
)
# https://www.w3.org/TR/xml/#charsets; they mean nothing and stop every parser
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_STRAY = re.compile(
    r"&(?!(?:lt|gt|amp|quot|apos|#[1-9]\d{0,6}|#x[0-9A-Fa-f]{1,6});)(?:(?P<name>[A-Za-z][A-Za-z0-9]{1,31});)?"
    r"|<(?![A-Za-z_/!?])|&#(?:x0*(?:[0-8bcefBCEF]|1[0-9a-fA-F])|0*(?:[0-8]|1[124-9]|2\d|3[01]));"
)
_HEAD_BYTES = 4096


def utf8(body: bytes) -> tuple[bytes, list[Problem]]:
    """Give a document as UTF-8, whatever it was, without characters that XML does not know; a problem names
    the first line with bytes that are no text."""
    encoding, start = _encoding(body)
    text = body[start:].decode(encoding, "replace")
    problems = []
    if "\ufffd" in text and (bad := _first_bad_line(body[start:], encoding)):
        message = "bytes that are no text were replaced by \ufffd"
        problems.append(Problem(message=message, line=bad, expected=encoding.upper()))
    return _NO_XML.sub("", text).encode("utf-8"), problems


def head(body: bytes) -> str:
    """Give the beginning of what may be XML, for a look at its names; "" for anything else."""
    encoding, start = _encoding(body)
    text = body[start : start + _HEAD_BYTES].decode(encoding, "replace").lstrip()
    return text if text.startswith("<") else ""


def mended(markup: bytes) -> bytes:
    """Escape what can be no markup: a lone `&` or `<`, HTML's names of characters, characters XML forbids."""
    return _STRAY.sub(_escaped, markup.decode("utf-8", "replace")).encode("utf-8")


class Entities(dict[str, str]):
    """What HTML's names of characters stand for; an unknown one stays as it was written."""

    def __missing__(self, name: str) -> str:
        return html5.get(f"{name};", f"&{name};")


def _escaped(found: re.Match[str]) -> str:
    if found[0] == "<":
        return "&lt;"
    if found[0].startswith("&#") and found[0] != "&#":
        return ""
    if character := html5.get(f"{found['name']};"):
        return escape(character)
    return f"&amp;{found[0][1:]}"


def _encoding(body: bytes) -> tuple[str, int]:
    for mark, name in _BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return name, len(mark)
    if body[1:2] == b"\0" and body[:1] == b"<":
        return "utf-16-le", 0
    declared = _DECLARED.match(body[:400])
    name = declared[1].decode("ascii") if declared else ""
    # what declares UTF-16 in single bytes is not UTF-16
    if not _ENCODINGS.fullmatch(name) or name.lower().startswith("utf"):
        return "utf-8", 0
    try:
        return codecs.lookup(name).name, 0
    except LookupError:
        return "utf-8", 0


def _first_bad_line(body: bytes, encoding: str) -> int | None:
    try:
        body.decode(encoding)
    except UnicodeDecodeError as error:
        return body.count(b"\n", 0, error.start) + 1
    return None
