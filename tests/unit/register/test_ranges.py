"""What is usual for a day: not moved by strange days, found by them, and seldom wrong about plain ones."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuidang.register.folder.ranges import Range, usual_range, usual_ranges

FIRST = date(2026, 1, 5)  # a Monday


def days(counts: list[int]) -> dict[date, int]:
    return {FIRST + timedelta(n): count for n, count in enumerate(counts)}


def judge(counts: list[int]) -> dict[date, Range]:
    return usual_ranges(days(counts), FIRST, FIRST + timedelta(len(counts) - 1))


def strange(counts: list[int]) -> list[int]:
    """Name the days, by their number, that lie outside of what is usual."""
    return [
        n
        for n, (found, count) in enumerate(zip(judge(counts).values(), counts, strict=True))
        if found.side(count)
    ]


@given(st.lists(st.integers(0, 10**6), min_size=8, max_size=16), st.integers(10**7, 10**9))
def test_how_strange_a_strange_day_is_does_not_matter(plain: list[int], strange: int) -> None:
    assert usual_range([*plain, strange]) == usual_range([*plain, 10 * strange])


@given(st.lists(st.integers(0, 10**6), min_size=9, max_size=15).filter(lambda counts: len(counts) % 2))
def test_the_day_in_the_middle_is_usual(counts: list[int]) -> None:
    assert usual_range(counts).side(sorted(counts)[len(counts) // 2]) == 0


def test_a_flood_on_one_day_is_seen_and_does_not_hide_itself() -> None:
    counts = [100] * 70
    counts[40] = 200
    assert strange(counts) == [40]


def test_a_day_that_was_left_out_is_seen() -> None:
    counts = [100] * 70
    counts[33] = 0
    assert judge(counts)[FIRST + timedelta(33)].side(0) == -1


def test_sundays_are_compared_with_sundays() -> None:
    counts = [300 if n % 7 == 6 else 50 for n in range(140)]
    assert strange(counts) == []
    counts[70] = 300  # a Monday like a Sunday
    assert strange(counts) == [70]


def test_too_few_days_have_no_range() -> None:
    assert judge([5] * 8) == {}
    assert len(judge([5] * 9)) == 9


def test_a_flood_that_grows_slowly_is_not_seen_and_the_page_says_so() -> None:
    counts = [100 + 2 * n for n in range(200)]
    assert strange(counts) == []


@pytest.mark.parametrize("mean", [2, 30, 3000])
def test_about_one_plain_day_in_a_hundred_is_called_strange_at_most(mean: int) -> None:
    rng = Random(1)
    counts = [round(max(0, rng.gauss(mean, mean**0.5))) for _ in range(1000)]
    assert len(strange(counts)) <= 10
