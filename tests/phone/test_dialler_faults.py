"""The dialler, Asterisk or the carrier fails under a campaign: no number twice, nothing confirmed is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from dialler_cast import (
    BLOCK,
    CONFIRMED,
    Process,
    answers,
    called,
    confirmed_by_now,
    country,
    make_campaign,
    pause,
    people_who_left,
    records,
    simulated,
    stored_contents,
    wait_for,
)

from tuidang.phone.lab.carrier import UNBOUNDED
from tuidang.phone.lab.carrier import Carrier as Lab
from tuidang.phone.lab.people import Kind, Person

pytestmark = pytest.mark.django_db(transaction=True)

RATE = 100  # calls a second
CALLS = 1000  # enough that some are left to be well again with
BRIEF = {
    f"{BLOCK[-1]}{number:04}": Person(Kind.ANSWERS, "50:r,100:a,20:s,300:H,") for number in range(10_000)
}


def test_a_killed_dialler_loses_no_number_and_no_statement_and_the_next_start_goes_on(house: Path) -> None:
    from tuidang.phone.models import Block, Campaign

    with country(house, party=answers(CONFIRMED, pause(30))) as switch:
        make_campaign(house, switch, calls=12, rate=10)
        first = Process(house)
        wait_for(stored_contents)
        first.kill()
        confirmed = confirmed_by_now(house)
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
    assert len(stored_contents()) == confirmed + 12


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


@pytest.mark.parametrize(
    ("fail", "mend"),
    [
        pytest.param(Lab.kill, Lab.start, id="is killed"),
        pytest.param(Lab.refuse, lambda lab: lab.refuse(False), id="refuses"),
        pytest.param(lambda lab: lab.bound(2), lambda lab: lab.bound(UNBOUNDED), id="takes two a second"),
    ],
)
def test_a_carrier_that_fails_is_dialled_slowly_until_it_is_well_and_then_as_before(
    house: Path, fail: Callable[[Lab], None], mend: Callable[[Lab], None]
) -> None:
    from tuidang.phone.models import Block

    with simulated(house, BRIEF) as (lab, switch):
        make_campaign(house, switch, calls=CALLS, rate=RATE)
        dialler = Process(house, ring_seconds=2)
        wait_for(lambda: dialler.figure("dialled") >= RATE)
        fail(lab)
        wait_for(lambda: dialler.live["trunks"]["lab"]["slowed"])
        mend(lab)
        wait_for(lambda: dialler.live["trunks"]["lab"]["slowed"] is False, seconds=240)
        wait_for(lambda: dialler.figure("dialled") == CALLS and not dialler.figure("in_air"), seconds=240)
        dialler.close()
        numbers = [call.number for call in lab.calls()]
    assert len(numbers) == len(set(numbers)) <= CALLS
    outcomes = Counter(record["outcome"] for record in records(house))
    assert outcomes.total() == CALLS
    assert set(outcomes) - {"no-answer"} == {"answered", "trunk"}  # some rang when it was killed
    assert Block.objects.get().leased_by == ""
