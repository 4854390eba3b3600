"""How a trunk that does not keep up is slowed, and found again."""

from __future__ import annotations

from collections import Counter
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from tuidang.phone.dialler.pace import Health, after_call, draw_share, let_through, slow_down
from tuidang.phone.records.outcomes import Outcome
from tuidang.phone.rules import Gate, Refusal

MACHINE = Gate(200, 1000, 0.0)


def failing(times: int, *, every: float = 2.0) -> Health:
    health = Health()
    for number in range(times):
        health = after_call(health, Outcome.TRUNK, number * every)
    return health


def test_a_failure_halves_the_rate_and_carried_calls_bring_it_back() -> None:
    health = failing(2)
    assert health.share == 0.25
    for number in range(48):
        health = after_call(health, Outcome.BUSY, 10.0 + number)
    assert health == Health()


def test_a_fault_of_ours_says_nothing_of_the_trunk() -> None:
    for health in (failing(12), failing(2), Health()):
        assert after_call(health, Outcome.FAILED, 100.0) == health


def test_failures_that_were_under_way_together_slow_down_once() -> None:
    health = failing(5, every=0.1)
    assert health.share == 0.5
    assert health.failed == 5


def test_a_trunk_that_is_down_gets_one_call_at_a_time_after_a_rest_and_is_found_again() -> None:
    health = failing(12)
    assert health.is_down
    now = health.slowed_at
    gate = slow_down(Gate(50, 100, 0.0), health, 50).at_time(now)
    refused = let_through(gate, MACHINE.at_time(now), health, wanted=9, at=now)
    assert (refused[0], refused[3]) == (0, Refusal.TRUNK_RESTS)
    count, gate, _, _ = let_through(gate, MACHINE.at_time(now), health, wanted=9, at=health.rest_until)
    assert count == 1
    assert let_through(gate, MACHINE, health, wanted=9, at=health.rest_until + 60)[0] == 0
    assert not after_call(health, Outcome.NO_ANSWER, health.rest_until).is_down


def test_a_rest_is_at_most_half_a_minute() -> None:
    health = failing(200)
    assert health.rest_until - health.slowed_at <= 30


def test_the_limit_that_stopped_us_is_named_and_no_more_than_it_allows_begin() -> None:
    trunk = Gate(100, 3, 0.0)
    count, trunk, _, refusal = let_through(trunk, MACHINE, Health(), wanted=9, at=10.0)
    assert (count, trunk.in_air, refusal) == (3, 3, Refusal.TRUNK_CHANNELS)


def test_nothing_is_begun_when_nothing_is_wanted() -> None:
    assert let_through(Gate(100, 3, 0.0), MACHINE, Health(), wanted=0, at=10.0)[0] == 0


@given(st.lists(st.tuples(st.floats(0, 5), st.booleans()), max_size=60), st.integers(1, 200))
def test_a_trunk_is_never_given_more_than_its_rate(calls: list[tuple[float, bool]], rate: int) -> None:
    health, at = Health(), 0.0
    for wait, carried in calls:
        at += wait
        health = after_call(health, Outcome.ANSWERED if carried else Outcome.TRUNK, at)
        assert 0 < health.share <= 1
        assert 1 <= slow_down(Gate(rate, 9, at), health, rate).calls_per_second <= rate


def test_messages_are_drawn_by_their_shares() -> None:
    dice = Random(3)
    drawn = Counter(draw_share({"a": 3, "b": 1}, dice) for _ in range(4000))
    assert 2850 < drawn["a"] < 3150
    assert drawn.total() == 4000
