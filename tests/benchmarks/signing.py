"""What signing (DKIM) costs beside dkimpy, for mails as `send` makes them: each made and signed, where dkimpy
signs a finished one.

First as processor time: interleaved runs, the fastest of each. What the bare signature of the library takes
depends on the processor (AVX-512 IFMA makes rsa three times as fast), so it stands beside ours, and so does
the ratio that nothing with this library could pass. Then as mails per second on the wall, in one thread and
in as many as there are processors: medians of interleaved rounds, with the least and the greatest. dkimpy is
Python, of which one thread runs at a time.
"""

from __future__ import annotations

import os
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path

import dkim
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from newsletter.mailing.dkim import Signer, body_digest
from newsletter.mailing.dkim_keys import SigningKey
from newsletter.mailing.stencil import Stencil
from newsletter.mailing.tokens import LinkTokens
from newsletter.model import Edition, Mailbox, OutgoingMail
from tests.benchmarks.cpu_time import Way, fastest
from tests.benchmarks.delivery_mails import LETTERHEAD, SLUG, sample
from tests.benchmarks.delivery_race import busy_seconds, spread

Row = tuple[str, object, str]
AT = datetime(2025, 11, 7, 6, tzinfo=UTC)
COVERED = [b"From", b"To", b"Subject", b"Date", b"Message-ID", b"List-Unsubscribe", b"List-Unsubscribe-Post"]
READER = Mailbox(address="reader12@example.net", name="A Reader")
GOALS = {"rsa-2048": ">= 20", "ed25519": ">= 10"}
PROCESSORS = os.cpu_count() or 1
ROUNDS = 5
# What each signs in one round: a tenth of a second or two.
MAILS = {"rsa-2048": (160, 12), "ed25519": (800, 40)}


def measure(data: Path) -> list[Row]:
    """Sign mails of the size that a full issue has, in all ways."""
    del data  # a signature depends on no outside data
    edition = sample().edition
    keys = {
        "rsa-2048": SigningKey(selector="rsa", private=generate_private_key(65537, 2048)),
        "ed25519": SigningKey(selector="ed25519", private=Ed25519PrivateKey.generate()),
    }
    finished = _mails(edition)().message
    pairs = {
        name: Pair(ours=_mails(edition, key), dkimpy=partial(by_dkimpy, finished, key))
        for name, key in keys.items()
    }
    rows: list[Row] = [("octets of a mail", len(finished), "")]
    return [*rows, *_processor_time(edition, keys, pairs, finished), *_throughput(pairs)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two ways to one signature, each of which gives a signed mail at every call."""

    ours: Callable[[], object]
    dkimpy: Callable[[], object]


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


def _mails(edition: Edition, *keys: SigningKey) -> Callable[[], OutgoingMail]:
    """Give what makes the mail of the next reader."""
    stencil = Stencil(
        edition,
        LETTERHEAD,
        issue_slug=SLUG,
        revision=1,
        dated=AT,
        tokens=LinkTokens([b"k" * 32], LETTERHEAD.list_id),
        signer=Signer("example.org", keys) if keys else None,
    )
    numbers = count(100_000)

    def one() -> OutgoingMail:
        number = next(numbers)
        return stencil.message(READER, number, number)

    return one


def _processor_time(
    edition: Edition, keys: Mapping[str, SigningKey], pairs: Mapping[str, Pair], finished: bytes
) -> list[Row]:
    body = finished.index(b"\r\n\r\n") + 4
    ways: dict[str, Way] = {"sha256 of a whole body": (40, partial(body_digest, finished, body))}
    for name, key in keys.items():
        ways[f"{name}: the library's bare signature"] = (20, partial(key.sign, b"d" * 32))
        ways[f"{name}: a mail made and signed"] = (20, pairs[name].ours)
        ways[f"{name}: dkimpy signs a finished mail"] = (3, pairs[name].dkimpy)
    ways["both: a mail made and signed"] = (20, _mails(edition, *keys.values()))
    spent = fastest(ways, rounds=9)
    rows: list[Row] = [
        (f"{name}, microseconds of the processor", round(used * 1e6), "") for name, used in spent.items()
    ]
    for name in keys:
        bare, ours, theirs = (
            spent[f"{name}: {way}"]
            for way in (
                "the library's bare signature",
                "a mail made and signed",
                "dkimpy signs a finished mail",
            )
        )
        rows += [
            (f"{name}: % of ours that the bare signature is", round(100 * bare / ours), ""),
            (f"{name}: x dkimpy, by processor time", round(theirs / ours, 1), GOALS[name]),
            (f"{name}: x dkimpy, if ours were the bare signature alone", round(theirs / bare, 1), ""),
        ]
    return rows


def _throughput(pairs: Mapping[str, Pair]) -> list[Row]:
    """Let each way sign in turn, round after round."""
    lanes = [
        (name, who, threads) for name in pairs for threads in (1, PROCESSORS) for who in ("ours", "dkimpy")
    ]
    rates: dict[tuple[str, str, int], list[float]] = {lane: [] for lane in lanes}
    start = (time.perf_counter(), busy_seconds(), time.process_time())
    for _ in range(ROUNDS):
        for (name, who, threads), found in rates.items():
            mails = MAILS[name][who == "dkimpy"]
            found.append(_rate(getattr(pairs[name], who), mails, threads))
    wall, busy, own = (
        time.perf_counter() - start[0],
        busy_seconds() - start[1],
        time.process_time() - start[2],
    )
    others = 100 * max(0.0, busy - own) / (wall * PROCESSORS)
    rows: list[Row] = [("% of the processors that others used meanwhile", round(others), "0")]
    for (name, who, threads), found in rates.items():
        rows.append((f"{name}: {who}, mails per second, {_said(threads)}", spread(found, 0), ""))
    for name in pairs:
        for threads in dict.fromkeys((1, PROCESSORS)):
            ratios = _over(rates[name, "ours", threads], rates[name, "dkimpy", threads])
            rows.append((f"{name}: x dkimpy, {_said(threads)}", spread(ratios, 1), GOALS[name]))
        scaled = _over(rates[name, "ours", PROCESSORS], rates[name, "ours", 1])
        rows.append((f"{name}: ours in {PROCESSORS} threads, x ours in one", spread(scaled), ""))
    return rows


def _rate(sign: Callable[[], object], mails: int, threads: int) -> float:
    with ThreadPoolExecutor(threads) as pool:
        start = time.perf_counter()
        shares = [pool.submit(_repeat, sign, mails // threads) for _ in range(threads)]
        for share in shares:
            share.result()
        return mails // threads * threads / (time.perf_counter() - start)


def _repeat(sign: Callable[[], object], times: int) -> None:
    for _ in range(times):
        sign()


def _over(values: list[float], by: list[float]) -> list[float]:
    return [one / other for one, other in zip(values, by, strict=True)]


def _said(threads: int) -> str:
    return "one thread" if threads == 1 else f"as many threads as processors ({threads})"
