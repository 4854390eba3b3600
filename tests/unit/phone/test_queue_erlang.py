"""The queue in simulated time against what Erlang-A (M/M/n+M) says of such a queue.

The theory knows a caller's patience, a conversation and a number of volunteers, and no ringing, no languages
and no wrap-up; so people here answer at once and write nothing up.
"""

from __future__ import annotations

from random import Random
from statistics import fmean

import pytest

from queue_cast import Habits, Simulation, exponential
from tuidang.phone.queue_values import Ring

VOLUNTEERS = 10


def erlang_a(arrivals: float, talk: float, patience: float, volunteers: int) -> tuple[float, float]:
    """Give the share that hangs up and the mean wait of all, by the birth and death of those present."""
    weights = [1.0]
    while len(weights) < 2000:
        present = len(weights)
        leaves = min(present, volunteers) / talk + max(0, present - volunteers) / patience
        weights.append(weights[-1] * arrivals / leaves)
    waiting = sum(max(0, present - volunteers) * weight for present, weight in enumerate(weights))
    mean = waiting / sum(weights)
    return mean / patience / arrivals, mean / arrivals


def burst(callers: int, talk: float, patience: float, volunteers: int) -> tuple[float, float]:
    """Give, of so many who come at once, how many hang up and the mean wait of all."""
    abandoned = waited = 0.0
    for present in range(callers, volunteers, -1):
        waiting = present - volunteers
        leaves = volunteers / talk + waiting / patience
        abandoned += waiting / patience / leaves
        waited += waiting / leaves
    return abandoned, waited / callers


def office(seed: int, habits: Habits, tick: float = 1.0) -> Simulation:
    simulation = Simulation(seed, habits, tick)
    for desk in range(1, VOLUNTEERS + 1):
        simulation.come(desk)
    return simulation


def test_a_hundred_callers_at_once_wait_for_ten_volunteers_as_the_theory_says() -> None:
    talk, patience = 60.0, 120.0
    waits, abandoned = list[float](), list[int]()
    for seed in range(60):
        simulation = office(seed, Habits(exponential(talk), exponential(patience)), tick=30)
        for number in range(100):
            simulation.call(f"c{number}", at=1)
        seen = simulation.run(until=600)
        assert len(seen.waits) == 100  # within ten minutes everybody has been served, or has hung up
        assert not seen.to_message
        waits += seen.waits
        abandoned.append(seen.abandoned)
    wanted_abandoned, wanted_wait = burst(100, talk, patience, VOLUNTEERS)
    # The mean wait of one run is 11 percent off as a rule, so that of sixty 1.5 percent.
    assert fmean(abandoned) == pytest.approx(wanted_abandoned, rel=0.04)
    assert fmean(waits) == pytest.approx(wanted_wait, rel=0.05)


@pytest.mark.parametrize("load", [0.8, 1.1])
def test_a_long_day_is_as_erlang_a_says(load: float) -> None:
    talk, patience, hours = 180.0, 150.0, 60
    arrivals = load * VOLUNTEERS / talk
    simulation = office(7, Habits(exponential(talk), exponential(patience)), tick=60)
    rng, at, callers = Random(11), 0.0, 0
    while (at := at + rng.expovariate(arrivals)) < hours * 3600:
        callers += 1
        simulation.call(f"c{callers}", at)
    seen = simulation.run(until=(hours + 1) * 3600)
    share, wait = erlang_a(arrivals, talk, patience, VOLUNTEERS)
    assert len(seen.waits) == callers
    # A tenth of a mean over thousands of callers who wait in clusters, and a second for rare waits.
    assert seen.abandoned / callers == pytest.approx(share, rel=0.1, abs=0.01)
    assert fmean(seen.waits) == pytest.approx(wait, rel=0.1, abs=1)


def test_with_ringing_and_wrap_up_every_volunteer_talks_as_much_as_another() -> None:
    habits = Habits(
        exponential(60), exponential(600), answer=lambda rng: 2 + 6 * rng.random(), wrap_up=exponential(30)
    )
    simulation = office(3, habits)
    for number in range(100):
        simulation.call(f"c{number}", at=1)
    seen = simulation.run(until=1500)
    rings = [
        sum(command.desk == desk for _, command in seen.commands if isinstance(command, Ring))
        for desk in range(1, 11)
    ]
    assert seen.answered + seen.abandoned + len(seen.to_message) == 100
    assert min(rings) >= 4
