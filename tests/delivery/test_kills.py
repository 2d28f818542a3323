"""`kill -9` of a sender, at every named step and at moments that chance chooses: nobody is forgotten, nobody
has two, and what is in doubt was really about to be accepted.

Each prints its table: pytest -n 0 -s; the longer forms are `-m slow` and `-m soak`.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.delivery.killing import Scene, Tried, kill_at, kill_at_random, table
from tests.delivery.sending import BETWEEN, OWN_STEPS, WIRE_STEPS

Scenes = Callable[[str, str], Scene]
STEPS = OWN_STEPS + WIRE_STEPS
TRANSPORTS = ("plain", "pipelining", "chunking")

# How often a process comes by a step before it is killed there: at the first, in the middle.
_ONCE = ("during freeze", "after freeze", "after claim", "before close", "after recovery")


def counts(step: str) -> tuple[int, ...]:
    if step == BETWEEN:  # many at once come by
        return (1, 2)
    return (1,) if step in _ONCE or step.startswith(("during", "after flush", "before flush")) else (1, 17)


def show(tries: list[Tried]) -> None:
    print(table(tries))  # noqa: T201 - the table is what a person runs it for
    for tried in tries:
        tried.check()


@pytest.mark.parametrize(
    ("engine", "step", "transport"),
    [("sqlite", step, TRANSPORTS[number % 3]) for number, step in enumerate(STEPS)]
    + [("sqlite", BETWEEN, "chunking"), ("postgresql", "after the dot", "chunking")],
)
def test_a_kill_at_a_named_step_loses_and_repeats_nothing(
    scenes: Scenes, engine: str, step: str, transport: str
) -> None:
    show([kill_at(scenes(engine, transport), step, counts(step)[-1], people=25)])


def test_kills_at_random_moments_lose_and_repeat_nothing(scenes: Scenes) -> None:
    show([kill_at_random(scenes("sqlite", "chunking"), kills=4, people=300, seed=5)])


@pytest.mark.slow
@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_every_named_step_on_every_engine_and_transport(scenes: Scenes, engine: str, transport: str) -> None:
    show([kill_at(scenes(engine, transport), step, count) for step in STEPS for count in counts(step)])


@pytest.mark.slow
@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_thirty_kills_at_random_moments(scenes: Scenes, engine: str, transport: str) -> None:
    tries = [kill_at_random(scenes(engine, transport), kills=10, people=600, seed=seed) for seed in range(3)]
    show(tries)


@pytest.mark.soak
def test_a_thousand_kills_at_random_moments(scenes: Scenes) -> None:
    tries: list[Tried] = []
    while sum(tried.kills for tried in tries) < 1000:
        seed = len(tries)
        engine = ("sqlite", "postgresql")[seed % 2]
        tries.append(kill_at_random(scenes(engine, TRANSPORTS[seed % 3]), kills=25, people=1500, seed=seed))
    show(tries)
