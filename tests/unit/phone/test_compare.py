"""Comparing messages: seldom wrong however often one looks, and right in the end."""

from __future__ import annotations

from math import inf
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuidang.phone.records.compare import Throws, Verdict, compare, limits


def draw(rng: Random, presses: int, share: float, ratio: float) -> list[bool]:
    """Draw from which message each press comes, when ours is pressed at `ratio` times the others' rate."""
    ours = share * ratio / (share * ratio + 1 - share)
    return [rng.random() < ours for _ in range(presses)]


def ever(presses: list[bool], share: float, *, looks: int) -> bool:
    """Tell whether one who looks again and again ever sees a difference."""
    ours = 0
    for number, press in enumerate(presses, 1):
        ours += press
        if number % (len(presses) // looks) == 0:
            low, high = limits([Throws(ours, number - ours, share)], 0.05)
            if low > 1 or high < 1:
                return True
    return False


def test_equal_messages_are_seldom_told_apart_however_often_one_looks() -> None:
    rng = Random(20261123)
    wrong = sum(ever(draw(rng, 2_000, 0.3, 1.0), 0.3, looks=40) for _ in range(120))
    assert wrong <= 12  # 6 are expected at most; more than 12 have a chance of one in a hundred


def test_a_message_that_does_better_is_found() -> None:
    rng = Random(7)
    found = sum(ever(draw(rng, 2_000, 0.5, 1.3), 0.5, looks=20) for _ in range(50))
    assert found >= 45


def test_nothing_is_said_before_anything_happened() -> None:
    assert compare([], []).verdict is Verdict.OPEN
    assert limits([Throws(0, 0, 0.5)], 0.05) == (0.0, inf)


def test_more_opt_outs_stop_a_message_that_brings_more_people() -> None:
    better = [Throws(900, 600, 0.5)]
    assert compare(better, [Throws(50, 50, 0.5)]).verdict is Verdict.BETTER
    assert compare([Throws(600, 900, 0.5)], []).verdict is Verdict.WORSE
    assert compare(better, [Throws(200, 80, 0.5)]).verdict is Verdict.HARMFUL


def test_shares_that_change_on_the_way_mislead_nobody() -> None:
    # Ours did no better, but got nine calls in ten while people pressed most.
    assert compare([Throws(900, 100, 0.9), Throws(10, 90, 0.1)], []).verdict is Verdict.OPEN


@given(st.integers(0, 400), st.integers(0, 400), st.floats(0.05, 0.95))
def test_limits_hold_what_was_seen_and_turn_round_with_it(ours: int, others: int, share: float) -> None:
    low, high = limits([Throws(ours, others, share)], 0.05)
    assert 0 <= low < high
    if ours and others:
        assert low < (ours / others) / (share / (1 - share)) < high
    turned = limits([Throws(others, ours, 1 - share)], 0.05)
    assert turned[0] == pytest.approx(1 / high if high < inf else 0.0, rel=1e-6)


def test_limits_close_in_as_presses_come() -> None:
    widths = []
    for presses in (20, 200, 2_000):
        low, high = limits([Throws(presses, presses, 0.5)], 0.05)
        widths.append(high / low)
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] < 1.4
