"""The same faults with three hundred calls up, and the database away for a whole minute: for `make soak`."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import pytest
from dialler_cast import (
    CONFIRMED,
    HANGS_UP,
    READ_BACK,
    Process,
    Switch,
    answers,
    called,
    confirmed_by_now,
    country,
    database_away,
    keys,
    make_campaign,
    pause,
    people_who_left,
    records,
    simulated,
    stored_contents,
    wait_for,
)
from django.db import connection
from test_dialler_faults import BRIEF

from tuidang.phone.models import Block, Campaign, Trunk

pytestmark = [pytest.mark.soak, pytest.mark.django_db(transaction=True)]

UP = 300
RATE = 40
PATIENCE = 600.0  # seconds: it comes to pass, however busy the machine


def many_calls(house: Path, switch: Switch, calls: int) -> None:
    make_campaign(house, switch, calls=calls, rate=RATE)
    Trunk.objects.update(channels=UP + 50)


def test_asterisk_killed_with_three_hundred_calls_up_is_found_again(house: Path) -> None:
    with country(house, party=answers(CONFIRMED, pause(20), HANGS_UP)) as switch:
        many_calls(house, switch, 2 * UP)
        dialler = Process(house)
        wait_for(lambda: dialler.figure("in_air") >= UP and len(stored_contents()) > 20, PATIENCE)
        switch.kill()
        wait_for(lambda: not dialler.live["asterisk"], PATIENCE)
        switch.start()
        wait_for(lambda: dialler.figure("dialled") == 2 * UP and not dialler.figure("in_air"), PATIENCE)
        dialler.close()
        numbers = called(switch)
    assert len(numbers) == len(set(numbers)) <= 2 * UP
    assert len(records(house)) == 2 * UP
    assert len(stored_contents()) == people_who_left(house) < 2 * UP
    assert Block.objects.get().leased_by == ""


def test_a_dialler_killed_with_three_hundred_calls_up_loses_no_statement(house: Path) -> None:
    with country(house, party=answers(READ_BACK, pause(10), keys("1"), pause(30))) as switch:
        many_calls(house, switch, UP)
        first = Process(house)
        wait_for(lambda: first.figure("in_air") >= UP and len(stored_contents()) > 20, PATIENCE)
        first.kill()
        confirmed = confirmed_by_now(house)
        lost = set(switch.channels())
        Campaign.objects.update(daily_limit=UP + 20)
        second = Process(house)
        wait_for(lambda: not lost & set(switch.channels()), PATIENCE)
        wait_for(lambda: second.figure("dialled") == 20 and not second.figure("in_air"), PATIENCE)
        second.close()
        numbers = called(switch)
    assert len(numbers) == len(set(numbers)) == UP + 20
    assert len(stored_contents()) == confirmed + 20
    assert Block.objects.get().leased_by == ""


def test_a_carrier_that_is_away_for_a_minute_costs_few_numbers(house: Path) -> None:
    with simulated(house, BRIEF) as (lab, switch):
        make_campaign(house, switch, calls=1000, rate=RATE)
        dialler = Process(house, ring_seconds=2)
        wait_for(lambda: dialler.figure("dialled") >= RATE, PATIENCE)
        lab.kill()
        time.sleep(60)  # Asterisk asks every fifteen seconds whether a carrier is there
        assert not dialler.live["trunks"]["lab"]["up"]
        lab.start()
        wait_for(lambda: dialler.figure("dialled") == 1000 and not dialler.figure("in_air"), PATIENCE)
        dialler.close()
        numbers = [call.number for call in lab.calls()]
    assert len(numbers) == len(set(numbers))
    outcomes = Counter(record["outcome"] for record in records(house))
    assert outcomes.total() == 1000
    assert outcomes["answered"] > 1000 - 6 * RATE  # two seconds at full pace were lost, then ever fewer


def test_a_database_that_stops_for_a_minute_loses_no_statement(house: Path) -> None:
    with country(house, party=answers(CONFIRMED, HANGS_UP)) as switch:
        many_calls(house, switch, 60)
        dialler = Process(house)
        wait_for(lambda: dialler.figure("in_air") >= 40, PATIENCE)
        connection.close()
        with database_away():
            time.sleep(60)
        wait_for(lambda: dialler.figure("dialled") == 60 and not dialler.figure("in_air"), PATIENCE)
        wait_for(lambda: not dialler.live["choices_waiting"], PATIENCE)
        dialler.close()
        numbers = called(switch)
    assert len(numbers) == len(set(numbers)) == 60
    assert len(stored_contents()) == people_who_left(house) == 60
