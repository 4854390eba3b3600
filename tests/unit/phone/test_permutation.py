"""The order of a pass: every number of a block once, whatever the seed, and not one after the other."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuidang.phone.numbers.permutation import NUMBERS, STEPS, number_at

SEEDS = st.integers(0, 2**63 - 1)


def walk(seed: int) -> list[int]:
    return [number for step in range(STEPS) if (number := number_at(seed, step)) is not None]


@given(SEEDS)
def test_a_pass_visits_every_number_once(seed: int) -> None:
    order = walk(seed)
    assert len(order) == NUMBERS
    assert set(order) == set(range(NUMBERS))


@given(SEEDS)
def test_numbers_do_not_follow_each_other(seed: int) -> None:
    order = walk(seed)
    steps = {(b - a) % NUMBERS for a, b in pairwise(order)}
    assert len(steps) > NUMBERS // 4  # a sequence has one step, a stride has one too
    # By chance one pair in five thousand are neighbours.
    close = sum(abs(a - b) == 1 for a, b in pairwise(order))
    assert close < 30


@given(st.lists(SEEDS, min_size=2, max_size=2, unique_by=lambda seed: seed % (STEPS * 4_900)))
def test_two_seeds_give_two_orders(seeds: list[int]) -> None:
    first, second = ([number_at(seed, step) for step in range(20)] for seed in seeds)
    assert first != second


@pytest.mark.parametrize("step", [-1, STEPS, 10**9])
def test_there_is_no_step_outside_a_pass(step: int) -> None:
    with pytest.raises(ValueError, match="no step"):
        number_at(1, step)
