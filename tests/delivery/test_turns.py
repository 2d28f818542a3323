"""Which sessions go on before anything is written."""

from __future__ import annotations

from typing import Any, cast

import pytest

from newsletter.delivery.turns import Turns


@pytest.mark.parametrize(
    ("lanes", "able", "groups"),
    [
        (32, 2, [1, 1]),  # they wait for what is far away: nobody waits for the other as well
        (32, 9, [9]),
        (12, 9, [9]),
        (4, 4, [4]),
        (4, 2, [2]),
        (1, 1, [1]),
        (8, 0, []),
    ],
)
def test_few_of_many_go_on_alone_and_all_others_together(lanes: int, able: int, groups: list[int]) -> None:
    turns = Turns()
    turns.lanes = [cast("Any", number) for number in range(lanes)]
    found = turns.groups(turns.lanes[:able])
    assert [len(group) for group in found if group] == groups
    assert [lane for group in found for lane in group] == turns.lanes[:able]
