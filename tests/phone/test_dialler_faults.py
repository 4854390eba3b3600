"""The dialler killed, Asterisk killed, the database away: no number twice, nothing confirmed is lost."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from dialler_cast import (
    HANGS_UP,
    WAITS,
    Process,
    Switch,
    answers,
    country,
    dialling,
    keys,
    make_campaign,
    pause,
    records,
    stored_contents,
    wait_for,
)
from django.db import connection

from tuidang.phone.call import At

pytestmark = pytest.mark.django_db(transaction=True)

CONFIRMED = keys("91#12") + pause(2) + keys("1")


@contextmanager
def database_away() -> Iterator[None]:
    """Keep everybody from the database, as if it were stopped; close your own connection before."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(name, isolation_level=None)) as away:
            away.execute("BEGIN EXCLUSIVE")
            yield
        return
    parameters = connection.get_connection_params() | {"dbname": "postgres"}
    with psycopg.connect(**parameters, autocommit=True) as away:
        away.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        away.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
        yield
        away.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")


def called(switch: Switch) -> list[str]:
    return [number for carrier in switch.carriers.values() for number in carrier.called()]


def people_who_left(data: Path) -> int:
    return sum(record["people"] for record in records(data))


def test_a_killed_dialler_loses_no_number_and_no_statement_and_the_next_start_goes_on(house: Path) -> None:
    from tuidang.phone.models import Block, Campaign

    with country(house, party=answers(CONFIRMED, pause(30))) as switch:
        make_campaign(house, switch, calls=12, rate=10)
        first = Process(house)
        wait_for(stored_contents)
        first.kill()
        lost = set(switch.channels())
        assert lost
        Campaign.objects.update(daily_limit=24)
        second = Process(house)
        wait_for(lambda: second.figure("dialled") == 12)
        wait_for(lambda: not lost & set(switch.channels()))
        wait_for(lambda: people_who_left(house) == 12)
        second.close()
        numbers = called(switch)
    assert len(numbers) == len(set(numbers)) == 24
    assert Block.objects.get().leased_by == ""
    assert len(stored_contents()) >= 13


def test_a_killed_asterisk_is_found_again_and_no_number_is_dialled_twice(house: Path) -> None:
    with country(house, party=answers(pause(60))) as switch:
        make_campaign(house, switch, calls=40, rate=5)
        dialler = Process(house)
        wait_for(lambda: dialler.figure("in_air") >= 10)
        switch.kill()
        wait_for(lambda: not dialler.live["asterisk"])
        drawn_until_then = len(called(switch))
        switch.start()
        wait_for(lambda: dialler.figure("dialled") == 40)
        dialler.close()
        numbers = called(switch)
    assert 10 <= drawn_until_then < 40
    assert len(numbers) == len(set(numbers)) <= 40
    outcomes = [record["outcome"] for record in records(house)]
    assert len(outcomes) == 40


def test_what_was_confirmed_while_the_database_is_away_is_stored_after_a_kill(house: Path) -> None:
    with country(house, party=answers(CONFIRMED, HANGS_UP)) as switch:
        make_campaign(house, switch, calls=3, rate=10)
        dialler = Process(house)
        wait_for(lambda: dialler.figure("in_air") == 3)
        connection.close()
        with database_away():
            wait_for(lambda: len(list((house / "phone/journal").glob("*.choice"))) == 3)
            dialler.kill()
        assert not stored_contents()
        dialler = Process(house)
        wait_for(lambda: len(stored_contents()) == 3)
        wait_for(lambda: not list((house / "phone/journal").iterdir()))
        dialler.close()
    assert len(stored_contents()) == 3


def test_a_database_that_was_away_for_a_while_is_waited_for_and_the_campaign_goes_on(house: Path) -> None:
    with country(house, party=answers(CONFIRMED, HANGS_UP)) as switch:
        make_campaign(house, switch, calls=6, rate=1)
        dialler = Process(house)
        wait_for(lambda: dialler.figure("in_air") >= 2)
        connection.close()
        with database_away():
            wait_for(lambda: dialler.live["choices_waiting"] >= 2)
        wait_for(lambda: people_who_left(house) == 6)
        dialler.close()
        numbers = called(switch)
    assert len(numbers) == len(set(numbers)) == 6
    assert len(stored_contents()) == 6


def test_who_confirms_while_the_database_is_away_hears_so_and_then_his_receipt(house: Path) -> None:
    async def late(dialler: Any) -> set[str]:
        places = set()
        while not (lines := list(dialler._exchange.lines.values())) or not lines[0].evidence.key:
            await asyncio.sleep(0.05)
        (line,) = lines
        with database_away():
            while line.call.at not in {At.STORING_LATE, At.STORING_UNSURE}:
                await asyncio.sleep(0.02)
        while not line.call.receipts:
            places.add(line.call.at)
            await asyncio.sleep(0.02)
        return places

    with country(house, party=answers(CONFIRMED, WAITS)) as switch:
        make_campaign(house, switch, calls=1)
        connection.close()
        assert At.STORING_LATE in dialling(house, late)
    assert len(stored_contents()) == 1
