"""What the rules against floods were written for, on a quick run of the simulation: people get through."""

from __future__ import annotations

import pytest
from bench.flood_cast import ATTACKS, DAY_TEAM
from bench.flood_line import Told
from bench.flood_queue import OwnQueue, QuickQueue
from bench.floods import run

BY_NAME = {attack.name: attack for attack in ATTACKS}
SEEDS = range(2)


def told(name: str, *, rules: bool = True) -> Told:
    """Play some runs of one attack; "" nobody attacks."""
    attack = BY_NAME[name] if name else None
    return Told.together([run(DAY_TEAM, attack, seed, rules=rules) for seed in SEEDS])


@pytest.mark.parametrize("name", ["one number", "a number for each call, three in ten pass"])
def test_a_flood_of_thousands_an_hour_keeps_hardly_anybody_from_a_person(name: str) -> None:
    calm, ruled, bare = told(""), told(name), told(name, rules=False)
    assert ruled.people == calm.people == bare.people
    assert ruled.reached.total() >= 0.98 * calm.reached.total()  # 0.99 over the many runs of the benchmark
    assert bare.reached.total() < 0.9 * calm.reached.total()
    assert ruled.hostile_answered < 0.5 * bare.hostile_answered


def test_without_a_flood_nobody_is_challenged_but_who_calls_ten_times_an_hour() -> None:
    calm = told("")
    assert calm.challenged < 0.01 * calm.calls_first
    assert calm.turned_first == 0


def test_the_quick_queue_of_the_simulation_answers_whom_the_hotlines_own_would() -> None:
    attack = BY_NAME["20 people hired, each with a telephone"]
    quick, own = (run(DAY_TEAM, attack, 1, rules=True, queue=queue) for queue in (QuickQueue, OwnQueue))
    assert own.people == quick.people
    assert abs(own.reached.total() - quick.reached.total()) <= 0.01 * quick.reached.total()
    assert abs(own.wait - quick.wait) <= 0.1 * quick.wait
