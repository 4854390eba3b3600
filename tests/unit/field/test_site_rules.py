"""What plans of a site mean: gaps are what nobody covers, days are as planned, figures expose nobody."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuidang.field.sites.rules import (
    FLOOR,
    LONGEST,
    SHORTEST,
    Hours,
    Standing,
    Wrong,
    coarse,
    days_of,
    gaps_in,
)

SATURDAY = date(2026, 11, 28)
TIMES = st.builds(time, st.integers(0, 11), st.sampled_from([0, 15, 30, 45]))
HOURS = st.builds(Hours, st.just(frozenset({5})), TIMES, st.integers(SHORTEST, LONGEST))
OPEN = Hours(frozenset({5}), time(9), 240)


def standing(begins: time, minutes: int, first: date = SATURDAY, last: date | None = None) -> Standing:
    return Standing(1, "gate", 2, Hours(frozenset({5}), begins, minutes), first, last)


@given(HOURS, st.lists(HOURS, max_size=6))
def test_a_minute_of_opening_is_in_a_gap_or_covered_and_never_both(
    hours: Hours, covered: list[Hours]
) -> None:
    gaps = list(gaps_in(hours, covered))
    for minute in range(hours.start, hours.end):
        is_covered = any(one.start <= minute < one.end for one in covered)
        assert is_covered != any(gap.start <= minute < gap.end for gap in gaps)
    assert all(hours.start <= gap.start < gap.end <= hours.end for gap in gaps)


def test_a_team_that_goes_early_leaves_a_gap() -> None:
    (day,) = days_of(OPEN, {}, [standing(time(9), 180)], SATURDAY, 1)
    assert day.is_open
    assert [(gap.start, gap.end) for gap in day.gaps] == [(12 * 60, 13 * 60)]


def test_a_day_off_and_a_day_of_no_opening_have_no_gap() -> None:
    saturday, sunday = days_of(OPEN, {SATURDAY: "rain"}, [], SATURDAY, 2)
    assert (saturday.is_open, saturday.off, saturday.gaps) == (False, "rain", ())
    assert (sunday.is_open, sunday.hours, sunday.gaps) == (False, None, ())


def test_a_team_stands_from_its_first_day_to_its_last() -> None:
    plan = standing(time(9), 240, first=date(2026, 12, 5), last=date(2026, 12, 12))
    days = days_of(OPEN, {}, [plan], SATURDAY, 22)
    assert [day.day.isoformat() for day in days if day.standing] == ["2026-12-05", "2026-12-12"]


@given(st.integers(0, 10_000))
def test_a_coarse_figure_is_never_more_than_there_was_and_small_ones_are_alike(count: int) -> None:
    shown = coarse(count)
    assert shown <= count < shown + FLOOR
    assert shown % 10 == 0
    assert (shown == 0) == (count < FLOOR)


@pytest.mark.parametrize(
    ("hours", "wrong"),
    [
        (Hours(frozenset(), time(9), 60), Wrong.WEEKDAYS),
        (Hours(frozenset({7}), time(9), 60), Wrong.WEEKDAYS),
        (Hours(frozenset({1}), time(9), 0), Wrong.MINUTES),
        (Hours(frozenset({1}), time(23), 120), Wrong.MIDNIGHT),
    ],
)
def test_hours_that_cannot_be_are_said(hours: Hours, wrong: Wrong) -> None:
    assert list(hours.mistakes()) == [wrong]
