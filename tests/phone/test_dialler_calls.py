"""Calls through a real Asterisk to carriers that answer as people do, and what becomes of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from dialler_cast import (
    CONFIRMED,
    HANGS_UP,
    READ_BACK,
    RINGS_ON,
    WAITS,
    answers,
    country,
    dialling,
    keys,
    make_campaign,
    pause,
    records,
    refuses,
    stored_contents,
    written,
)

from tuidang.register.rules.content import Channel

pytestmark = pytest.mark.django_db(transaction=True)


def ended(calls: int) -> Callable[[Any], Awaitable[None]]:
    """Wait until so many calls are over."""

    async def wait(dialler: Any) -> None:
        while dialler._figures.get("sample") is None or dialler._figures["sample"].outcomes.total() < calls:
            await asyncio.sleep(0.05)

    return wait


async def receipts(dialler: Any) -> tuple[tuple[str, str], ...]:
    """Wait until a call has receipts, and give them."""
    while True:
        for line in dialler._exchange.lines.values():
            if line.call.receipts:
                return line.call.receipts
        await asyncio.sleep(0.02)


def test_a_confirmed_withdrawal_is_a_statement_found_by_its_receipt(house: Path) -> None:
    from tuidang.register.actions.owner import find_statement

    with country(house, party=answers(CONFIRMED, WAITS)) as switch:
        make_campaign(house, switch, calls=1)
        ((alias, digits),) = dialling(house, receipts)
    assert find_statement(digits, alias) is not None
    content = stored_contents()[0]
    assert (content.name, content.orgs, content.channel) == (alias, ("party",), Channel.MACHINE)
    (record,) = records(house)
    assert (record["outcome"], record["reason"]) == ("answered", "key")
    assert (record["keys"], record["people"]) == ("9", 1)


def test_a_hang_up_before_the_confirmation_leaves_no_statement(house: Path) -> None:
    from tuidang.register.models import Waiting

    with country(house, party=answers(READ_BACK, HANGS_UP)) as switch:
        make_campaign(house, switch, calls=1)
        dialling(house, ended(1))
    assert not Waiting.objects.exists()
    (record,) = records(house)
    assert (record["outcome"], record["keys"], record["people"]) == ("answered", "9", 0)


def test_a_hang_up_in_the_moment_of_the_confirmation_loses_no_statement(house: Path) -> None:
    from tuidang.register.models import Waiting

    with country(house, party=answers(CONFIRMED, HANGS_UP)) as switch:
        make_campaign(house, switch, calls=1)
        dialling(house, ended(1))
    assert Waiting.objects.count() == 1
    assert records(house)[0]["people"] == 1


def test_who_presses_0_twice_is_never_called_again(house: Path) -> None:
    from tuidang.phone.actions.never import is_never

    with country(house, quiet=answers(keys("00"), WAITS)) as switch:
        make_campaign(house, switch, calls=1)
        dialling(house, ended(1))
        (number,) = switch.carriers["quiet"].called()
    assert is_never([number]) == {number}
    assert records(house)[0]["keys"] == "0"


def test_nothing_that_stays_holds_the_number(house: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with country(house, quiet=answers(keys("00"), WAITS), none=refuses("404 Not Found")) as switch:
        make_campaign(house, switch, calls=4)
        dialling(house, ended(4))
        numbers = [number for carrier in switch.carriers.values() for number in carrier.called()]
        there = written(house, switch)
    there += [text.encode() for text in capfd.readouterr()]
    assert len(numbers) == 4
    assert not [number for number in numbers for data in there if number[2:].encode() in data]


def test_calls_go_on_while_the_connection_to_asterisk_is_lost_and_found(house: Path) -> None:
    with country(house, party=answers(pause(6), CONFIRMED, WAITS)) as switch:
        make_campaign(house, switch, calls=1)

        async def cut_off(dialler: Any) -> tuple[tuple[str, str], ...]:
            while not [line for line in dialler._exchange.lines.values() if line.evidence.answered]:
                await asyncio.sleep(0.05)
            await asyncio.sleep(0.5)
            dialler._exchange._ari._socket.transport.abort()
            while dialler._exchange.is_up:
                await asyncio.sleep(0.01)
            return await receipts(dialler)

        dialling(house, cut_off)
        assert len(switch.carriers["party"].called()) == 1
    assert len(stored_contents()) == 1


def test_a_trunk_that_refuses_everything_costs_few_numbers_and_those_are_not_held_against_the_block(
    house: Path,
) -> None:
    from tuidang.phone.models import Block

    with country(house, full=refuses("503 Service Unavailable")) as switch:
        make_campaign(house, switch, calls=1000, rate=20)

        async def down(dialler: Any) -> None:
            while not any(trunk.health.is_down for trunk in dialler._trunks.named(["full"])):
                await asyncio.sleep(0.05)
            await asyncio.sleep(4)

        dialling(house, down)
        assert 10 <= len(switch.carriers["full"].called()) < 30
    assert Block.objects.get().dialled == 0


def test_a_trunk_that_is_marked_live_is_not_dialled_unless_somebody_said_so(house: Path) -> None:
    from tuidang.phone.models import Block, Trunk

    with country(house, party=answers(WAITS)) as switch:
        make_campaign(house, switch, calls=9)
        Trunk.objects.update(live=True, caller="85212345678")

        async def refused(dialler: Any) -> None:
            while "sample" not in dialler._figures or not dialler._figures["sample"].held.times:
                await asyncio.sleep(0.05)
            await asyncio.sleep(1)
            assert dialler._figures["sample"].held.halted == "not-live"
            assert dialler._figures["sample"].held.times == {"party": {"not-live": 1}}

        dialling(house, refused)
        assert switch.carriers["party"].called() == []
    assert Block.objects.get().counter == 0


OUTCOMES = {
    "busy": (refuses("486 Busy Here"), "busy", "cause-17"),
    "none": (refuses("404 Not Found"), "unallocated", "cause-1"),
    "no": (refuses("603 Decline"), "rejected", "cause-21"),
    "full": (refuses("503 Service Unavailable"), "trunk", "sip-503"),
    "off": (refuses("480 Temporarily Unavailable"), "switched-off", "sip-480"),
    "rings": (RINGS_ON, "no-answer", "ring-timeout"),
    "dead": ('<recv request="CANCEL"/>', "trunk", "silent"),
    "silent": (answers(WAITS), "answered", "silence"),
}


def test_each_way_in_which_a_call_ends_has_its_outcome_and_reason(house: Path) -> None:
    with country(house, **{name: scenario for name, (scenario, _, _) in OUTCOMES.items()}) as switch:
        make_campaign(house, switch, calls=1000, rate=1)
        found: dict[str, tuple[str, str]] = {}

        async def all_heard(dialler: Any) -> None:
            while len(found) < len(OUTCOMES):
                found.update({r.trunk: (str(r.outcome), r.reason) for r in dialler._records})
                await asyncio.sleep(0.01)

        dialling(house, all_heard)
    assert found == {name: (outcome, reason) for name, (_, outcome, reason) in OUTCOMES.items()}


def test_a_trunk_that_was_changed_since_asterisk_was_started_reaches_nobody(house: Path) -> None:
    from tuidang.phone.models import Trunk

    with country(house, party=answers(WAITS)) as switch:
        make_campaign(house, switch, calls=2)
        # As a live trunk that is pointed at this machine: hours of a simulation, and the old carrier.
        Trunk.objects.update(host="127.0.0.1:9")
        dialling(house, ended(2))
        assert switch.carriers["party"].called() == []
    assert {record["outcome"] for record in records(house)} == {"trunk"}


def test_a_carrier_that_redirects_a_call_by_the_trunk_s_name_makes_us_call_nobody_else(house: Path) -> None:
    redirects = refuses("302 Moved Temporarily").replace("<sip:carrier@", "<sip:PJSIP/8613900000000%40party@")
    with country(house, party=redirects) as switch:
        make_campaign(house, switch, calls=2)
        dialling(house, ended(2))
        called = switch.carriers["party"].called()
    assert len(called) == 2
    assert all(number.startswith("861381234") for number in called)
