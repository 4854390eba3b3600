"""PINs: three tries a call, and somebody who tries them all gets almost nowhere and keeps nobody out."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from tuidang.phone.pins import TRIES_A_CALL, WRONG_AN_HOUR, PinTries

HOUR = 3600.0


def test_a_call_is_asked_three_times_and_a_new_one_anew() -> None:
    tries = PinTries()
    assert [tries.take("one", 0.0) for _ in range(5)] == [True] * TRIES_A_CALL + [False] * 2
    assert tries.take("two", 0.0)
    tries.end("one")
    assert tries.take("one", 0.0)


def test_whoever_tries_pins_around_the_clock_finds_one_of_a_thousand_in_most_of_a_day() -> None:
    """Ten calls at once, each ended and begun anew when it is asked no more: measured over thirty days."""
    tries, dice = PinTries(), Random(20261128)
    good = set(dice.sample(range(1_000_000), 1_000))
    hours, asked, hits = 30 * 24, 0, 0
    for second in range(0, int(hours * HOUR), 60):
        for line in range(10):
            call = f"{second} {line}"
            while tries.take(call, float(second)):
                asked += 1
                if dice.randrange(1_000_000) in good:
                    hits += 1
                    tries.was_right()
            tries.end(call)
    assert asked <= WRONG_AN_HOUR * (hours + 1) + hits
    assert hits <= 80  # 43 are expected, of four hundred thousand calls
    assert asked / 1_000_000 * 1_000 > 40  # it is the budget that holds him back, not the test


def test_a_storm_that_is_over_keeps_nobody_from_his_pin_an_hour_later() -> None:
    tries = PinTries()
    while tries.take(f"storm {len(tries._of_call)}", 100.0):
        pass
    assert not tries.take("honest", 100.0)
    assert tries.take("honest", 100.0 + 2 * 60)


def test_right_pins_use_nothing_up() -> None:
    tries = PinTries()
    for n in range(10 * WRONG_AN_HOUR):
        assert tries.take(f"call {n}", 0.0)
        tries.was_right()
        tries.end(f"call {n}")


@given(st.lists(st.tuples(st.integers(0, 30), st.floats(0, 7200), st.booleans()), max_size=400))
def test_in_no_hour_are_there_more_wrong_tries_than_two_budgets(
    moves: list[tuple[int, float, bool]],
) -> None:
    tries, wrong, at = PinTries(), [], 0.0
    for call, later, right in moves:
        at += later / 100
        if tries.take(f"call {call}", at):
            if right:
                tries.was_right()
            else:
                wrong.append(at)
        else:
            tries.end(f"call {call}")
    for start in wrong:
        assert sum(start <= one < start + HOUR for one in wrong) <= 2 * WRONG_AN_HOUR
