"""A volunteer who presses "call" all the time keeps neither the doctor nor others' calls busy."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from tuidang.base.clock import china_today
from tuidang.phone import queue_values as q
from tuidang.phone import reception_values as r
from tuidang.phone.actions.call_backs import lease_call_back
from tuidang.phone.actions.campaigns import save_trunk
from tuidang.phone.actions.choices import store_call_back
from tuidang.phone.asterisk.ari import Ari
from tuidang.phone.dialler.database import in_database
from tuidang.phone.dialler.exchange import APP
from tuidang.phone.duty_rules import NO_TRUNK
from tuidang.phone.floods.wishes import WishBook
from tuidang.phone.hotline.board import Board
from tuidang.phone.hotline.callers import Doors
from tuidang.phone.hotline.calls import Conversation
from tuidang.phone.hotline.guard import Guard
from tuidang.phone.hotline.outward import Outward
from tuidang.phone.hotline.own import OwnTelephones
from tuidang.phone.hotline.places import Places
from tuidang.phone.hotline.wire import Wire

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("house")]
NOON = datetime(2026, 11, 28, 4, 30, tzinfo=UTC)  # half past twelve in China


def nobody() -> Any:
    raise LookupError  # no Asterisk is there


def asked_of(work: Callable[[Board, Any, Callable[[], int]], Awaitable[None]]) -> int:
    """Let something be done at a switchboard, and say how often the doctor was asked."""
    asked = 0

    def examine() -> int:
        nonlocal asked
        asked += 1
        return 1  # a warning: nobody is called

    async def run(work: Callable[..., Any], *arguments: object) -> Any:
        return await asyncio.to_thread(in_database(work), *arguments)

    async def begin() -> None:
        wire, guard = Wire(Ari(nobody, APP, ()), "sounds"), Guard(lambda: board.queue)
        nothing: Any = lambda *_: None  # noqa: E731
        doors = Doors(nothing, nothing, nothing, guard, nothing, nothing, nothing, nothing, APP)
        board = Board(wire, asyncio.get_running_loop(), doors)
        await work(board, run, examine)

    asyncio.run(begin())
    return asked


def press(volunteer: UUID, keys: list[int]) -> int:
    """Press "call" once for each key at one moment; say how often the doctor was asked."""

    async def work(board: Board, run: Any, examine: Callable[[], int]) -> None:
        outward = Outward(board, run, Places(run), lambda: "", WishBook(), live=True, examine=examine)
        await asyncio.gather(*(outward.begin(1, volunteer, key) for key in keys))

    return asked_of(work)


def test_the_doctor_is_asked_once_at_a_time_and_for_nobody_to_whom_nobody_is_lent() -> None:
    save_trunk("real", "sip.example.net:5060", caller="85230000001", live=True)
    store_call_back(b"somebody asks it", "8613812345678", "CN-HA", "any", today=china_today())
    volunteer = uuid4()
    assert press(volunteer, [1, 1, 1]) == 0
    lent = lease_call_back(volunteer, ["zh"], NOON)
    assert lent is not None
    assert press(volunteer, [lent.key + 1]) == 0
    assert press(volunteer, [lent.key] * 5) == 1


def test_the_doctor_is_asked_once_though_an_own_telephone_is_to_ring_again_and_again() -> None:
    save_trunk("real", "sip.example.net:5060", caller="85230000001", live=True)
    volunteer = uuid4()

    async def work(board: Board, run: Any, examine: Callable[[], int]) -> None:
        own = OwnTelephones(
            board,
            run,
            Places(run),
            lambda _: volunteer,
            password=lambda: "",
            live=True,
            examine=examine,
        )
        board.doors.ring_own = lambda talk, leg: board.wire.spawn(own.ring(talk, leg))
        board.turn(q.OnDuty(board.now, 1, ("zh",), q.Duty.READY, own=True))
        talk = Conversation("0" * 32, "caller", "hotline", board.now, r.Reception(at=r.At.WAITING))
        board.add(talk)
        for _ in range(3):
            board.enqueue(talk)
            assert board.queue.volunteers[1].state == "ringing"
            while board.queue.volunteers[1].state == "ringing":
                await asyncio.sleep(0.01)
            assert board.notes[1] == NO_TRUNK
            assert board.queue.volunteers[1].misses == 0  # nobody was absent
            board.turn(q.Leaves(board.now, talk.call))
            board.queue = q.Queue()
            board.turn(q.OnDuty(board.now, 1, ("zh",), q.Duty.READY, own=True))

    assert asked_of(work) == 1
