"""When somebody may be called back: within what he said and what holds in his place, at every moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuidang.base.clock import CHINA
from tuidang.phone.call_back_rules import is_safe, next_safe, rest_until, safe_hours, safe_wishes
from tuidang.phone.rules import Zone, is_open

WISHES = st.sampled_from(["morning", "afternoon", "evening", "any"])
ZONES = st.sampled_from(list(Zone))
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("hours", "zone", "expected"),
    [
        ("morning", Zone.EAST, (9, 12)),
        ("afternoon", Zone.EAST, (12, 18)),
        ("evening", Zone.EAST, (18, 21)),
        ("any", Zone.EAST, (9, 21)),
        ("morning", Zone.WEST, (11, 14)),
        ("afternoon", Zone.WEST, (14, 20)),
        ("evening", Zone.WEST, (20, 21)),
        ("any", Zone.WEST, (11, 21)),
        ("morning", Zone.UNKNOWN, (11, 12)),
        ("afternoon", Zone.UNKNOWN, (14, 18)),
        ("evening", Zone.UNKNOWN, (20, 21)),
        ("any", Zone.UNKNOWN, (11, 21)),
    ],
)
def test_what_he_said_is_meant_by_the_clock_of_his_place(
    hours: str, zone: Zone, expected: tuple[int, int]
) -> None:
    assert safe_hours(hours, zone) == expected


@given(WISHES, ZONES, MOMENTS)
def test_nobody_is_called_outside_the_hours_of_the_rules(hours: str, zone: Zone, now: datetime) -> None:
    if is_safe(hours, zone, now):
        assert is_open(zone, now)
        first, last = safe_hours(hours, zone)
        assert first <= now.astimezone(CHINA).hour < last
    assert is_safe(hours, zone, now) == ((hours, zone) in safe_wishes(now))


@given(WISHES, MOMENTS)
def test_where_the_place_is_not_known_it_is_right_in_the_east_and_in_the_west(
    hours: str, now: datetime
) -> None:
    everywhere = is_safe(hours, Zone.EAST, now) and is_safe(hours, Zone.WEST, now)
    assert is_safe(hours, Zone.UNKNOWN, now) == everywhere


@given(WISHES, ZONES, MOMENTS)
def test_the_next_safe_moment_is_safe_and_none_is_earlier(hours: str, zone: Zone, now: datetime) -> None:
    found = next_safe(hours, zone, now)
    assert is_safe(hours, zone, found)
    assert now <= found < now + timedelta(days=1)
    between = found - timedelta(seconds=1)
    assert found == now or between < now or not is_safe(hours, zone, between)


@given(st.integers(1, 4), MOMENTS)
def test_he_rests_four_hours_then_a_day_and_until_a_whole_hour(tries: int, now: datetime) -> None:
    until = rest_until(tries, now)
    least = timedelta(hours=4) if tries == 1 else timedelta(days=1)
    assert now + least <= until < now + least + timedelta(hours=1)
    assert (until.minute, until.second, until.microsecond) == (0, 0, 0)


def test_a_time_without_its_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without its zone"):
        is_safe("any", Zone.EAST, datetime(2026, 11, 28, 12))  # noqa: DTZ001
