"""Calls by volunteers: his own telephone rings first, then the number is opened, asked about, and dialled.

The number is known here between its opening and the request to Asterisk, and nowhere else: no log, no page,
no row has it. A crash ends a call that rings, which counts as tried; one that is talked in goes on.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from random import SystemRandom
from time import monotonic
from typing import Final, Protocol, TypeVar
from uuid import UUID

from tuidang.phone import queue_values as q
from tuidang.phone import reception_values as r
from tuidang.phone.actions.call_backs import (
    Attempt,
    Leased,
    begin_try,
    extend_lease,
    leased_call_back,
    put_on_never_list,
    take_back_try,
)
from tuidang.phone.actions.shares import ask_for_place, has_place, keep_place, leave_place, see_marks
from tuidang.phone.asterisk.config import endpoint_of
from tuidang.phone.dialler.plan import TrunkPlan, usable_trunks
from tuidang.phone.dialler.roll import Roll
from tuidang.phone.duty_rules import LANGUAGES, NO_TRUNK, NOT_NOW
from tuidang.phone.hotline.board import Board
from tuidang.phone.hotline.calls import OUT, Conversation, Role, mark_of
from tuidang.phone.hotline.wire import Wire
from tuidang.privacy.keys import KeyMissingError

T = TypeVar("T")

_PATIENCE: Final = 8.0  # seconds for the dialling machines to make room on a trunk: they need three
_PAUSE: Final = 0.5
_EXTEND: Final = 60.0  # seconds between two extensions of a lease

_log = logging.getLogger(__name__)
_dice = SystemRandom()


class Ask(Protocol):
    """Reach the database from a thread."""

    def __call__(self, work: Callable[..., T], *arguments: object) -> Awaitable[T]: ...


@dataclass(slots=True)
class Outgoing:
    """A call by a volunteer, from his order to its end."""

    volunteer: UUID
    key: int
    trunk: TrunkPlan
    attempt: Attempt | None = None
    dialled: float | None = None
    extended: float = 0.0


class CallsOut:
    """All calls by volunteers at one Asterisk."""

    board: Board

    def __init__(self, wire: Wire, ask: Ask, *, phone_live: bool, examine: Callable[[], int]) -> None:
        self._wire, self._ask, self._phone_live, self._examine = wire, ask, phone_live, examine
        self._calls: dict[str, Outgoing] = {}  # by the conversation's name
        self._roll = Roll(monotonic)

    async def begin(self, desk: int, volunteer: UUID, key: int) -> None:
        """Let a volunteer's telephone ring, for him to call whom he was lent."""
        try:
            leased = await self._ask(leased_call_back, volunteer)
            trunk = await self._ask(self._choose_trunk)
        except Exception as error:  # noqa: BLE001 -- the database may be away in many ways: nobody is called
            _log.warning("a volunteer's call is not begun: %s", type(error).__name__)
            leased, trunk = None, None
        one = self.board.queue.volunteers.get(desk)
        is_there = one is not None and one.act in {q.Act.IDLE, q.Act.WRAP_UP} and one.duty is not q.Duty.GONE
        if leased is None or leased.key != key or leased.called or not is_there:
            self.board.notes[desk] = NOT_NOW
        elif trunk is None:
            self.board.notes[desk] = NO_TRUNK
        else:
            self._ring(desk, volunteer, leased, trunk)

    def _ring(self, desk: int, volunteer: UUID, leased: Leased, trunk: TrunkPlan) -> None:
        call = secrets.token_hex(16)
        language = leased.language or LANGUAGES[0]
        caller = r.Reception(kind=leased.kind, at=r.At.TALKING, language=language)
        conversation = Conversation(
            call, f"{OUT}{call}", leased.kind, self.board.now, caller, leased.region, is_calling=True
        )
        self._calls[call] = Outgoing(volunteer, leased.key, trunk, extended=self.board.now)
        self.board.add(conversation)
        self.board.turn(q.Engages(self.board.now, desk, call))
        self.board.ring(conversation, desk, Role.OUT)

    def dial(self, conversation: Conversation) -> None:
        """Call whom he was lent: his telephone was answered."""
        self._wire.spawn(self._dial(conversation))

    async def _dial(self, conversation: Conversation) -> None:
        call = self._calls[conversation.call]
        note = NO_TRUNK
        try:
            if await self._has_room(conversation, call.trunk):
                note = NOT_NOW
                attempt = await self._ask(self._try, call)
                if isinstance(attempt, Attempt):
                    call.attempt = attempt
                    note = "" if await self._begin(conversation, call, attempt) else NO_TRUNK
        except Exception as error:  # noqa: BLE001 -- the database may be away in many ways: nobody is called
            _log.warning("a volunteer's call is not begun: %s", type(error).__name__)
        if note and self._is_there(conversation):
            desks = conversation.desks
            self.board.end(conversation)
            self.board.notes |= dict.fromkeys(desks, note)

    async def _has_room(self, conversation: Conversation, trunk: TrunkPlan) -> bool:
        """Wait until the machines that dial have made room on the trunk."""
        deadline = self.board.now + _PATIENCE
        await self._ask(ask_for_place, conversation.call, trunk.name)
        # A crash here leaves a row that is found dead after twenty seconds.
        while self._is_there(conversation) and self.board.now < deadline:
            if await self._ask(has_place, conversation.call, self._roll.find_dead):
                return True
            await asyncio.sleep(_PAUSE)
        return False

    def _try(self, call: Outgoing) -> object:
        return begin_try(call.volunteer, call.key, datetime.now(UTC), simulated=call.trunk.simulated)

    async def _begin(self, conversation: Conversation, call: Outgoing, attempt: Attempt) -> bool:
        """Dial, unless the volunteer has hung up meanwhile; False if it cannot be."""
        if not self._is_there(conversation):
            await self._ask(take_back_try, attempt)
            return True
        trunk, call.dialled = call.trunk, self.board.now
        endpoint = endpoint_of(trunk.name, trunk.host, trunk.caller, self._wire.password)
        self._wire.dial(
            f"PJSIP/{attempt.number}@{endpoint}",
            conversation.channel,
            trunk.caller,
            lambda: self._refused(conversation),
        )
        return True

    def _refused(self, conversation: Conversation) -> None:
        """Note that Asterisk did not begin the call."""
        self.failed(conversation)
        desks = conversation.desks
        self.board.is_gone(conversation.channel)
        self.board.notes |= dict.fromkeys(desks, NO_TRUNK)

    def failed(self, conversation: Conversation) -> None:
        """Take a try back: the carrier did not take the call, so it rang nowhere."""
        call = self._calls.get(conversation.call)
        if call is not None and call.attempt is not None:
            attempt, call.attempt = call.attempt, None
            self._wire.spawn(self._quietly(take_back_try, attempt))

    def answered(self, channel: str) -> None:
        """Let them talk: whom the volunteer called has answered."""
        conversation = self.board.of_channel(channel)
        if conversation is None or not conversation.is_calling:
            self._wire.hang_up(channel)
            return
        self.board.reached(conversation)
        self._wire.mark(channel, mark_of(conversation, self.board.clock))

    async def look(self) -> None:
        """Keep leases and places on trunks while calls are up, and give back those that are over."""
        await self._quietly(see_marks, self._roll.find_dead)
        for name in [name for name in self._calls if name not in self.board.calls]:
            del self._calls[name]
            await self._quietly(leave_place, name)
        for conversation in list(self.board.calls.values()):
            if not conversation.is_outgoing:
                continue
            begun = not conversation.is_calling
            await self._quietly(
                lambda name, begun: keep_place(name, is_begun=begun), conversation.call, begun
            )
            call = self._calls.get(conversation.call)
            if call is not None and self.board.now >= call.extended + _EXTEND:
                call.extended = self.board.now
                await self._quietly(extend_lease, call.volunteer, call.key, datetime.now(UTC))
        await self._quietly(put_on_never_list)

    def _is_there(self, conversation: Conversation) -> bool:
        return conversation.call in self.board.calls

    def _choose_trunk(self) -> TrunkPlan | None:
        trunks = usable_trunks(phone_live=self._phone_live, examine=self._examine)
        return _dice.choice(trunks) if trunks else None

    async def _quietly(self, work: Callable[..., object], *arguments: object) -> None:
        try:
            await self._ask(work, *arguments)
        except Exception as error:  # noqa: BLE001 -- whatever it is: it is tried again, or runs out by itself
            _log.warning("the database did not take it: %s", type(error).__name__)


def _put_on_never_list() -> None:
    with suppress(KeyMissingError):  # of the list: nobody is called meanwhile, and the doctor says so
        put_on_never_list()
