"""From claims to mails: one stencil per edition."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from newsletter.errors import RenderError, StoreError
from newsletter.mailing.tokens import LinkTokens
from newsletter.model import Edition
from newsletter.store.database import open_database
from newsletter.store.ledger import Claim, Ledger, Wish
from newsletter.work.mailer import StencilMailer

NOON = datetime(2025, 11, 7, 12, tzinfo=UTC)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with closing(open_database(f"sqlite:///{tmp_path / 'newsletter.db'}")) as database:
        yield Ledger(database)


def claimed(ledger: Ledger, build: Any, edition: Edition) -> tuple[StencilMailer, Claim]:
    """Freeze an issue with that edition, and claim the mail of its one reader."""
    build.people(ledger.database, 1)
    frozen = ledger.freeze(build.freezing(), {Wish(): edition}, at=NOON)
    with ledger.sender() as hold:
        [claim] = hold.claim(frozen.id, 1, at=NOON).rows
    tokens = LinkTokens([b"k" * 32], "daily.example.org")
    return StencilMailer(ledger, frozen, tokens=tokens, signer=None), claim


def test_the_same_claim_gives_the_same_mail(ledger: Ledger, build: Any) -> None:
    mailer, claim = claimed(ledger, build, build.edition())
    assert mailer.mail(claim) == mailer.mail(claim)
    assert mailer.mail(claim).recipient == "reader0@example.org"


def test_a_person_no_mail_can_be_made_for_is_told_from_an_edition_no_mail_can_be_made_of(
    ledger: Ledger, build: Any
) -> None:
    mailer, claim = claimed(ledger, build, build.edition())
    with pytest.raises(RenderError):
        mailer.mail(claim._replace(address="reader@example.org\r\nBcc: all@example.org"))
    assert mailer.mail(claim)


def test_an_edition_that_no_mail_can_be_made_of_is_charged_to_nobody(ledger: Ledger, build: Any) -> None:
    mailer, claim = claimed(ledger, build, replace(build.edition(), nonce="no nonce"))
    with pytest.raises(StoreError, match="edition 1 of 2025-11-07 cannot be made into mails") as caught:
        mailer.mail(claim)
    assert "newsletter halt 2025-11-07" in (caught.value.hint or "")
