"""Going on and off duty, orders of a page, and what is counted, on a real database."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection

from tuidang.phone import floods_now
from tuidang.phone.actions import duty
from tuidang.phone.duty_rules import MOST_ORDERS
from tuidang.phone.floods.values import Counts, Level
from tuidang.phone.floods_now import FloodsNow, write_floods
from tuidang.phone.hotline_now import path_of, write_now
from tuidang.phone.models import DeskOrder, Duty
from tuidang.phone.queries import (
    DeskNow,
    HotlineNow,
    Waiting,
    dispositions,
    duty_of,
    hotline_hours,
    hotline_now,
    on_duty,
)

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 28, 10, 20, tzinfo=UTC)
HOUR = NOW.replace(minute=0)
MAPLE, CEDAR, PINE = uuid4(), uuid4(), uuid4()


@pytest.fixture(autouse=True)
def two_desks(house: Path, settings: object) -> None:
    settings.TUIDANG = replace(settings.TUIDANG, phone_desks=2)  # type: ignore[attr-defined]


def test_who_goes_on_duty_has_a_line_of_his_own_and_keeps_it() -> None:
    assert duty.go_on_duty(MAPLE, ["zh", "en", "zh"], coordinator=False, now=NOW) == 1
    assert duty.go_on_duty(CEDAR, ["yue"], coordinator=True, now=NOW) == 2
    assert duty.go_on_duty(MAPLE, ["en"], coordinator=False, now=NOW) == 1
    first, second = on_duty(NOW)
    assert (first.volunteer, first.languages, first.is_ready, first.is_seen) == (MAPLE, ("en",), True, True)
    assert (second.volunteer, second.coordinator) == (CEDAR, True)


def test_a_line_is_free_again_when_its_volunteer_went_or_was_silent_for_long() -> None:
    duty.go_on_duty(MAPLE, ["zh"], coordinator=False, now=NOW)
    duty.go_on_duty(CEDAR, ["zh"], coordinator=False, now=NOW)
    with pytest.raises(duty.NoDeskError):
        duty.go_on_duty(PINE, ["zh"], coordinator=False, now=NOW)
    duty.go_off_duty(MAPLE)
    assert duty.go_on_duty(PINE, ["zh"], coordinator=False, now=NOW) == 1
    later = NOW + timedelta(minutes=6)
    assert duty.keep_on_duty(PINE, later)
    assert duty.go_on_duty(MAPLE, ["zh"], coordinator=False, now=later) == 2
    assert duty_of(CEDAR, later) is None
    assert not duty.keep_on_duty(CEDAR, later)


@pytest.mark.parametrize("now", [DeskNow("talking", "ab12"), DeskNow("gone", "ab12"), DeskNow("held")])
def test_the_telephone_of_somebody_who_talks_is_nobody_else_s(house: Path, now: DeskNow) -> None:
    moment = datetime.now(UTC)
    duty.go_on_duty(MAPLE, ["zh"], coordinator=False, now=moment - timedelta(minutes=6))  # he is held up
    duty.go_on_duty(CEDAR, ["zh"], coordinator=False, now=moment)
    write_now(house, HotlineNow(desks={1: now}))
    for _ in range(2):
        with pytest.raises(duty.NoDeskError):
            duty.go_on_duty(PINE, ["zh"], coordinator=False, now=moment)
        duty.go_off_duty(MAPLE)  # and he still talks
    write_now(house, HotlineNow(desks={1: DeskNow("ready")}))
    assert duty.go_on_duty(PINE, ["zh"], coordinator=False, now=moment) == 1


def test_who_is_away_or_was_silent_for_a_minute_is_told_apart() -> None:
    duty.go_on_duty(MAPLE, ["zh"], coordinator=False, now=NOW)
    assert duty.set_away(MAPLE, NOW)
    found = duty_of(MAPLE, NOW + timedelta(seconds=61))
    assert found is not None
    assert (found.is_ready, found.is_seen) == (False, False)
    assert duty.set_ready(MAPLE, NOW)
    duty.send_away(1)
    assert not on_duty(NOW)[0].is_ready
    assert not duty.set_away(CEDAR, NOW)


def test_nobody_is_taken_off_duty_while_he_talks() -> None:
    duty.go_on_duty(MAPLE, ["zh"], coordinator=False, now=NOW)
    duty.go_on_duty(CEDAR, ["zh"], coordinator=False, now=NOW)
    duty.clear_absent(NOW + timedelta(minutes=6), busy=[2])
    assert [one.volunteer for one in on_duty(NOW)] == [CEDAR]


@pytest.mark.parametrize("languages", [[], ["de"], ["zh", ""]])
def test_nobody_is_on_duty_for_a_language_that_the_hotline_has_not(languages: list[str]) -> None:
    with pytest.raises(ValueError, match="languages"):
        duty.go_on_duty(MAPLE, languages, coordinator=False, now=NOW)
    assert not Duty.objects.exists()


def test_orders_are_taken_once_in_their_order_and_never_late() -> None:
    duty.give_order(1, "hold", now=NOW - timedelta(seconds=11))
    duty.give_order(2, "transfer", "language:yue", now=NOW)
    duty.give_order(1, "keys", "12#", now=NOW)
    assert [(order.desk, order.verb, order.argument) for order in duty.claim_orders(NOW)] == [
        (2, "transfer", "language:yue"),
        (1, "keys", "12#"),
    ]
    assert duty.claim_orders(NOW) == []


def test_orders_that_nobody_takes_do_not_pile_up() -> None:
    for second in range(0, 300, 60):
        duty.give_order(1, "hold", now=NOW + timedelta(seconds=second))
        assert DeskOrder.objects.count() == 1
    for _ in range(MOST_ORDERS):
        duty.give_order(2, "hold", now=NOW)
    with pytest.raises(duty.TooManyOrdersError, match="ten seconds"):
        duty.give_order(2, "hold", now=NOW)
    duty.give_order(3, "hold", now=NOW)


def test_nothing_is_kept_of_who_was_there_while_no_hotline_runs(house: Path) -> None:
    now = datetime.now(UTC)
    duty.go_on_duty(MAPLE, ["zh"], coordinator=False, now=now - timedelta(minutes=6))
    duty.go_on_duty(CEDAR, ["zh"], coordinator=False, now=now - timedelta(minutes=6))
    duty.give_order(1, "hold", now=now - timedelta(seconds=11))
    write_now(house, HotlineNow(desks={2: DeskNow("talking", "ab12")}))
    write_floods(house, FloodsNow(Level.CALM, Counts(), ()))
    duty.tidy_duty(now)
    assert [one.volunteer for one in on_duty(now)] == [CEDAR]
    assert not DeskOrder.objects.exists()
    duty.tidy_duty(now + timedelta(minutes=59))
    assert not on_duty(now)
    assert path_of(house).exists()
    assert floods_now.path_of(house).exists()
    duty.tidy_duty(now + timedelta(minutes=61))
    assert list(path_of(house).parent.iterdir()) == []


def test_when_a_page_was_heard_of_is_kept_to_ten_seconds() -> None:
    moment = NOW.replace(second=38, microsecond=123456)
    duty.go_on_duty(MAPLE, ["zh"], coordinator=False, now=moment)
    for change in (duty.set_ready, duty.set_away, duty.keep_on_duty):
        assert Duty.objects.get().seen == NOW.replace(second=30)
        assert change(MAPLE, moment)
    assert Duty.objects.get().seen == NOW.replace(second=30)


@pytest.mark.parametrize(
    ("verb", "argument"),
    [("dial", "1"), ("transfer", "desk:0"), ("transfer", "language:de"), ("keys", "a"), ("hold", "x")],
)
def test_an_order_that_nobody_could_carry_out_is_not_taken(verb: str, argument: str) -> None:
    with pytest.raises(ValueError, match="order"):
        duty.give_order(1, verb, argument, now=NOW)
    assert not DeskOrder.objects.exists()


def test_hours_are_counted_whole() -> None:
    duty.count_hour(HOUR, "zh", {"arrived": 2, "wait_seconds": 30})
    duty.count_hour(HOUR, "zh", {"arrived": 1, "answered": 1})
    duty.count_hour(HOUR, "en", {})
    duty.count_hour(HOUR - timedelta(hours=1), "zh", {"arrived": 1})
    english, chinese = hotline_hours(HOUR)
    assert (chinese.language, chinese.arrived, chinese.answered, chinese.wait_seconds) == ("zh", 3, 1, 30)
    assert english.arrived == 0
    with pytest.raises(ValueError, match="whole"):
        duty.count_hour(NOW, "zh", {"arrived": 1})


def test_ends_of_conversations_are_counted_by_day() -> None:
    today = date(2026, 11, 28)
    duty.count_disposition(today, "hotline", "withdrew")
    duty.count_disposition(today, "hotline", "withdrew")
    duty.count_disposition(today, "key-8", "thinking")
    assert [(one.kind, one.what, one.count) for one in dispositions(today)] == [
        ("hotline", "withdrew", 2),
        ("key-8", "thinking", 1),
    ]
    duty.count_disposition(today, "key-8", "withdrew", "thinking")  # it was another, he says now
    duty.count_disposition(today, "hotline", "hostile", "withdrew")
    assert [(one.kind, one.what, one.count) for one in dispositions(today)] == [
        ("hotline", "hostile", 1),
        ("hotline", "withdrew", 1),
        ("key-8", "withdrew", 1),
    ]
    with pytest.raises(ValueError, match="end"):
        duty.count_disposition(today, "hotline", "shouted")


def test_what_the_hotline_does_is_read_as_it_was_written(house: Path) -> None:
    shown = HotlineNow(
        (Waiting("ab12", "key-8", "yue", 12, challenged=True),),
        {
            3: DeskNow(
                "talking",
                "cd34",
                "hotline",
                "zh",
                "CN-SD",
                65,
                (4,),
                frequent=True,
                note="lost",
                marked="hostile",
            )
        },
        "calm",
        nobody=False,
        free={"zh": 1},
    )
    assert hotline_now(house, datetime.now(UTC)) is None
    write_now(house, shown)
    assert '"with": [4]' in path_of(house).read_text()
    assert hotline_now(house, datetime.now(UTC)) == shown
    assert hotline_now(house, datetime.now(UTC) + timedelta(seconds=6)) is None
    os.truncate(path_of(house), 10)
    assert hotline_now(house, datetime.now(UTC)) is None


def test_an_order_of_a_page_that_cannot_wait_takes_no_lock_when_there_is_none() -> None:
    with connection.execute_wrapper(_no_writing):
        assert duty.claim_orders(NOW) == []


def _no_writing(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
    assert sql.startswith("SELECT"), sql
    return execute(sql, params, many, context)
