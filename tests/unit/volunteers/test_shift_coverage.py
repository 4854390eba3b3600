"""The board of a week: what is needed and promised in each hour of somebody's own clock, and its holes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_shift_rules import PLACES

from tuidang.volunteers.shifts.coverage import (
    ALL,
    BLOCK,
    Cell,
    HourCount,
    OnDuty,
    Profile,
    State,
    cells,
    default_profile,
    holes,
    hour_of_week,
    need,
    profile_of,
    soon,
    week_of,
)
from tuidang.volunteers.shifts.rules import Span

HOUR = timedelta(hours=1)
MONDAY = datetime(2027, 5, 3, tzinfo=UTC)


def calling(calls: Mapping[str, float]) -> Profile:
    """Give a profile with the same load in every hour."""
    return Profile({(one, hour): n for one, n in calls.items() for hour in range(168)}, 600, 120, 8)


def there(
    name: str, start: float, hours: float, languages: Sequence[str] = ("zh",), zone: str = "UTC"
) -> OnDuty:
    begins = MONDAY + start * HOUR
    return OnDuty(name, languages, zone, Span(begins, begins + hours * HOUR))


def board(
    profile: Profile, promised: Sequence[OnDuty], zone: str = "UTC", hours: float = 24, now: datetime = MONDAY
) -> list[Cell]:
    return cells(profile, promised, zone, Span(MONDAY, MONDAY + hours * HOUR), now)


def states(found: Sequence[Cell]) -> list[str]:
    return [cell.state for cell in found]


@given(st.sampled_from(PLACES), st.dates(date(2026, 1, 1), date(2028, 12, 31)))
def test_a_week_has_every_hour_of_a_places_clock_once_and_leaves_no_moment_out(zone: str, day: date) -> None:
    week = week_of(zone, day)
    found = cells(calling({"zh": 0}), [], zone, week, week.start)
    assert found[0].span.start == week.start
    assert found[-1].span.end == week.end
    assert all(one.span.end == other.span.start for one, other in pairwise(found))
    assert len({(cell.day, cell.hour) for cell in found}) == len(found) <= 168
    assert {cell.day for cell in found} == {day + timedelta(days=n) for n in range(7)}
    assert len(found) >= 167  # one fewer where a clock jumps over an hour


def test_an_hour_that_comes_twice_is_one_cell_of_two_hours_and_one_that_is_jumped_over_is_none() -> None:
    autumn = cells(
        calling({"zh": 0}), [], "America/Toronto", week_of("America/Toronto", date(2027, 11, 7)), MONDAY
    )
    assert [cell.span.end - cell.span.start for cell in autumn[:3]] == [HOUR, 2 * HOUR, HOUR]
    spring = cells(
        calling({"zh": 0}), [], "America/Toronto", week_of("America/Toronto", date(2027, 3, 14)), MONDAY
    )
    assert [cell.hour for cell in spring[:4]] == [0, 1, 3, 4]


def test_an_hour_counts_as_its_weakest_quarter() -> None:
    found = board(calling({"zh": 0.2}), [there("maple", 0, 1.5), there("willow", 3, 1)], hours=4)
    assert [cell.whole.have for cell in found] == [1, 0, 0, 1]
    assert states(found) == ["enough", "nobody", "nobody", "enough"]


def test_of_the_hour_that_runs_only_what_is_left_counts() -> None:
    promised = [there("maple", 0.5, 0.5)]
    assert states(board(calling({"zh": 0.2}), promised, hours=1, now=MONDAY)) == ["nobody"]
    late = MONDAY + timedelta(minutes=31)
    assert states(board(calling({"zh": 0.2}), promised, hours=1, now=late)) == ["enough"]


def test_in_a_zone_of_half_hours_an_hour_of_the_board_is_an_hour_of_its_clock() -> None:
    found = board(calling({"zh": 0.2}), [there("maple", 0.5, 1)], "Asia/Kolkata", hours=2)
    assert [(cell.hour, cell.whole.have) for cell in found] == [(5, 0), (6, 1), (7, 0)]


def test_one_volunteer_of_two_languages_answers_in_both_and_counts_once_in_all() -> None:
    profile = calling({"zh": 0.1, "en": 0.1})
    both = board(profile, [there("maple", 0, 1, ["zh", "en"])], hours=1)[0]
    assert {language: (count.need, count.have) for language, count in both.counts.items()} == {
        "zh": (1, 1),
        "yue": (0, 0),
        "en": (1, 1),
        ALL: (1, 1),
    }
    assert both.state is State.ENOUGH
    one = board(profile, [there("maple", 0, 1, ["zh"])], hours=1)[0]
    assert one.state is State.SHORT
    assert one.missing == 1


def test_two_shifts_of_one_volunteer_that_meet_count_once() -> None:
    found = board(calling({"zh": 6}), [there("maple", 0, 1), there("maple", 0, 2)], hours=1)[0]
    assert found.whole.have == 1


def test_who_has_night_by_his_own_clock_is_counted() -> None:
    promised = [there("maple", 3, 1, zone="America/Toronto"), there("willow", 3, 1, zone="Asia/Taipei")]
    assert [cell.at_night for cell in board(calling({"zh": 1}), promised, hours=5)] == [0, 0, 0, 1, 0]


def test_holes_are_told_in_pieces_of_two_hours_that_one_press_takes() -> None:
    profile = calling({"zh": 0.2})
    now = MONDAY + timedelta(minutes=20)
    found = holes(board(profile, [there("maple", 5, 2)], hours=10), now)
    assert [((hole.span.start - MONDAY) / HOUR, (hole.span.end - MONDAY) / HOUR) for hole in found] == [
        (0.25, 2),
        (2, 4),
        (4, 5),
        (7, 9),
        (9, 10),
    ]
    assert [hole.nobody for hole in found] == [True] * 5
    assert len(list(soon(found, now))) == 2
    assert all(hole.span.end - hole.span.start <= BLOCK for hole in found)


def test_a_hole_says_which_language_it_misses_and_whom_it_calls() -> None:
    hole = holes(board(calling({"zh": 0.1, "yue": 0.1}), [there("maple", 0, 1)], hours=1), MONDAY)[0]
    assert hole.languages == ("yue",)
    assert hole.helped_by(["yue", "zh"])
    assert not hole.helped_by(["zh", "en"])
    anybody = holes(board(calling({"zh": 6, "yue": 6}), [there("m", 0, 1, ["zh", "yue"])], hours=1), MONDAY)[
        0
    ]
    assert anybody.missing == max(
        need(calling({"zh": 6, "yue": 6}), ALL, MONDAY) - 1, need(calling({"zh": 6}), "zh", MONDAY) - 1
    )


def counted(profile: Profile, weeks: int, chance: Random) -> list[HourCount]:
    """Play weeks of a hotline in which everybody who waits has an exponential patience."""
    rows = []
    for n in range(weeks * 168):
        hour = MONDAY + n * HOUR
        for language in ("zh", "yue", "en"):
            calls = sum(chance.random() < profile.calls[language, hour_of_week(hour)] / 60 for _ in range(60))
            waits = [(chance.expovariate(1 / profile.patience), chance.uniform(0, 90)) for _ in range(calls)]
            left = sum(own < free for own, free in waits)
            talk = sum(chance.expovariate(1 / profile.talk) for _ in range(calls - left))
            if calls:
                row = HourCount(hour, language, calls, calls - left, left, sum(map(min, waits)), talk)
                rows.append(row)
    return rows


def test_a_profile_is_found_again_in_the_counts_of_a_year() -> None:
    truth = Profile({**default_profile().calls, **{("zh", hour): 9.0 for hour in range(24)}}, 420, 75, 0)
    found = profile_of(counted(truth, 50, Random(5)), 50)
    assert found.talk == pytest.approx(420, rel=0.02)
    assert found.patience == pytest.approx(75, rel=0.03)
    assert sum(found.calls["zh", hour] for hour in range(24)) / 24 == pytest.approx(9, rel=0.03)
    assert found.calls["zh", 30] == pytest.approx(truth.calls["zh", 30], rel=0.3)


def test_without_records_the_default_speaks() -> None:
    assert profile_of([], 0) == default_profile()
    china_noon, china_night = MONDAY + 4 * HOUR, MONDAY + 17 * HOUR
    assert default_profile().load("zh", china_noon).calls == 6
    assert default_profile().load("zh", china_night).calls == 3
    assert default_profile().load(ALL, china_noon).calls == pytest.approx(6.9)
    assert need(default_profile(), ALL, china_noon) == 4
