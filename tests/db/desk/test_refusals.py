"""What a dialler does not dial, and why, from the rule to the desk and the shell: numbers and trunks."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from calls_cast import Enter, draft, make_sounds, snapshot
from click.testing import CliRunner
from django.db import connections
from django.test import Client

from tuidang.cli import main
from tuidang.phone.actions.blocks import load_blocks
from tuidang.phone.actions.campaigns import Limits, change_campaign, save_trunk, set_trunks, start_campaign
from tuidang.phone.actions.never import never_call
from tuidang.phone.dialler.service import Dialler
from tuidang.phone.models import Block
from tuidang.phone.numbers.blocks import NumberBlock
from tuidang.phone.numbers.permutation import number_at
from tuidang.phone.records.funnel import funnel
from tuidang.phone.rules import Zone
from tuidang.privacy.keys import KeyFolder
from tuidang.volunteers.models import Role

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def maple(enter: Enter, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Give the browser of somebody who may start calls; the shell leaves the tables as they are."""
    monkeypatch.setattr("tuidang.cli_answers.prepare", lambda: None)
    return enter("maple", Role.OPERATOR)


def dial_until(data: Path, done: Callable[[Dialler], object]) -> None:
    """Look and dial as a machine does whose Asterisk hears it, until something is so."""

    make_sounds(data / "phone", "sample-1", "sample-2")

    async def run() -> None:
        key = KeyFolder(data / "keys").journal_key()
        dialler = Dialler("m1", data, key, examine=lambda: 0)
        dialler._exchange._ari.up = True
        await dialler._look()
        async with asyncio.timeout(20):
            while not done(dialler):
                await dialler._dial()
                await asyncio.sleep(0.05)
        await dialler._look()
        await dialler._run(dialler._disk, dialler._books.close)
        await dialler._run(dialler._database, connections.close_all)
        for threads in (dialler._database, dialler._choices, dialler._disk):
            threads.shutdown()

    asyncio.run(run())


def two_numbers_that_said_never() -> None:
    """Let the two numbers of today, the first of a block, be on the do-not-call list."""
    load_blocks([NumberBlock("1381234", "CN-SD", "", Zone.EAST)])
    seed, drawn = Block.objects.get().seed, list[int]()
    for step in range(20):
        number = number_at(seed, step)
        drawn += [number] if number is not None else []
    for number in drawn[:2]:
        never_call(f"861381234{number:04d}")
    change_campaign("autumn", "Autumn leaves", Limits(daily_limit=2))


def rows(page: str, table: str) -> str:
    """Return what a table of a page says, its marks taken away."""
    return page.partition(f'<table aria-labelledby="{table}"')[2].partition("</table>")[0]


def test_a_number_that_said_never_becomes_a_record_with_its_reason_and_a_row_of_the_desk(
    maple: Client, house: Path
) -> None:
    draft()
    two_numbers_that_said_never()
    start_campaign("autumn", phone_live=False, warnings=0)
    dial_until(house, lambda dialler: dialler._figures and dialler._figures["autumn"].held.halted)
    found = funnel(house / "phone" / "records", ["region", "trunk", "outcome", "reason"])
    assert [(row.group, row.counts["refused"]) for row in found] == [
        (("CN-SD", "lab", "refused", "never"), 2)
    ]
    page = maple.get("/desk/campaign/autumn/").content.decode()
    assert "Asked never to be called" in rows(page, "refusals")
    assert ">2<" in rows(page, "refusals")
    # Then the day's limit was reached: that is no number's, so it is told of the trunk, once.
    assert "The day’s limit is reached" in rows(page, "held")
    shown = json.loads(CliRunner().invoke(main, ["phone", "campaign", "show", "autumn", "--json"]).output)
    assert shown["today"]["refusals"] == {"never": 2}
    (machine,) = shown["machines"]
    assert machine["halted"] == "daily-limit"
    assert machine["held"]["lab"]["daily-limit"] == 1
    told = CliRunner().invoke(main, ["phone", "campaign", "show", "autumn"]).output
    assert "Not dialled: never 2\n" in told
    assert "m1 was held back on lab: " in told


def test_a_trunk_that_may_not_dial_is_counted_once_while_another_dials(maple: Client, house: Path) -> None:
    draft()
    two_numbers_that_said_never()
    change_campaign("autumn", "Autumn leaves", Limits(daily_limit=1))
    start_campaign("autumn", phone_live=False, warnings=0)
    save_trunk("out", "sip.example.org:5060", caller="14165550123", live=True)
    set_trunks("autumn", ["lab", "out"])
    looks = iter(range(30))
    dial_until(house, lambda _: next(looks) == 29)
    content = json.loads((house / "phone" / "live" / "m1.json").read_text())
    assert content["campaigns"]["autumn"]["held"]["out"] == {"not-live": 1}
    page = maple.get("/desk/campaign/autumn/").content.decode()
    assert "Live dialling is off" in rows(page, "held")


def test_the_desk_adds_up_how_often_machines_that_are_up_were_held_back(maple: Client, house: Path) -> None:
    draft()
    for machine in ("one", "two"):
        snapshot(house / "phone" / "live", machine)
    page = maple.get("/desk/campaign/autumn/").content.decode()
    assert "The trunk takes no more calls a second" in rows(page, "held")
    assert ">4<" in rows(page, "held")
