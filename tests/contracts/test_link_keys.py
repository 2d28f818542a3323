"""The keys of links, on both engines: one for all who ask at once, and none is ever lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import insert

from newsletter.errors import StoreError
from newsletter.mailing.tokens import MIN_KEY_BYTES
from newsletter.store.database import Database
from newsletter.store.link_keys import LinkKeys
from newsletter.store.schema import settings


def test_looking_makes_nothing(database: Database) -> None:
    assert LinkKeys(database).known() is None
    with database.reading() as connection:
        assert connection.execute(settings.select()).all() == []


def test_a_key_is_made_once(database: Database) -> None:
    made = LinkKeys(database).ready()
    assert len(made.keys) == 1
    assert len(made.keys[0]) >= MIN_KEY_BYTES
    assert LinkKeys(database).ready() == LinkKeys(database).known() == made


def test_all_who_ask_at_once_get_the_same(database: Database) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: LinkKeys(database).ready(), range(16)))
    assert len({secrets.keys for secrets in found}) == len({secrets.newsletter for secrets in found}) == 1


def test_a_newsletter_with_a_key_from_outside_needs_none_here(database: Database) -> None:
    named = LinkKeys(database).ready(needs_key=False)
    assert named.keys == ()
    made = LinkKeys(database).ready()
    assert made.newsletter == named.newsletter
    assert len(made.keys) == 1


def test_a_new_key_comes_first_and_the_old_one_stays(database: Database) -> None:
    old = LinkKeys(database).ready()
    new = LinkKeys(database).rotate()
    assert new.newsletter == old.newsletter
    assert new.keys[1:] == old.keys
    assert new.keys[0] != old.keys[0]
    assert LinkKeys(database).ready() == new


def test_no_key_of_many_who_rotate_at_once_is_lost(database: Database) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = [secrets.keys[0] for secrets in pool.map(lambda _: LinkKeys(database).rotate(), range(8))]
    known = LinkKeys(database).known()
    assert known
    assert sorted(known.keys) == sorted(made)


@pytest.mark.parametrize("text", ["", "{}", '{"newsletter": "x", "keys": ["no hex"]}', "[]"])
def test_damaged_keys_are_an_error_and_never_replaced(database: Database, text: str) -> None:
    with database.writing() as connection:
        connection.execute(insert(settings).values(name="link_keys", value=text))
    for ask in (LinkKeys(database).known, LinkKeys(database).ready, LinkKeys(database).rotate):
        with pytest.raises(StoreError, match="damaged"):
            ask()


def test_keys_never_show(database: Database) -> None:
    made = LinkKeys(database).ready()
    assert made.keys[0].hex() not in repr(made)
    assert repr(made.keys[0]) not in repr(made)
