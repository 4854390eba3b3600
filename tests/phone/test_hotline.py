"""Real calls to the hotline: a real Asterisk, SIPp as callers, telephones on desks, the process itself."""

from __future__ import annotations

import secrets
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from dialler_cast import BLOCK, Process
from django.db import connection
from hotline_cast import NUMBER, OUT, House, open_house, wait_for
from sip_cast import open_page

from tuidang.phone.actions import duty
from tuidang.phone.actions.blocks import load_blocks
from tuidang.phone.actions.call_backs import lease_call_back, leased_call_back
from tuidang.phone.actions.choices import call_back_keys, store_call_back
from tuidang.phone.asterisk import install, process
from tuidang.phone.call_back_rules import is_safe
from tuidang.phone.models import CallBack, Campaign, HotlineHour, Message, Trunk
from tuidang.phone.numbers.blocks import NumberBlock
from tuidang.phone.queries import dispositions
from tuidang.phone.rules import Zone
from tuidang.privacy.sealing import open_sealed_to

pytestmark = pytest.mark.django_db(transaction=True)
ONE = ((0.3, "1"),)  # Mandarin, pressed at once


@pytest.fixture(scope="module")
def built() -> Iterator[House]:
    with open_house() as house:
        yield house


@pytest.fixture
def house(built: House, settings: object) -> Iterator[House]:
    settings.TUIDANG = replace(settings.TUIDANG, data=built.data, phone_desks=4)  # type: ignore[attr-defined]
    built.start_hotline()
    yield built
    built.clear()
    built.kill_hotline()


def test_a_caller_is_bridged_to_a_volunteer_and_either_may_end_it(house: House) -> None:
    maple, caller = house.come(), house.callers[0]
    caller.call(ONE)
    wait_for(lambda: house.desk(1).state == "talking")
    wait_for(lambda: house.together() == [2])
    maple.hang_up()
    wait_for(lambda: caller.seen() == ["answered", "they"])
    wait_for(lambda: house.desk(1).state == "wrap-up")
    assert not any(NUMBER[-8:] in said for said in maple.heard)


def test_who_goes_off_duty_is_signed_out_and_cannot_take_the_rings_of_who_sits_there_next(
    house: House,
) -> None:
    maple = house.come()
    duty.go_off_duty(house.volunteers[1])
    contacts = lambda: process.tell(house.setup, f"pjsip show aor {maple.desk.name}").stdout.count("/sip:")  # noqa: E731
    wait_for(lambda: not contacts(), "a telephone of who is off duty is rung still")
    with open_page(house.setup) as page:
        assert page.register(maple.desk).code == 401
        oak = house.come()
        assert oak.desk.name == maple.desk.name
        assert page.register(maple.desk).code == 401
    house.callers[0].call(ONE)
    wait_for(lambda: house.desk(1).state == "talking")
    assert oak.rings
    assert not maple.rings


def test_who_calls_when_nobody_is_on_duty_is_told_at_once_and_may_leave_a_wish(house: House) -> None:
    caller = house.callers[0]
    # Mandarin; then: call me back, at this number, in the evening.
    caller.call((*ONE, (6, "1"), (1.5, "1"), (1.5, "3")))
    wait_for(lambda: CallBack.objects.filter(hours="evening").exists())
    wait_for(lambda: caller.seen() == ["answered", "they"])
    (row,) = CallBack.objects.all()
    opened = open_sealed_to(call_back_keys().private_key(row.day), bytes(row.sealed))
    assert opened == f"86{NUMBER}"
    now = house.now
    assert now is not None
    assert now.nobody
    wait_for(lambda: HotlineHour.objects.filter(to_message=1, arrived=1, answered=0).exists())
    _nothing_is_written(house)


def test_who_waits_is_served_in_order_and_a_busy_volunteer_is_not_rung(house: House) -> None:
    maple = house.come("zh", "en")
    first, second, third = house.callers[:3]
    first.call(ONE)
    wait_for(lambda: house.desk(1).state == "talking")
    second.call(((0.3, "3"),))
    wait_for(lambda: len(house.waiting()) == 1)
    third.call(ONE)
    wait_for(lambda: len(house.waiting()) == 2)
    order = house.waiting()
    assert len(maple.rings) == 1
    house.order(maple, "end")
    wait_for(lambda: first.seen() == ["answered", "they"])
    wait_for(lambda: house.desk(1).state == "wrap-up")
    assert len(maple.rings) == 1
    for what in ("hostile", "thinking", "thinking"):  # what he says last counts, once
        house.order(maple, "wrapped", what)
    wait_for(lambda: house.desk(1).call == order[0] and house.desk(1).state == "talking")
    assert house.desk(1).language == "en"
    assert house.waiting() == order[1:]
    wait_for(lambda: [(one.what, one.count) for one in dispositions(date(2020, 1, 1))] == [("thinking", 1)])
    third.kill()
    wait_for(lambda: HotlineHour.objects.filter(answered=1, talk_seconds__gte=0).count() == 2)


def test_a_telephone_that_is_not_answered_rings_twenty_seconds_then_the_next_one_does(house: House) -> None:
    maple, cedar = house.come(), house.come()
    maple.answers = ""
    house.callers[0].call(ONE)
    wait_for(lambda: maple.rings)
    wait_for(lambda: house.desk(1).state == "ringing")
    assert not cedar.rings
    wait_for(lambda: house.desk(2).state == "talking")
    wait_for(lambda: maple.ended == 1)
    wait_for(lambda: house.desk(1).state == "ready")


def test_a_call_is_held_refused_handed_on_and_comes_back(house: House) -> None:
    maple, cedar = house.come(), house.come()
    caller = house.callers[0]
    maple.answers = "486 Busy Here"
    caller.call(ONE)
    wait_for(lambda: house.desk(2).state == "talking")  # the first would not have it
    house.order(cedar, "hold")
    wait_for(lambda: house.desk(2).state == "held")
    wait_for(lambda: house.together() == [1])
    house.order(cedar, "resume")
    wait_for(lambda: house.together() == [2])
    house.order(cedar, "transfer", "desk:1")
    wait_for(lambda: len(maple.rings) == 2)
    wait_for(lambda: len(cedar.rings) == 2)  # refused again: back where it came from
    wait_for(lambda: house.together() == [2])
    maple.answers = "200 OK"
    house.order(cedar, "transfer", "desk:1")
    wait_for(lambda: (house.desk(1).state, house.desk(2).state) == ("talking", "wrap-up"))
    wait_for(lambda: house.together() == [2])
    assert caller.is_calling()


def test_a_coordinator_joins_and_the_first_may_leave(house: House) -> None:
    maple, cedar = house.come(), house.come(coordinator=True)
    house.callers[0].call(ONE)
    wait_for(lambda: house.desk(1).state == "talking")
    house.order(maple, "conference", "coordinator")
    wait_for(lambda: house.together() == [3])
    wait_for(lambda: house.desk(1).others == (2,))
    house.order(maple, "leave")
    wait_for(lambda: house.together() == [2])
    wait_for(lambda: (house.desk(1).state, house.desk(2).state) == ("wrap-up", "talking"))
    cedar.hang_up()
    wait_for(lambda: house.callers[0].seen() == ["answered", "they"])


def test_a_call_is_handed_to_another_language(house: House) -> None:
    maple, cedar = house.come("zh"), house.come("yue")
    house.callers[0].call(ONE)
    wait_for(lambda: house.desk(1).state == "talking")
    house.order(maple, "transfer", "language:en")  # nobody speaks it: it is back at once
    wait_for(lambda: len(maple.rings) == 2)
    wait_for(lambda: house.together() == [2])
    house.order(maple, "transfer", "language:yue")
    wait_for(lambda: (house.desk(2).state, house.desk(2).language) == ("talking", "yue"))
    assert len(cedar.rings) == 1


def test_who_loads_his_page_again_is_rung_back_into_his_call(house: House) -> None:
    maple, caller = house.come(), house.callers[0]
    caller.call(ONE)
    wait_for(lambda: house.together() == [2])
    maple.load_again()
    wait_for(lambda: len(maple.rings) == 2)
    wait_for(lambda: house.desk(1).state == "talking" and house.together() == [2])
    maple.close()  # the network is gone
    wait_for(lambda: house.desk(1).note == "lost")
    assert caller.is_calling()
    maple.load_again()
    wait_for(lambda: len(maple.rings) == 3)
    wait_for(lambda: house.together() == [2])
    assert caller.is_calling()


def test_a_killed_hotline_finds_every_call_again(house: House) -> None:
    maple, cedar = house.come(), house.come()
    for caller in house.callers[:2]:
        caller.call(ONE)
        wait_for(lambda: sum(house.desk(number).state == "talking" for number in (1, 2)) > 0)
    wait_for(lambda: house.desk(2).state == "talking")
    third, fourth = house.callers[2:]
    third.call(ONE)
    wait_for(lambda: len(house.waiting()) == 1)
    fourth.call(ONE)
    wait_for(lambda: len(house.waiting()) == 2)
    talks, order = {number: house.desk(number).call for number in (1, 2)}, house.waiting()
    house.kill_hotline()
    assert house.together() == [2, 2]
    house.start_hotline()
    wait_for(lambda: house.waiting() == order)
    assert {number: house.desk(number).call for number in (1, 2)} == talks
    assert house.together() == [2, 2]
    assert all(caller.is_calling() for caller in house.callers)
    assert (len(maple.rings), len(cedar.rings)) == (1, 1)
    house.order(cedar, "end")
    house.order(cedar, "wrapped")
    wait_for(lambda: house.desk(2).call == order[0] and house.desk(2).state == "talking")
    _nothing_is_written(house)


def test_key_8_reaches_a_volunteer_and_no_death_of_the_dialler_ends_that(house: House) -> None:
    maple = house.come()
    _machine_calls_once(house)
    dialler = Process(house.data)
    try:
        wait_for(lambda: house.desk(1).state == "talking")
        assert (house.desk(1).kind, house.desk(1).region) == ("key-8", "CN-SD")
        wait_for(lambda: house.together() == [2])
        wait_for(lambda: dialler.live.get("persons", {}).get("reached") == 1)
        dialler.kill()
        dialler = Process(house.data)
        wait_for(lambda: dialler.live.get("asterisk"))
        assert house.together() == [2]
        house.order(maple, "end")
        wait_for(lambda: house.desk(1).state == "wrap-up")
    finally:
        dialler.kill()
    (number,) = house.called.called()
    assert not any(number[-8:] in said for said in maple.heard)


def test_a_volunteer_calls_somebody_back_without_his_number(house: House) -> None:
    now = datetime.now(UTC)
    if not is_safe("any", Zone.EAST, now):
        pytest.skip("at night nobody is called back, and nothing can be configured otherwise")
    _trunk(house)
    store_call_back(secrets.token_bytes(16), f"86{NUMBER}", "CN-SD", "any", today=now.date(), language="zh")
    maple = house.come()
    lent = lease_call_back(house.volunteers[1], ["zh"], now)
    assert lent is not None
    calls = len(house.called.called())
    house.order(maple, "call", str(lent.key))
    wait_for(lambda: house.together() == [2])
    wait_for(lambda: house.desk(1).state == "talking")
    assert (house.desk(1).kind, house.desk(1).region) == ("call-back", "CN-SD")
    assert house.called.called()[calls:] == [f"86{NUMBER}"]
    house.order(maple, "end")
    wait_for(lambda: house.desk(1).state == "wrap-up")
    again = leased_call_back(house.volunteers[1])
    assert again is not None
    assert again.called
    house.order(maple, "wrapped")
    house.order(maple, "call", str(lent.key))  # once in a lease
    wait_for(lambda: house.desk(1).note == "not-lent")
    _nothing_is_written(house)


def _trunk(house: House) -> Trunk:
    host = f"127.0.0.1:{house.called.port}"
    return Trunk.objects.create(name=OUT, host=host, calls_per_second=5, channels=10)


def _machine_calls_once(house: House) -> None:
    load_blocks([NumberBlock(BLOCK, "CN-SD", "", Zone.EAST)])
    campaign = Campaign.objects.create(name="sample", title="Sample", state="running", daily_limit=1)
    Message.objects.create(campaign=campaign, name="a", sound="message/a")
    campaign.trunks.add(_trunk(house))


def _nothing_is_written(house: House) -> None:
    """See that the caller's number is in no file, log, snapshot or row, and nowhere at a volunteer's."""
    database = Path(connection.settings_dict["NAME"])
    files = [
        path
        for path in (*house.data.rglob("*"), *database.parent.glob(f"{database.name}*"))
        if path.is_file()
        and not path.is_symlink()
        and "lab" not in path.parts
        and not path.parent.name.startswith("carrier-")
        and install.root(house.data) not in path.parents
    ]
    assert len(files) > 20
    for path in files:
        # By another process: were we to close a file that SQLite has open here, its locks would be gone.
        held = subprocess.run(["cat", path], capture_output=True, check=True).stdout
        assert NUMBER[-8:].encode() not in held, path
    for telephone in house.telephones.values():
        assert not any(NUMBER[-8:] in said for said in telephone.heard)
