"""The rules at the moment of dialling: what is refused, with which reason, and that nothing loosens them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuidang.phone import rules
from tuidang.phone.rules import Gate, Refusal, Zone, begin_call, end_call, may_call

CHINA = timezone(timedelta(hours=8))
NOON = datetime(2026, 11, 28, 12, tzinfo=CHINA)
NUMBER = "8613912345678"
EU = tuple(re.findall("..", "ATBEBGHRCYCZDKEEFIFRDEGRHUIEITLVLTLUMTNLPLPTROSKSIESSE"))


def called(number: str = NUMBER, zone: Zone = Zone.EAST, hour: float = 12, **other: object) -> Refusal | None:
    now = datetime(2026, 11, 28, tzinfo=CHINA) + timedelta(hours=hour)
    return may_call(number, zone, **{"now": now, "is_never": False} | other)  # type: ignore[arg-type]


# Whom


@pytest.mark.parametrize(
    "country", [*EU, "US", "CA", "PR", "JM", "GB", "GG", "JE", "IM", "RE", "GP", "GF", "MQ"]
)
def test_north_america_the_eu_and_the_uk_are_refused_in_code(country: str) -> None:
    for kind in (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE):
        example = phonenumbers.example_number_for_type(country, kind)
        number = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)[1:]
        assert called(number) is Refusal.FORBIDDEN_COUNTRY
        assert called(number, simulated=True) is Refusal.FORBIDDEN_COUNTRY


@pytest.mark.parametrize("country", ["TW", "HK", "MO", "SG", "JP", "KR", "AU", "RU", "CH", "NO", "TH"])
def test_every_other_country_has_no_rule_file(country: str) -> None:
    example = phonenumbers.example_number_for_type(country, phonenumbers.PhoneNumberType.MOBILE)
    number = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)[1:]
    assert called(number) is Refusal.NOT_CHINA


@pytest.mark.parametrize(
    "national",
    ["110", "119", "120", "122", "112", "999", "12345", "10086", "10010", "10000", "95588", "96110", "11185",
     "4008123123", "8008100000", "01065129988", "1065129988", "2131234567", "1391234567", "139123456789",
     "13912345678 ", "1391234567８", "13800138000", "13800100500", "13010112500", ""],
)  # fmt: skip
def test_emergency_service_and_fixed_numbers_are_special(national: str) -> None:
    assert called(f"86{national}") is Refusal.SPECIAL
    assert called(f"86{national}", simulated=True) is Refusal.SPECIAL


@given(st.text(max_size=15))
def test_nothing_but_a_chinese_mobile_is_ever_called(number: str) -> None:
    if called(number) is None:
        parsed = phonenumbers.parse(f"+{number}")
        assert parsed.country_code == 86
        assert phonenumbers.number_type(parsed) is phonenumbers.PhoneNumberType.MOBILE


def test_who_said_never_is_never_called() -> None:
    assert called(is_never=True) is Refusal.NEVER
    assert called(is_never=True, simulated=True) is Refusal.NEVER


# When


@pytest.mark.parametrize(("zone", "opens"), [(Zone.EAST, 9), (Zone.WEST, 11), (Zone.UNKNOWN, 11)])
def test_a_zone_is_called_in_its_hours_only(zone: Zone, opens: int) -> None:
    for minute in range(24 * 60):
        hour = minute / 60
        wanted = None if opens <= hour < 21 else Refusal.HOURS
        assert called(zone=zone, hour=hour) is wanted


def test_an_unknown_place_is_called_only_when_every_place_may_be() -> None:
    for hour in range(24):
        now = datetime(2026, 11, 28, hour, tzinfo=CHINA)
        known = [rules.is_open(zone, now) for zone in (Zone.EAST, Zone.WEST)]
        assert rules.is_open(Zone.UNKNOWN, now) == all(known)


@given(
    st.sampled_from(Zone), st.datetimes(timezones=st.just(UTC)), st.integers(-50, 50), st.integers(-50, 50)
)
def test_a_campaign_can_make_the_hours_narrower_only(
    zone: Zone, now: datetime, opens: int, closes: int
) -> None:
    if rules.is_open(zone, now, opens=opens, closes=closes):
        assert rules.is_open(zone, now)
        assert opens <= now.astimezone(CHINA).hour < closes


def test_hours_are_those_of_china_wherever_the_machine_stands() -> None:
    toronto = timezone(timedelta(hours=-5))
    assert may_call(NUMBER, Zone.EAST, now=NOON.astimezone(toronto), is_never=False) is None
    assert may_call(NUMBER, Zone.EAST, now=NOON.replace(tzinfo=toronto), is_never=False) is Refusal.HOURS
    with pytest.raises(ValueError, match="without its zone"):
        may_call(NUMBER, Zone.EAST, now=NOON.replace(tzinfo=None), is_never=False)


def test_regions_live_in_their_zone() -> None:
    assert {r for r in ("CN-XJ", "CN-XZ", "CN-QH", "CN-GD") if rules.zone_of(r) is Zone.WEST} == {
        "CN-XJ",
        "CN-XZ",
    }
    assert rules.zone_of("") is Zone.UNKNOWN


def test_nobody_sleeps_on_a_simulated_trunk() -> None:
    assert called(hour=3, simulated=True) is None


# How often


@pytest.mark.parametrize("asked", [-400, 0, 1, 29, 30])
def test_two_passes_are_thirty_days_apart_whatever_a_campaign_asks(asked: int) -> None:
    today = date(2026, 11, 28)
    assert rules.last_day_of_old_pass(today, asked) == today - timedelta(30)


def test_a_campaign_may_wait_longer_between_passes() -> None:
    today = date(2026, 11, 28)
    assert rules.last_day_of_old_pass(today, 90) == today - timedelta(90)


# How fast

LIMITS = st.integers(1, 400)
TIMES = st.lists(st.floats(0, 0.4), min_size=1, max_size=300)


@given(LIMITS, LIMITS, TIMES)
def test_in_no_second_more_calls_begin_than_each_limit(
    trunk_limit: int, limit: int, pauses: list[float]
) -> None:
    trunk, machine = Gate(trunk_limit, 10**6, 0.0), Gate(limit, 10**6, 0.0)
    at, begun = 0.0, []
    for pause in pauses:
        at += pause
        while not isinstance(passed := begin_call(trunk, machine, at=at), Refusal):
            trunk, machine = passed
            begun.append(at)
    for number, first in enumerate(begun):
        assert sum(first <= later < first + 0.999999 for later in begun[number:]) <= min(trunk_limit, limit)


@given(st.integers(1, 300))
def test_nine_tenths_of_a_limit_are_reached_by_whoever_looks_fifty_times_a_second(limit: int) -> None:
    trunk, machine, begun = Gate(limit, 10**6, 0.0), Gate(10**4, 10**6, 0.0), 0
    for tick in range(50 * 20):
        while not isinstance(passed := begin_call(trunk, machine, at=tick / 50), Refusal):
            trunk, machine = passed
            begun += 1
    assert begun >= 0.89 * limit * 20 - 1


def test_channels_of_a_trunk_and_of_a_machine_are_kept() -> None:
    trunk, machine = Gate(100, 2, 0.0), Gate(100, 3, 0.0)
    for _ in range(2):
        passed = begin_call(trunk, machine, at=5.0)
        assert not isinstance(passed, Refusal)
        trunk, machine = passed
    assert begin_call(trunk, machine, at=9.0) is Refusal.TRUNK_CHANNELS
    other = begin_call(Gate(100, 2, 0.0), machine, at=9.0)
    assert not isinstance(other, Refusal)
    assert begin_call(Gate(100, 2, 0.0), other[1], at=9.0) is Refusal.MACHINE_CHANNELS
    assert not isinstance(begin_call(end_call(trunk), end_call(machine), at=9.0), Refusal)


def test_each_rate_is_refused_by_its_name() -> None:
    assert begin_call(Gate(1, 9, 0.0), Gate(9, 9, 0.0), at=0.5) is Refusal.TRUNK_RATE
    assert begin_call(Gate(9, 9, 0.0), Gate(1, 9, 0.0), at=0.5) is Refusal.MACHINE_RATE


def test_a_clock_that_goes_back_fills_nothing() -> None:
    gate = Gate(10, 9, 100.0)
    assert gate.at_time(50.0) == gate
    assert begin_call(gate, Gate(10, 9, 0.0), at=50.0) is Refusal.TRUNK_RATE


# Through which trunk

LIVE = {"host": "sip.example.org:5060", "caller": "14165550123", "live": True, "phone_live": True,
        "names_caller": True, "warnings": 0, "is_sample": False}  # fmt: skip


def test_a_live_trunk_with_everything_in_order_is_used() -> None:
    assert rules.may_use_trunk(**LIVE) is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("what", "refusal"),
    [
        ({"phone_live": False}, Refusal.NOT_LIVE),
        ({"live": False}, Refusal.NOT_LIVE),
        ({"live": False, "host": "10.0.0.9:5060"}, Refusal.NOT_LIVE),
        ({"live": False, "host": "localhost.example.org"}, Refusal.NOT_LIVE),
        ({"live": False, "host": "127.0.0.1.example.org:5060"}, Refusal.NOT_LIVE),
        ({"caller": ""}, Refusal.NO_CALLER),
        ({"caller": "anonymous"}, Refusal.NO_CALLER),
        ({"caller": "00000000"}, Refusal.NO_CALLER),
        ({"caller": "8613912345678"}, Refusal.NO_CALLER),
        ({"names_caller": False}, Refusal.CALLER_UNNAMED),
        ({"warnings": 1}, Refusal.DOCTOR),
        ({"is_sample": True}, Refusal.REGISTER),
    ],
)
def test_a_live_trunk_needs_every_condition(what: dict[str, object], refusal: Refusal) -> None:
    assert rules.may_use_trunk(**LIVE | what) is refusal  # type: ignore[arg-type]


@pytest.mark.parametrize("host", ["127.0.0.1:5060", "127.0.0.9", "[::1]:5060", "::1", "localhost:5070"])
def test_a_trunk_that_stays_on_this_machine_reaches_nobody(host: str) -> None:
    assert rules.is_simulated(host, live=False)
    assert not rules.is_simulated(host, live=True)
    simulated = LIVE | {"host": host, "live": False, "phone_live": False, "caller": ""}
    for is_sample, refusal in ((True, None), (None, None), (False, Refusal.REGISTER)):
        assert rules.may_use_trunk(**simulated | {"is_sample": is_sample}) is refusal  # type: ignore[arg-type]


# A person asked for


@given(st.lists(st.sampled_from(["ask", "answer", "abandon"]), max_size=400))
def test_at_most_three_in_a_hundred_are_abandoned_or_one(events: list[str]) -> None:
    asked = abandoned = waiting = 0
    for event in events:
        if event == "ask":
            asked += 1
            if rules.may_hand_over(asked=asked, abandoned=abandoned, waiting=waiting) is None:
                waiting += 1
        elif waiting:
            waiting -= 1
            abandoned += event == "abandon"
        assert abandoned <= max(1, 0.03 * asked)


def test_after_an_abandoned_one_a_call_back_is_offered_until_the_share_is_small_again() -> None:
    assert rules.may_hand_over(asked=1, abandoned=0, waiting=0) is None
    assert rules.may_hand_over(asked=66, abandoned=1, waiting=0) is Refusal.ABANDONED
    assert rules.may_hand_over(asked=67, abandoned=1, waiting=0) is None
