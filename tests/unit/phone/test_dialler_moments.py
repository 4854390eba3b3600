"""What was allowed a moment ago is asked again: by the doctor, by the clock, by the plan."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import inf
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tuidang.phone.dialler.live import Figures
from tuidang.phone.dialler.plan import CampaignPlan, Plan, TrunkPlan
from tuidang.phone.dialler.service import Dialler
from tuidang.phone.dialler.supply import Drawn, look_at_the_clock
from tuidang.phone.rules import Refusal, Zone

CAMPAIGN = CampaignPlan("c", 9, 21, 9, 90, (), {"a": "message/a"}, {"a": 1}, True, ("out",), True)
OUT = TrunkPlan("out", "192.0.2.1:5060", "85230000000", True, 9, 9)


def dialler(tmp_path: Path) -> Dialler:
    """Make a dialler whose plan holds for good."""
    made = Dialler("m1", tmp_path, bytes(32), examine=lambda: 0)
    made._plan_until = inf
    return made


class Slow:
    """A supply whose database takes so long that something happens meanwhile."""

    halted = None

    def __init__(self, drawn: Drawn, meanwhile: Callable[[], None] = lambda: None) -> None:
        self.drawn, self.meanwhile = drawn, meanwhile

    def draw(self, campaign: CampaignPlan, count: int, now: datetime) -> list[Drawn]:
        self.meanwhile()
        return [self.drawn]


def fill(
    one: Dialler, campaign: CampaignPlan, supply: Slow, *, simulated: bool, patch: pytest.MonkeyPatch
) -> list[Any]:
    """Fill one place on the trunk; give what calls were begun with."""
    begun: list[Any] = []

    def begin(call: bytes, number: str, **how: Any) -> Any:
        begun.append(SimpleNamespace(number=number, **how))
        return SimpleNamespace(channel="dial-1", evidence=SimpleNamespace(began=0.0))

    patch.setattr(one._exchange, "begin", begin)
    patch.setitem(one._supplies, (campaign.name, simulated), supply)
    places = one._trunks.named(["out"])
    asyncio.run(one._fill(campaign, Figures(), places, simulated=simulated))
    return begun


def test_a_trunk_that_goes_live_while_a_number_is_drawn_is_not_called_by_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = dialler(tmp_path)
    lab = replace(OUT, host="127.0.0.1:5070", live=False)
    one._trunks.take_plan({"out": lab}, 0.0)
    drawn = Drawn(bytes(16), "8613812345678", "1381234", "CN-SD")  # at night, for nobody sleeps there
    supply = Slow(drawn, lambda: one._trunks.take_plan({"out": OUT}, 1.0))
    (begun,) = fill(one, CAMPAIGN, supply, simulated=True, patch=monkeypatch)
    assert begun.host == lab.host
    assert [call.trunk for call in one._calls.values()] == [lab]  # its record too is that of a simulation


def test_a_number_that_was_drawn_when_the_hours_had_just_ended_is_not_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = dialler(tmp_path)
    one._trunks.take_plan({"out": OUT}, 0.0)
    supply = Slow(Drawn(bytes(16), "8613812345678", "1381234", "CN-SD", zone=Zone.EAST))
    over = replace(CAMPAIGN, closes=9)  # whatever the clock of this machine says
    assert fill(one, over, supply, simulated=False, patch=monkeypatch) == []
    assert [record.reason for record in one._records] == ["hours"]


def test_a_number_is_called_up_to_the_last_second_of_its_place_s_hours() -> None:
    drawn = [Drawn(bytes(16), "8613812345678", "1381234", "", zone=zone) for zone in (Zone.EAST, Zone.WEST)]
    ten, last, nine = (datetime(2026, 11, 28, 1, tzinfo=UTC) + timedelta(hours=h) for h in (1, 11.99, 12))
    found = [[one.refusal for one in look_at_the_clock(drawn, CAMPAIGN, now)] for now in (ten, last, nine)]
    assert found == [[None, Refusal.HOURS], [None, None], [Refusal.HOURS, Refusal.HOURS]]


def test_what_the_doctor_said_of_an_earlier_campaign_lets_no_later_one_begin(tmp_path: Path) -> None:
    async def play() -> None:
        one = dialler(tmp_path)
        one._plan = Plan((), {"out": OUT}, is_sample=None)
        await one._examine_itself()
        assert one._warnings == 0
        one._plan = Plan((), {}, is_sample=None)  # paused, for as long as you like
        await one._examine_itself()
        assert one._warnings
        await one._ask_doctor(Plan((), {"out": OUT}, is_sample=None))  # as a plan with a live trunk is read
        assert one._warnings == 0

    asyncio.run(play())
