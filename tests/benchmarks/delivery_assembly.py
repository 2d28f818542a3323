"""What the message of one reader costs beside the standard library and dkimpy, as processor time: interleaved
runs, the fastest of each. A part of `delivery`."""

from __future__ import annotations

import email.policy
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from functools import partial
from itertools import count
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from newsletter.config import default_sections
from newsletter.issues import compose
from newsletter.mailing.dkim import Signer
from newsletter.mailing.dkim_keys import SigningKey
from newsletter.mailing.links import links_of
from newsletter.mailing.slots import fill
from newsletter.mailing.stencil import Stencil
from newsletter.mailing.tokens import LinkTokens
from newsletter.model import Document, Edition, Letterhead, Mailbox, sentinel
from newsletter.parsing import parse
from newsletter.plugins import load_parsers
from newsletter.rendering import render
from newsletter.topics import place
from tests.benchmarks.cpu_time import Way, fastest
from tests.benchmarks.delivery_race import spread
from tests.benchmarks.signing import by_dkimpy

Row = tuple[str, object, str]
AT = datetime(2025, 11, 7, 6, tzinfo=UTC)
PAGE = Path(__file__).parents[2] / "fixtures" / "daily_papers.txt"
READER = Mailbox(address="reader12@example.net", name="A Reader")
_WALL_ROUNDS, _WALL_MAILS = 9, 100
# With those of the footers, 120 in all.
PERSONAL_PLACES = 116
LETTERHEAD = Letterhead(
    sender=Mailbox(address="digest@example.org", name="Daily Papers"),
    reply_to=None,
    list_id="news.example.org",
    base_url="https://news.example.org",
    postal_address="1 Example Street, Example Town",
    bounce_address="bounces@example.org",
)
TOKENS = LinkTokens([b"k" * 32], "news.example.org")


def measure(data: Path) -> list[Row]:
    """Make messages of the seed issue for one reader after another, in all ways."""
    del data  # the seed issue comes with the package
    edition = seed_edition()
    keys = {
        "rsa-2048": SigningKey(selector="rsa", private=generate_private_key(65537, 2048)),
        "ed25519": SigningKey(selector="ed25519", private=Ed25519PrivateKey.generate()),
    }
    message = _stencil(edition).message(READER, 70_000, 1).message
    ways: dict[str, Way] = {
        "message": (200, _for_each_reader(edition)),
        "message, 120 personal places": (200, _for_each_reader(_with_places(edition))),
        "message, a name beyond ASCII": (
            200,
            _for_each_reader(edition, replace(READER, name="Jürgen Müller")),
        ),
        "EmailMessage, quoted-printable": (2, partial(_by_the_library, edition)),
        "Stencil, once per edition": (2, partial(_stencil, edition)),
    }
    for name, key in keys.items():
        signed = _for_each_reader(edition, signer=Signer("example.org", [key]))
        ways[f"message signed with {name}"] = (10, signed)
        ways[f"the bare signature with {name}"] = (10, partial(key.sign, b"d" * 32))
        ways[f"dkimpy {name}"] = (2, partial(by_dkimpy, message, key))
    seconds = fastest(ways, rounds=15)
    rows: list[Row] = [("bytes of a message", len(message), "")]
    rows += [(f"{name}, microseconds", round(spent * 1e6, 1), "") for name, spent in seconds.items()]
    plain = seconds["EmailMessage, quoted-printable"]
    for name in ("message", "message, 120 personal places"):
        rows.append((f"{name}: times as fast as EmailMessage", round(plain / seconds[name]), ">= 250"))
    for name, goal in (("rsa-2048", 20), ("ed25519", 10)):
        alone = seconds[f"message signed with {name}"] - seconds["message"]
        ratio = seconds[f"dkimpy {name}"] / alone
        rows.append((f"signing with {name}: times as fast as dkimpy", round(ratio, 1), f">= {goal}"))
        bare = seconds[f"the bare signature with {name}"]
        rows.append((f"signing with {name}: times the bare signature", round(alone / bare, 2), ""))
        ceiling = seconds[f"dkimpy {name}"] / bare
        rows.append((f"the bare signature with {name}: times as fast as dkimpy", round(ceiling, 1), ""))
    return [*rows, _in_threads(edition, keys["rsa-2048"], partial(by_dkimpy, message, keys["rsa-2048"]))]


def _in_threads(edition: Edition, key: SigningKey, dkimpy: Callable[[], object]) -> Row:
    """Sign whole messages in a thread for each processor, as `send` does with RSA, beside one dkimpy, which
    holds the interpreter while it signs; by the clock on the wall."""
    threads, ratios = os.cpu_count() or 1, list[float]()
    for _ in range(_WALL_ROUNDS):
        make = [_for_each_reader(edition, signer=Signer("example.org", [key])) for _ in range(threads)]
        with ThreadPoolExecutor(threads) as pool:
            start = time.perf_counter()
            list(pool.map(lambda one: [one() for _ in range(_WALL_MAILS)], make))
            a_mail = (time.perf_counter() - start) / (_WALL_MAILS * threads)
        start = time.perf_counter()
        dkimpy()
        ratios.append((time.perf_counter() - start) / a_mail)
    name = f"a whole message signed with rsa-2048 in {threads} threads: times as fast as dkimpy signs"
    return name, spread(ratios, 1), ""


def seed_edition() -> Edition:
    """Draw the issue that the README builds."""
    parsed = parse(Document(body=PAGE.read_bytes(), origin=str(PAGE)), load_parsers())
    sections = default_sections()
    day = parsed.day or AT.date()
    return render(
        compose(place(parsed.papers, sections), sections, day=day, title="Daily Papers", language="en")
    )


def _stencil(edition: Edition, signer: Signer | None = None) -> Stencil:
    return Stencil(
        edition, LETTERHEAD, issue_slug="2025-11-07", revision=1, dated=AT, tokens=TOKENS, signer=signer
    )


def _for_each_reader(
    edition: Edition, recipient: Mailbox = READER, signer: Signer | None = None
) -> Callable[[], object]:
    stencil, numbers = _stencil(edition, signer), count(100_000)

    def one() -> object:
        number = next(numbers)
        return stencil.message(recipient, number, number)

    return one


def _with_places(edition: Edition) -> Edition:
    """Let paragraphs of the HTML end in a reader's own link, as if each card had one."""
    link = sentinel(edition.nonce, "unsubscribe_url")
    html = edition.html.replace("</p>", f"\v{link}</p>", PERSONAL_PLACES)
    return replace(edition, html=html.replace("\v", " "))


def _by_the_library(edition: Edition) -> bytes:
    """Do what programs usually do for each reader: fill in, build, encode."""
    links = links_of(LETTERHEAD, "2025-11-07", unsubscribe="t" * 31, preferences="t" * 31)
    html, text = fill(edition, links.slots(LETTERHEAD.postal_address))
    made = EmailMessage(policy=email.policy.SMTP)
    made["From"] = "Daily Papers <digest@example.org>"
    made["To"] = "A Reader <reader12@example.net>"
    made["Subject"] = edition.subject
    made["Date"] = format_datetime(AT)
    made["Message-ID"] = "<0123456789abcdef0123456789abcdef@example.org>"
    made["List-Id"] = "<news.example.org>"
    made["List-Unsubscribe"] = f"<{links.unsubscribe_url}>, <{links.unsubscribe_mailto}>"
    made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    made.set_content(text, cte="quoted-printable")
    made.add_alternative(html, subtype="html", cte="quoted-printable")
    return made.as_bytes()
