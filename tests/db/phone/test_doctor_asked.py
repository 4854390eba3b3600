"""A volunteer who presses "call" all the time keeps neither the doctor nor others' calls busy."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from tuidang.base.clock import china_today
from tuidang.phone.actions.call_backs import lease_call_back
from tuidang.phone.actions.campaigns import save_trunk
from tuidang.phone.actions.choices import store_call_back
from tuidang.phone.asterisk.ari import Ari
from tuidang.phone.dialler.database import in_database
from tuidang.phone.dialler.exchange import APP
from tuidang.phone.floods.wishes import WishBook
from tuidang.phone.hotline.board import Board
from tuidang.phone.hotline.callers import Doors
from tuidang.phone.hotline.guard import Guard
from tuidang.phone.hotline.outward import Outward
from tuidang.phone.hotline.wire import Wire

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("house")]
NOON = datetime(2026, 11, 28, 4, 30, tzinfo=UTC)  # half past twelve in China


def nobody() -> Any:
    raise LookupError  # no Asterisk is there


def press(volunteer: UUID, keys: list[int]) -> int:
    """Press "call" once for each key at one moment; say how often the doctor was asked."""
    asked = 0

    def examine() -> int:
        nonlocal asked
        asked += 1
        return 1  # a warning: nobody is called

    async def run(work: Callable[..., Any], *arguments: object) -> Any:
        return await asyncio.to_thread(in_database(work), *arguments)

    async def begin() -> None:
        loop = asyncio.get_running_loop()
        wire, guard = Wire(Ari(nobody, APP, ()), "sounds"), Guard(lambda: board.queue)
        nothing: Any = lambda *_: None  # noqa: E731
        doors = Doors(nothing, nothing, nothing, guard, nothing, nothing, nothing, APP)
        board = Board(wire, loop, doors)
        outward = Outward(board, run, lambda: "", WishBook(), live=True, examine=examine)
        await asyncio.gather(*(outward.begin(1, volunteer, key) for key in keys))

    asyncio.run(begin())
    return asked


def test_the_doctor_is_asked_once_at_a_time_and_for_nobody_to_whom_nobody_is_lent() -> None:
    save_trunk("real", "sip.example.net:5060", caller="85230000001", live=True)
    store_call_back(b"somebody asks it", "8613812345678", "CN-HA", "any", today=china_today())
    volunteer = uuid4()
    assert press(volunteer, [1, 1, 1]) == 0
    lent = lease_call_back(volunteer, ["zh"], NOON)
    assert lent is not None
    assert press(volunteer, [lent.key + 1]) == 0
    assert press(volunteer, [lent.key] * 5) == 1
