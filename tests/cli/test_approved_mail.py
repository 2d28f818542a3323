"""What was approved is what is sent, and a correction is approved as well."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from click.testing import Result

Run = Callable[..., Result]
SLUG = "2025-11-07"
ANN, BOB = "ann@example.com", "bob@example.com"
OTHER_LOOKS = '\n[theme.light]\naccent = "#123456"\n'
ASKS = "\n[run]\napproval = true\n"


@pytest.fixture
def approved(newsroom: Any, newsletter: Run) -> Any:
    newsroom.subscribe(ANN)
    assert newsletter("approve", SLUG).exit_code == 0
    return newsroom


def test_a_correction_waits_until_somebody_approved_it(approved: Any, newsletter: Run) -> None:
    assert newsletter("send", SLUG).exit_code == 0
    assert newsletter("halt", SLUG).exit_code == 0
    approved.rebuild()
    refused = newsletter("send", SLUG, "--correction")
    assert refused.exit_code == 2
    assert "was changed since revision 1 of it was approved" in refused.stderr
    assert newsletter("approve", SLUG).exit_code == 0
    assert newsletter("send", SLUG, "--correction").exit_code == 0
    assert approved.mailbox.addresses == [ANN, ANN]


def test_a_correction_is_asked_for_even_if_nobody_had_to_be_before(newsroom: Any, newsletter: Run) -> None:
    newsroom.subscribe(ANN)
    assert newsletter("send", SLUG).exit_code == 0
    assert newsletter("halt", SLUG).exit_code == 0
    newsroom.rebuild()
    newsroom.configure(ASKS)
    refused = newsletter("send", SLUG, "--correction")
    assert (refused.exit_code, "waits for approval" in refused.stderr) == (2, True)
    assert newsroom.mailbox.addresses == [ANN]


def test_what_was_halted_goes_on_without_a_new_approval(approved: Any, newsletter: Run) -> None:
    approved.mailbox.answers[ANN] = "451 4.3.2 not now"
    assert newsletter("send", SLUG).exit_code == 7
    assert newsletter("halt", SLUG).exit_code == 0
    approved.configure(ASKS)
    assert newsletter("send", SLUG, "--resume").exit_code == 7


def test_editions_of_ones_own_are_not_drawn_in_looks_that_nobody_approved(
    approved: Any, newsletter: Run
) -> None:
    approved.subscribe(f"{BOB},,robotics-rl")
    approved.configure(OTHER_LOOKS)
    refused = newsletter("send", SLUG)
    assert refused.exit_code == 2
    assert "would not look like what was approved" in refused.stderr
    assert approved.mailbox.addresses == []
    approved.configure()
    assert newsletter("send", SLUG).exit_code == 0
    assert sorted(approved.mailbox.addresses) == [ANN, BOB]


def test_who_gets_all_of_it_gets_the_approved_one_in_whatever_looks(approved: Any, newsletter: Run) -> None:
    approved.configure(OTHER_LOOKS)
    assert newsletter("send", SLUG).exit_code == 0
    [sent] = approved.mailbox.of(ANN)
    assert "#123456" not in sent.get_body(("html",)).get_content()
