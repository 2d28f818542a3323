"""A send does not make the collector of cycles look through all that was there before."""

from __future__ import annotations

import gc

import pytest

from newsletter.delivery.collecting import settled_objects
from newsletter.model import Outcome, OutgoingMail
from tests.delivery.puppets import Puppet, accept
from tests.delivery.stage import Stage


def is_looked_through(thing: object) -> bool:
    """Whether a full collection would come to it."""
    return any(one is thing for one in gc.get_objects())


def test_what_was_there_is_set_aside_while_mails_go_and_no_longer(stage: Stage) -> None:
    old = [stage]
    seen: list[bool] = []

    def says(mail: OutgoingMail, attempt: int) -> Outcome:
        if not seen:
            seen.append(is_looked_through(old))
        return accept(mail, attempt)

    assert is_looked_through(old)
    stage.send(Puppet(says=says))
    assert seen == [False]
    assert is_looked_through(old)


def test_it_comes_back_after_a_failure_too() -> None:
    old = [KeyError()]
    with pytest.raises(KeyError), settled_objects():
        raise old[0]
    assert is_looked_through(old)


def test_what_a_program_set_aside_itself_stays_so() -> None:
    theirs = [object]
    gc.freeze()
    try:
        with settled_objects():
            newer = [object]
            assert is_looked_through(newer)
        assert not is_looked_through(theirs)
    finally:
        gc.unfreeze()
