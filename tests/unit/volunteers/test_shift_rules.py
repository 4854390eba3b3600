"""A pledge by a place's own clock becomes shifts, right across every change of that clock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuidang.volunteers.shifts.rules import (
    EVERY_DAY,
    Caps,
    Mistake,
    Promise,
    Reason,
    Span,
    looked_ahead,
    mistakes_of,
    moment_of,
    refusal_of,
    shift_on,
    shifts_between,
    zones,
)

DAY = timedelta(days=1)
# Half hours, three quarters, the southern hemisphere; clocks put forward by half an hour (Lord Howe),
# at midnight (Cairo, Beirut), in Saturday's last hour (Nuuk), in winter (Dublin), for Ramadan (Casablanca).
PLACES = (
    "America/Toronto", "America/St_Johns", "America/Nuuk", "America/Santiago", "America/Havana",
    "Europe/Dublin", "Africa/Casablanca", "Africa/Cairo", "Asia/Beirut", "Asia/Taipei", "Asia/Kolkata",
    "Asia/Kathmandu", "Australia/Adelaide", "Australia/Lord_Howe", "Pacific/Chatham", "Pacific/Auckland",
    "UTC",
)  # fmt: skip
ANYWHERE = st.one_of(st.sampled_from(PLACES), st.sampled_from(zones()))
TIMES = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
DAYS = st.dates(date(2023, 1, 1), date(2030, 12, 31))


@st.composite
def promises(draw: st.DrawFn) -> Promise:
    first = draw(DAYS)
    weekdays = draw(st.frozensets(st.integers(0, 6), min_size=1))
    minutes = 15 * draw(st.integers(1, 48))
    last = draw(st.one_of(st.none(), st.integers(0, 400).map(lambda n: first + n * DAY)))
    return Promise(draw(ANYWHERE), weekdays, draw(TIMES), minutes, first, last)


def local(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def is_shown(zone: str, asked: datetime) -> bool:
    """Tell, by trying every quarter of three days, whether a clock ever shows a time."""
    start = asked.replace(tzinfo=UTC) - 36 * timedelta(hours=1)
    return any(local(start + n * timedelta(minutes=15), zone) == asked for n in range(4 * 72))


@given(promises())
def test_the_clock_shows_the_time_that_was_pledged_and_the_length_is_what_was_promised(
    promise: Promise,
) -> None:
    days = [promise.first + n * DAY for n in range(14)]
    for day in days:
        shift = shift_on(promise, day)
        if shift is None:
            continue
        assert shift.end - shift.start == timedelta(minutes=promise.minutes)
        asked = datetime.combine(day, promise.begins)
        begins = local(shift.start, promise.zone)
        if begins != asked:
            assert not is_shown(promise.zone, asked)
            assert timedelta(0) < begins - asked <= timedelta(hours=2)


@given(promises())
def test_no_shift_comes_twice_and_none_is_lost(promise: Promise) -> None:
    start = datetime.combine(promise.first, time(), tzinfo=UTC) - 2 * DAY
    found = list(shifts_between(promise, Span(start, start + 380 * DAY)))
    year = [promise.first + n * DAY for n in range(370)]
    asked = [day for day in year if promise.last is None or day <= promise.last]
    assert [day for day, _ in found if day in year] == [
        day for day in asked if day.weekday() in promise.weekdays
    ]
    assert all(one.end <= other.start for (_, one), (_, other) in pairwise(found))


@given(promises(), st.integers(0, 400), st.integers(1, 40))
def test_a_year_cut_in_pieces_holds_the_same_shifts(promise: Promise, before: int, hours: int) -> None:
    start = datetime.combine(promise.first, time(), tzinfo=UTC) + before * timedelta(hours=7)
    cuts = [start + n * timedelta(hours=hours) for n in range(12)]
    whole = list(shifts_between(promise, Span(cuts[0], cuts[-1])))
    pieces = {shift for one, other in pairwise(cuts) for shift in shifts_between(promise, Span(one, other))}
    assert pieces == set(whole)


def wall(promise: Promise, first: date, days: int = 7) -> list[str]:
    """Write the shifts of some days as the volunteer's own clock shows them, with its distance from UTC."""
    shifts = [shift_on(promise, first + n * DAY) for n in range(days)]
    return [
        f"{shift.start.astimezone(place):%a %d %H:%M%z}–{shift.end.astimezone(place):%H:%M%z}"
        for shift in shifts
        if shift is not None and (place := ZoneInfo(promise.zone))
    ]


def test_a_week_of_shifts_across_the_clock_change_in_spring() -> None:
    """Toronto, 14 March 2027: at 2:00 it is 3:00. Who pledged 2:30 begins at 3:30 that night, once."""
    night = Promise("America/Toronto", EVERY_DAY, time(2, 30), 60, date(2027, 3, 1))
    assert wall(night, date(2027, 3, 11)) == [
        "Thu 11 02:30-0500–03:30-0500",
        "Fri 12 02:30-0500–03:30-0500",
        "Sat 13 02:30-0500–03:30-0500",
        "Sun 14 03:30-0400–04:30-0400",
        "Mon 15 02:30-0400–03:30-0400",
        "Tue 16 02:30-0400–03:30-0400",
        "Wed 17 02:30-0400–03:30-0400",
    ]
    evening = Promise("America/Toronto", EVERY_DAY, time(21), 60, date(2027, 3, 1))
    assert [line[7:12] for line in wall(evening, date(2027, 3, 11))] == ["21:00"] * 7
    through = Promise("America/Toronto", frozenset({6}), time(0), 240, date(2027, 3, 1))
    assert wall(through, date(2027, 3, 11)) == [
        "Sun 14 00:00-0500–05:00-0400"
    ]  # four hours, on a short night


def test_a_week_of_shifts_across_the_clock_change_in_autumn() -> None:
    """Toronto, 7 November 2027: at 2:00 it is 1:00 again. Who pledged 1:30 comes once, the first time."""
    night = Promise("America/Toronto", EVERY_DAY, time(1, 30), 60, date(2027, 11, 1))
    assert wall(night, date(2027, 11, 4)) == [
        "Thu 04 01:30-0400–02:30-0400",
        "Fri 05 01:30-0400–02:30-0400",
        "Sat 06 01:30-0400–02:30-0400",
        "Sun 07 01:30-0400–01:30-0500",  # an hour passes, and the clock shows the same
        "Mon 08 01:30-0500–02:30-0500",
        "Tue 09 01:30-0500–02:30-0500",
        "Wed 10 01:30-0500–02:30-0500",
    ]
    through = Promise("America/Toronto", frozenset({6}), time(0), 240, date(2027, 11, 1))
    assert wall(through, date(2027, 11, 4)) == ["Sun 07 00:00-0400–03:00-0500"]


def test_the_south_puts_its_clocks_the_other_way_and_by_half_an_hour_too() -> None:
    sunday = frozenset({6})
    adelaide = Promise("Australia/Adelaide", sunday, time(2, 30), 60, date(2027, 1, 1))
    assert wall(adelaide, date(2027, 4, 4), 1) == ["Sun 04 02:30+1030–02:30+0930"]
    assert wall(adelaide, date(2027, 10, 3), 1) == ["Sun 03 03:30+1030–04:30+1030"]
    lord_howe = Promise("Australia/Lord_Howe", sunday, time(2, 15), 60, date(2027, 1, 1))
    assert wall(lord_howe, date(2027, 10, 3), 1) == ["Sun 03 02:45+1100–03:45+1100"]


def test_a_day_that_a_place_left_out_has_no_shift() -> None:
    samoa = ZoneInfo("Pacific/Apia")
    assert moment_of(samoa, date(2011, 12, 30), time(9)) is None
    assert moment_of(samoa, date(2011, 12, 31), time(9)) == datetime(2011, 12, 30, 19, tzinfo=UTC)


def span(start: datetime, hours: float) -> Span:
    return Span(start, start + timedelta(hours=hours))


def at(hour: int, day: int = 3, zone: str = "America/Toronto") -> datetime:
    """Return an hour of a day of May 2027, which begins on a Saturday; the third is a Monday."""
    return datetime(2027, 5, day, hour, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def judged(held: Iterable[Span], more: Iterable[Span], day: int = 4, week: int = 20) -> Reason | None:
    return refusal_of(held, more, "America/Toronto", Caps(day, week))


def test_nobody_is_on_two_shifts_at_once() -> None:
    assert judged([span(at(9), 2)], [span(at(10), 2)]) is Reason.MEETS
    assert judged([span(at(9), 2)], [span(at(11), 2)]) is None
    assert judged([], [span(at(9), 2), span(at(10), 1)]) is Reason.MEETS


def test_a_cap_holds_for_a_day_and_for_a_week_of_ones_own_clock() -> None:
    assert judged([span(at(9), 3)], [span(at(14), 1)]) is None
    assert judged([span(at(9), 3)], [span(at(14), 1.25)]) is Reason.DAY
    week = [span(at(9, day), 4) for day in range(3, 8)]  # Monday to Friday: twenty hours
    assert judged(week, [span(at(9, 8), 0.25)]) is Reason.WEEK
    assert judged(week, [span(at(9, 10), 4)]) is None  # the next Monday


def test_hours_of_the_night_count_twice() -> None:
    assert judged([], [span(at(23), 2)]) is None
    assert judged([], [span(at(1), 2.25)]) is Reason.DAY
    assert judged([], [span(at(6), 4)]) is None


def test_who_lowered_his_cap_may_still_take_what_lies_elsewhere() -> None:
    full = [span(at(9, 3), 8)]
    assert judged(full, [span(at(9, 4), 1)], day=4) is None
    assert judged(full, [span(at(18, 3), 1)], day=4) is Reason.DAY


def test_two_pledges_that_follow_each_other_are_not_refused_for_one_night_of_the_year() -> None:
    now = datetime(2027, 1, 1, tzinfo=UTC)
    one = Promise("America/Toronto", EVERY_DAY, time(2, 30), 60, date(2027, 1, 1))
    other = Promise("America/Toronto", EVERY_DAY, time(3, 30), 60, date(2027, 1, 1))
    held = [shift for _, shift in shifts_between(one, Span(now, now + 366 * DAY))]
    assert judged(held, looked_ahead(other, now), week=28) is None
    assert judged(held, looked_ahead(one, now), week=28) is Reason.MEETS


@pytest.mark.parametrize(
    ("promise", "mistakes"),
    [
        (Promise("Europe/Paris", EVERY_DAY, time(9), 60, date(2027, 1, 1)), []),
        (Promise("Mars/Olympus", EVERY_DAY, time(9), 60, date(2027, 1, 1)), [Mistake.ZONE]),
        (Promise("UTC", frozenset(), time(9), 60, date(2027, 1, 1)), [Mistake.WEEKDAYS]),
        (
            Promise("UTC", frozenset({7}), time(9, 5), 60, date(2027, 1, 1)),
            [Mistake.WEEKDAYS, Mistake.BEGINS],
        ),
        (Promise("UTC", EVERY_DAY, time(9), 725, date(2027, 1, 1)), [Mistake.MINUTES]),
        (Promise("UTC", EVERY_DAY, time(9), 60, date(2027, 1, 2), date(2027, 1, 1)), [Mistake.LAST]),
    ],
)
def test_each_mistake_of_a_promise_is_named(promise: Promise, mistakes: list[Mistake]) -> None:
    assert mistakes_of(promise) == mistakes
