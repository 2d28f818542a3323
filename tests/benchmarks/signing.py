"""What signing (DKIM) costs beside dkimpy: processor time, interleaved runs, the fastest of each."""

from __future__ import annotations

import time
from base64 import b64encode
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import dkim
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from newsletter.mailing.dkim import Signer, body_digest
from newsletter.mailing.dkim_keys import SigningKey
from newsletter.mailing.message import address
from newsletter.model import Edition, Letterhead, Mailbox
from tests.benchmarks.cpu_time import Way, fastest

Row = tuple[str, object, str]
AT = datetime(2025, 11, 7, 6, tzinfo=UTC)
MESSAGE_BYTES = 116_000
COVERED = [b"From", b"To", b"Subject", b"Date", b"Message-ID", b"List-Unsubscribe", b"List-Unsubscribe-Post"]


def measure(data: Path) -> list[Row]:
    """Sign one message of the size that a full issue has, in all ways."""
    del data  # a signature depends on no outside data
    rsa = SigningKey(selector="rsa", private=generate_private_key(65537, 2048))
    ed25519 = SigningKey(selector="ed25519", private=Ed25519PrivateKey.generate())
    message = _message()
    end = message.index(b"\r\n\r\n")
    head, digest = message[:end], body_digest(message, end + 4)
    ways: dict[str, Way] = {"sha256 of the body": (200, lambda: body_digest(message, end + 4))}
    for name, keys in (("rsa-2048", [rsa]), ("ed25519", [ed25519]), ("both", [rsa, ed25519])):
        signer = Signer("example.org", keys)
        ways[f"{name}, whole message"] = (50, partial(signer.sign, message, AT))
        ways[f"{name}, body's digest known"] = (50, partial(signer.fields, head, digest, AT))
    ways["rsa-2048, the bare signature"] = (50, lambda: rsa.sign(digest))
    ways["ed25519, the bare signature"] = (200, lambda: ed25519.sign(digest))
    ways["dkimpy rsa-2048"] = (4, lambda: by_dkimpy(message, rsa))
    ways["dkimpy ed25519"] = (10, lambda: by_dkimpy(message, ed25519))
    seconds = fastest(ways)
    rows: list[Row] = [(f"{name}, per second", round(1 / spent), "") for name, spent in seconds.items()]
    for name, goal in (("rsa-2048", 20), ("ed25519", 10)):
        ratio = seconds[f"dkimpy {name}"] / seconds[f"{name}, whole message"]
        rows.append((f"{name}: times as fast as dkimpy", round(ratio, 1), f">= {goal}"))
    rows.append(
        ("rsa-2048 in two threads: times one", round(_scaling(Signer("example.org", [rsa]), message), 2), "")
    )
    return rows


def _message() -> bytes:
    words = "Sparse attention in naïve models, 2.1 times as fast as the dense variant; see table 3.\n"
    edition = Edition(
        subject="Daily Papers: sparse attention and 74 more",
        preheader="",
        html=f"<p>{words}</p>" * (MESSAGE_BYTES * 3 // 4 // len(words)),
        text=words * (MESSAGE_BYTES // 5 // len(words)),
        nonce="0" * 16,
        language="en",
    )
    letterhead = Letterhead(
        sender=Mailbox(address="digest@example.org", name="Daily Papers"),
        reply_to=None,
        list_id="news.example.org",
        base_url="https://news.example.org",
    )
    reader = Mailbox(address="reader@example.net", name="A Reader")
    return address(edition, reader, letterhead, issue_slug="2025-11-07", date=AT, token="x" * 31)


def by_dkimpy(message: bytes, key: SigningKey) -> bytes:
    """Sign as dkimpy's documentation says; of an Ed25519 key it takes the seed in base64."""
    form = (Encoding.PEM, PrivateFormat.TraditionalOpenSSL)
    if key.algorithm == "ed25519-sha256":
        form = (Encoding.Raw, PrivateFormat.Raw)
    private = key.private.private_bytes(*form, NoEncryption())
    if key.algorithm == "ed25519-sha256":
        private = b64encode(private)
    signed: bytes = dkim.sign(
        message,
        key.selector.encode(),
        b"example.org",
        private,
        canonicalize=(b"relaxed", b"simple"),
        signature_algorithm=key.algorithm.encode(),
        include_headers=COVERED,
    )
    return signed


def _scaling(signer: Signer, message: bytes) -> float:
    """Compare the time on the wall that one and two threads take for the same number of messages."""
    return min(_on_the_wall(signer, [message] * 400, 1) for _ in range(3)) / min(
        _on_the_wall(signer, [message] * 400, 2) for _ in range(3)
    )


def _on_the_wall(signer: Signer, messages: Sequence[bytes], threads: int) -> float:
    with ThreadPoolExecutor(threads) as pool:
        start = time.perf_counter()
        for _ in pool.map(lambda message: len(signer.sign(message, AT)), messages):
            pass
        return time.perf_counter() - start
