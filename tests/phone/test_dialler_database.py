"""The database away while people confirm: nothing is lost, nothing twice. On PostgreSQL too (`make test`)."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from dialler_cast import (
    CONFIRMED,
    HANGS_UP,
    WAITS,
    Process,
    answers,
    called,
    country,
    database_away,
    dialling,
    make_campaign,
    people_who_left,
    stored_contents,
    wait_for,
)
from django.db import connection

from tuidang.phone.call import At

pytestmark = pytest.mark.django_db(transaction=True)


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
