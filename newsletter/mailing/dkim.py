"""DKIM (RFC 6376): signatures in front of a finished message, of which no byte is changed.

Headers are hashed in the `relaxed` form, the body in the `simple` one: our bodies have no blank at the end of
a line and one line end at their end, so they are canonical as they stand, and `relaxed` would forgive nothing
that a relay has reason to do to quoted-printable and base64.
"""

from __future__ import annotations

from binascii import b2a_base64
from functools import lru_cache
from hashlib import sha256
from struct import Struct
from typing import TYPE_CHECKING

from newsletter.errors import RenderError
from newsletter.mailing.headers import LINE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from newsletter.mailing.dkim_keys import SigningKey

# Nobody may add one of these to a signed message, whether it has one or not: readers see them.
_SEALED = ("From", "To", "Cc", "Reply-To", "Subject")
# Nobody may add a second one of these. RFC 8058 wants both fields of leaving covered, and one of each.
_SEALED_IF_THERE = (
    "Date", "Message-ID", "MIME-Version", "Content-Type", "Content-Transfer-Encoding", "List-Id",
    "List-Unsubscribe", "List-Unsubscribe-Post",
)  # fmt: skip
# Signed where they are, but relays add their own.
_SIGNED_IF_THERE = (
    "Sender", "Feedback-ID", "CFBL-Address", "Auto-Submitted", "Content-Language", "List-Help",
    "List-Archive", "In-Reply-To", "References",
)  # fmt: skip

_EMPTY_LINE = b"\r\n\r\n"


class Signer:
    """Signs messages for one domain with each of its keys; may be used by several threads at once.

    `unsigned` names fields that some relay replaces, so that a signature over them would break.
    """

    def __init__(self, domain: str, keys: Sequence[SigningKey], *, unsigned: Sequence[str] = ()) -> None:
        self.domain = domain
        self.keys = tuple(keys)
        self._unsigned = frozenset(name.lower().encode("ascii") for name in unsigned)

    def sign(self, message: bytes, at: datetime) -> bytes:
        """Give `message` with one DKIM-Signature per key before it; the same arguments, the same bytes.

        `message` is finished: CRLF lines, all headers there. Raises `RenderError` for one without a From
        field or a body, and for a time without a zone.
        """
        end = message.find(_EMPTY_LINE)
        if end < 0:
            raise RenderError("only a message with a body can be signed")
        digest = body_digest(message, end + len(_EMPTY_LINE))
        return self.fields(message[:end], digest, at) + message

    def fields(self, head: bytes, digest: bytes, at: datetime) -> bytes:
        """Give the signature fields alone, for whoever knows the body's digest already; `head` is all header
        fields, without the line end of the last."""
        form = self.form(head, at)
        return form.fields(digest, form.covered)

    def form(self, head: bytes, at: datetime) -> SignatureForm:
        """Prepare signatures over messages with the same fields as `head`, whatever stands in them."""
        if at.tzinfo is None:
            raise RenderError("the time of a signature needs a time zone")
        canonical = relaxed(head)
        present = tuple(field.partition(b":")[0] for field in canonical)
        if b"from" not in present:
            raise RenderError("only a message with a From field can be signed")
        names, order = _coverage(present, self._unsigned)
        covered = b"".join(canonical[index] + b"\r\n" for index in order)
        tags = f"t={int(at.timestamp())};\r\n {names}"
        return SignatureForm(covered, [_KeyForm(self.domain, key, tags) for key in self.keys])


class SignatureForm:
    """What the signatures over messages of one kind have in common; threads may share it.

    `covered` is what the head that it was made of gives to be hashed: its signed fields in the relaxed form.
    """

    def __init__(self, covered: bytes, keys: Sequence[_KeyForm]) -> None:
        self.covered = covered
        self._keys = keys

    def fields(self, digest: bytes, covered: bytes) -> bytes:
        """Give one signature field per key, for a message with this digest of its body; `covered` is that of
        the form, but for the values of the fields."""
        body_hash = b2a_base64(digest, newline=False)
        return b"".join([key.field(body_hash, covered) for key in self._keys])


class _KeyForm:
    """A signature field of one key up to `bh=`, and what is hashed of the field itself: it up to `b=` (part
    3.7)."""

    def __init__(self, domain: str, key: SigningKey, tags: str) -> None:
        self._sign = key.signing()
        self._begin = (
            f"DKIM-Signature: v=1; a={key.algorithm}; c=relaxed/simple;\r\n"
            f" d={domain};\r\n s={key.selector}; {tags};\r\n bh="
        ).encode("ascii")
        [self._hashed_begin] = relaxed(self._begin)

    def field(self, body_hash: bytes, covered: bytes) -> bytes:
        hashed = sha256(b"".join((covered, self._hashed_begin, body_hash, b"; b=")))
        signature = b2a_base64(self._sign(hashed.digest()), newline=False)
        folded = b"\r\n ".join(_lines(len(signature)).unpack(signature))
        return b"".join((self._begin, body_hash, b";\r\n b=", folded, b"\r\n"))


def relaxed(head: bytes) -> list[bytes]:
    """Give header fields as they are hashed, without their line ends (part 3.4.2)."""
    flat = head.replace(b"\r\n ", b" ").replace(b"\r\n\t", b" ").replace(b"\t", b" ")
    while b"  " in flat:
        flat = flat.replace(b"  ", b" ")
    fields = []
    for field in flat.split(b"\r\n"):
        name, _, value = field.partition(b":")
        fields.append(b"%b:%b" % (name.rstrip(b" ").lower(), value.strip(b" ")))
    return fields


def body_digest(message: bytes, start: int = 0) -> bytes:
    """Hash the body that begins at `start` in its simple form: with one line end at its end (part 3.4.3)."""
    end = len(message)
    while message.endswith(_EMPTY_LINE, start, end):
        end -= 2
    digest = sha256(memoryview(message)[start:end])
    if not message.endswith(b"\r\n", start, end):
        digest.update(b"\r\n")
    return digest.digest()


@lru_cache(maxsize=16)
def _coverage(present: tuple[bytes, ...], unsigned: frozenset[bytes]) -> tuple[str, tuple[int, ...]]:
    """Give the `h=` tag and the places of the fields it covers; the same for all messages of an edition.

    A name that is listed once more than its field is there keeps others from being added (part 8.15). Of
    several fields of one name the last counts first (part 5.4.2).
    """
    names: list[str] = []
    order: list[int] = []
    for name in (*_SEALED, *_SEALED_IF_THERE, *_SIGNED_IF_THERE):
        if (sought := name.lower().encode("ascii")) in unsigned:
            continue
        found = [index for index, other in enumerate(present) if other == sought]
        is_sealed = name in _SEALED or (name in _SEALED_IF_THERE and bool(found))
        names += [name] * (len(found) + is_sealed)
        order += reversed(found)
    return _names_tag(names), tuple(order)


def _names_tag(names: Sequence[str]) -> str:
    """Write `h=` on lines that end after a colon."""
    lines = ["h="]
    for name in names:
        if len(lines[-1]) + len(name) + len(" :") > LINE:
            lines.append("")
        lines[-1] += f"{name}:"
    return "\r\n ".join(lines).removesuffix(":")


@lru_cache(maxsize=16)
def _lines(chars: int) -> Struct:
    """Cut a signature of so many characters into lines."""
    room = LINE - len(" b=")
    return Struct(f"{room}s" * (chars // room) + (f"{rest}s" if (rest := chars % room) else ""))
