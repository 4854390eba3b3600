"""Erlang-A of our own: like pyworkforce without impatience, like a simulation with it, and as published."""

from __future__ import annotations

import heapq
from collections import deque
from math import inf, isclose, isfinite
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyworkforce.queuing.erlang import ErlangC

from tuidang.volunteers.shifts.erlang import Answer, Load, Target, answer, least, mean_patience

LOADS = st.builds(
    Load,
    st.floats(0.01, 40_000),
    st.floats(10, 3600),
    st.one_of(st.floats(1, 10_000), st.just(inf)),
)


@pytest.mark.parametrize("calls", [0.5, 6, 60, 900, 12_000])
@pytest.mark.parametrize("spare", [1, 2, 5, 20])
def test_without_impatience_it_is_the_erlang_c_of_a_foreign_library(calls: float, spare: int) -> None:
    load = Load(calls, 600, inf)
    people = int(load.erlangs) + spare
    theirs = ErlangC(transactions=calls, asa=0.5, aht=10, interval=60)
    ours = answer(load, people, 30)
    assert ours.waits == pytest.approx(theirs.waiting_probability(people), rel=1e-9, abs=1e-15)
    assert ours.in_time == pytest.approx(theirs.service_level(people), rel=1e-9)
    assert ours.busy == pytest.approx(theirs.achieved_occupancy(people))
    very_patient = answer(Load(calls, 600, 1e10), people, 30)
    assert very_patient.waits == pytest.approx(ours.waits, rel=1e-4, abs=1e-12)
    assert very_patient.in_time == pytest.approx(ours.in_time, rel=1e-3)


@pytest.mark.parametrize("calls", [3, 20, 100, 1500])
def test_the_least_number_without_impatience_is_that_of_a_foreign_library(calls: int) -> None:
    theirs = ErlangC(transactions=calls, asa=20 / 60, aht=5, interval=60).required_positions(0.8)
    assert least(Load(calls, 300, inf), Target(0.8, 20, 0.05)) == theirs["raw_positions"]


def test_a_published_example_comes_out_as_printed() -> None:
    """48 calls a minute, a minute each, 50 people, a patience of two minutes.

    Garnett, Mandelbaum and Reiman (2002), "Designing a call center with impatient customers", and again in
    Mandelbaum and Zeltyn (2005): 3.1% hang up, 3.7 s of waiting, 93% busy; without impatience 20.8 s and 96%.
    """
    patient, impatient = answer(Load(2880, 60, inf), 50), answer(Load(2880, 60, 120), 50)
    assert f"{impatient.hangs_up:.1%} {impatient.mean_wait:.1f} {impatient.busy:.0%}" == "3.1% 3.7 93%"
    assert f"{patient.mean_wait:.1f} {patient.busy:.0%}" == "20.8 96%"


def simulated(load: Load, people: int, seconds: float, calls: int, chance: Random) -> Answer:
    """Play a queue call by call, from nothing but clocks: no formula of any queue is in it."""
    now, answered_in_time, hung_up, waiting_time, waited, talked = 0.0, 0, 0, 0.0, 0, 0.0
    queue: deque[tuple[float, float]] = deque()  # came, hangs up
    ends: list[float] = []

    def talk(at: float) -> None:
        nonlocal talked
        length = chance.expovariate(1 / load.talk)
        talked += length
        heapq.heappush(ends, at + length)

    def free_until(moment: float) -> None:
        nonlocal answered_in_time, hung_up, waiting_time
        while ends and ends[0] <= moment:
            free = heapq.heappop(ends)
            while queue:
                came, leaves = queue.popleft()
                if leaves <= free:
                    hung_up += 1
                    waiting_time += leaves - came
                    continue
                waiting_time += free - came
                answered_in_time += free - came <= seconds
                talk(free)
                break

    for _ in range(calls):
        now += chance.expovariate(load.calls / 3600)
        free_until(now)
        if len(ends) < people:
            answered_in_time += 1
            talk(now)
        else:
            waited += 1
            queue.append((now, now + chance.expovariate(1 / load.patience)))
    free_until(inf)
    return Answer(
        waited / calls, waiting_time / calls, hung_up / calls, answered_in_time / calls, talked / now / people
    )


@pytest.mark.parametrize(
    ("load", "people"),
    [
        (Load(6, 600, 120), 1),
        (Load(6, 600, 120), 2),
        (Load(60, 600, 60), 8),  # overloaded
        (Load(60, 600, 300), 12),
        (Load(2400, 120, 30), 80),
    ],
)
def test_with_impatience_it_is_what_a_simulation_finds(load: Load, people: int) -> None:
    ours, found = answer(load, people, 30), simulated(load, people, 30, 60_000, Random(7))
    for name in ("waits", "hangs_up", "in_time", "busy"):
        assert getattr(ours, name) == pytest.approx(getattr(found, name), abs=0.015), name
    assert ours.mean_wait == pytest.approx(found.mean_wait, rel=0.05, abs=0.2)


@given(LOADS, st.integers(0, 900), st.floats(0, 600))
def test_every_answer_is_a_finite_share_however_large_the_load(
    load: Load, people: int, seconds: float
) -> None:
    found = answer(load, people, seconds)
    for share in (found.waits, found.hangs_up, found.in_time):
        assert -1e-9 <= share <= 1 + 1e-9
    assert 0 <= found.busy <= 1
    assert isfinite(found.mean_wait) or load.patience == inf
    if people and load.patience != inf:
        assert found.mean_wait <= load.patience * (1 + 1e-9)
        # Nobody is lost: who is not answered has hung up.
        answered, rounding = load.erlangs * (1 - found.hangs_up), 1e-12 + 1e-10 * load.erlangs
        assert isclose(found.busy * people, answered, rel_tol=1e-9, abs_tol=rounding)
        assert 1 - found.waits - 1e-9 <= answer(load, people, 0).in_time <= found.in_time + 1e-9
        assert answer(load, people, 1e5).in_time == pytest.approx(1 - found.hangs_up, abs=2e-6)


@given(LOADS, st.integers(1, 300))
def test_one_more_person_never_makes_it_worse(load: Load, people: int) -> None:
    one, more = answer(load, people), answer(load, people + 1)
    assert more.in_time >= one.in_time - 1e-9
    assert more.mean_wait <= one.mean_wait * (1 + 1e-9)


@given(LOADS)
def test_the_least_number_meets_the_target_and_one_fewer_does_not(load: Load) -> None:
    target = Target()
    people = least(load, target)

    def meets(tried: int) -> bool:
        found = answer(load, tried, target.seconds)
        return found.in_time >= target.share and found.hangs_up <= target.hanging_up

    assert people > 4000 or meets(people)
    assert not meets(people - 1)


def test_no_calls_need_nobody() -> None:
    assert least(Load(0, 600, 120), Target()) == 0
    assert answer(Load(0, 600, 120), 3).in_time == 1


def test_patience_is_found_again_though_most_are_answered_before_theirs_ends() -> None:
    chance, patience = Random(11), 90.0
    waits = [(chance.expovariate(1 / patience), chance.uniform(0, 60)) for _ in range(40_000)]
    waited = sum(min(one) for one in waits)
    hung_up = sum(own < answered for own, answered in waits)
    assert mean_patience(waited, hung_up) == pytest.approx(patience, rel=0.03)
    assert mean_patience(500, 0) == inf
