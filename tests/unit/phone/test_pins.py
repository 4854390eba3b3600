"""PINs: somebody who tries them all around the clock gets almost nowhere, and keeps nobody out for long."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from tuidang.phone.pins import WRONG_AN_HOUR, PinTries

HOUR = 3600.0


def test_whoever_tries_pins_around_the_clock_finds_one_of_a_thousand_in_most_of_a_day() -> None:
    """Thirty tries a minute, as ten lines could make, over thirty days: measured."""
    tries, dice = PinTries(), Random(20261128)
    good = set(dice.sample(range(1_000_000), 1_000))
    hours, looked_at, hits = 30 * 24, 0, 0
    for minute in range(hours * 60):
        for _ in range(30):
            if tries.take(minute * 60.0):
                looked_at += 1
                if dice.randrange(1_000_000) in good:
                    hits += 1
                    tries.was_right()
    assert hours * WRONG_AN_HOUR * 0.9 < looked_at <= WRONG_AN_HOUR * (hours + 1) + hits
    assert hits <= 80  # 43 are expected; without the limit it would be 1,296


def test_after_a_storm_the_next_pin_is_looked_at_within_two_minutes() -> None:
    tries = PinTries()
    while tries.take(100.0):
        pass
    assert not tries.take(100.0)
    assert tries.take(100.0 + 2 * 60)


def test_right_pins_use_nothing_up() -> None:
    tries = PinTries()
    for _ in range(10 * WRONG_AN_HOUR):
        assert tries.take(0.0)
        tries.was_right()


@given(st.lists(st.tuples(st.floats(0, 72), st.booleans()), max_size=400))
def test_in_no_hour_are_there_more_wrong_tries_than_two_budgets(moves: list[tuple[float, bool]]) -> None:
    tries, wrong, at = PinTries(), [], 0.0
    for later, right in moves:
        at += later
        if tries.take(at):
            if right:
                tries.was_right()
            else:
                wrong.append(at)
    for start in wrong:
        assert sum(start <= one < start + HOUR for one in wrong) <= 2 * WRONG_AN_HOUR
