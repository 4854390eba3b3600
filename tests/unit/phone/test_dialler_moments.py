"""What was allowed a moment ago is asked again: by the doctor, by the clock, by the plan."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tuidang.phone.dialler.plan import Plan, TrunkPlan
from tuidang.phone.dialler.service import Dialler

OUT = TrunkPlan("out", "192.0.2.1:5060", "85230000000", True, 9, 9)


def dialler(tmp_path: Path) -> Dialler:
    return Dialler("m1", tmp_path, bytes(32), examine=lambda: 0)


def test_what_the_doctor_said_of_an_earlier_campaign_lets_no_later_one_begin(tmp_path: Path) -> None:
    async def play() -> None:
        one = dialler(tmp_path)
        one._plan = Plan((), {"out": OUT})
        await one._examine_itself()
        assert one._warnings == 0
        one._plan = Plan((), {})  # paused, for as long as you like
        await one._examine_itself()
        assert one._warnings

    asyncio.run(play())
