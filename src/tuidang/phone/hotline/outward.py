"""A volunteer calls somebody: his own telephone rings first, then the number is opened, asked about, dialled.

The number goes from its row to Asterisk and nowhere else: no log and no page has it; what the volunteer hears
is that it rings. A crash ends a call that rings, which counts as tried; one that is talked in goes on.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from random import SystemRandom
from time import time
from typing import Final
from uuid import UUID

from tuidang.phone import queue_values as q
from tuidang.phone import reception_values as r
from tuidang.phone.actions.call_backs import (
    Attempt,
    begin_try,
    extend_lease,
    leased_call_back,
    put_off_try,
    put_on_never_list,
    take_back_try,
)
from tuidang.phone.asterisk.config import endpoint_of
from tuidang.phone.dialler.plan import TrunkPlan, usable_trunks
from tuidang.phone.duty_rules import LANGUAGES, NO_TRUNK, NOT_LENT, REFUSED
from tuidang.phone.floods.wishes import WishBook
from tuidang.phone.hotline.board import Board
from tuidang.phone.hotline.calls import OUT, TRUNK_FAILED, Conversation, Leg, Role
from tuidang.phone.hotline.places import InDatabase, Places
from tuidang.phone.rules import Refusal
from tuidang.privacy.keys import KeyMissingError

_EXTEND: Final = 60.0  # seconds between two extensions of a lease

_log = logging.getLogger(__name__)
_dice = SystemRandom()


@dataclass(slots=True)
class Going:
    """A call that a volunteer makes, from his order to its end."""

    volunteer: UUID
    key: int
    trunk: TrunkPlan
    attempt: Attempt | None = None  # that nobody has answered yet
    dialled: float | None = None
    extended: float = 0.0


class Outward:
    """Calls that volunteers make."""

    def __init__(
        self,
        board: Board,
        run: InDatabase,
        places: Places,
        password: Callable[[], str],
        book: WishBook,
        *,
        live: bool,
        examine: Callable[[], int],
    ) -> None:
        """`password` is of Asterisk's start: trunks' names are made of it; `book`: who was rung today."""
        self._board, self._run, self._places = board, run, places
        self._password, self._book = password, book
        self._usable = partial(usable_trunks, phone_live=live, examine=examine)
        self._going: dict[str, Going] = {}  # by the conversation's name
        self._asked: set[int] = set()  # desks whose order is being looked at

    async def begin(self, desk: int, volunteer: UUID, key: int) -> None:
        """Ring a volunteer's own telephone, to call whom he was lent; once at a time."""
        if desk not in self._asked:
            self._asked.add(desk)
            try:
                await self._begin(desk, volunteer, key)
            finally:
                self._asked.discard(desk)

    async def _begin(self, desk: int, volunteer: UUID, key: int) -> None:
        board, trunks = self._board, []
        try:
            lent = await self._run(leased_call_back, volunteer)
            if (
                lent is not None and lent.key == key
            ):  # the doctor takes his time, and is asked for nobody else
                trunks = await self._run(self._usable)
        except Exception as error:  # noqa: BLE001 -- the database may be away in many ways: nobody is called
            _log.warning("a volunteer's call is not begun: %s", type(error).__name__)
            lent = None
        one = board.queue.volunteers.get(desk)
        if lent is None or lent.key != key or lent.called or one is None or one.act is q.Act.TALKING:
            board.notes[desk] = NOT_LENT
            return
        if not trunks:
            board.notes[desk] = NO_TRUNK
            return
        call = secrets.token_hex(16)
        caller = r.Reception(kind=lent.kind, at=r.At.TALKING, language=lent.language or LANGUAGES[0])
        conversation = Conversation(call, f"{OUT}{call}", lent.kind, board.now, caller, lent.region)
        self._going[call] = Going(volunteer, key, _dice.choice(trunks), extended=board.now)
        board.add(conversation)
        board.turn(q.Engages(board.now, desk, call))
        board.ring(conversation, desk, Role.OUT)

    async def dial(self, conversation: Conversation, leg: Leg) -> None:
        """Open the number and dial it, now that the volunteer is on the line."""
        going = self._going[conversation.call]
        self._board.wire.ring_back(leg.channel, conversation.call)
        why = NO_TRUNK
        try:
            is_there = partial(self._is_there, conversation)
            if await self._places.take(conversation.call, going.trunk.name, is_there):
                tried = await self._run(self._try, going)
                if isinstance(tried, Attempt) and not self._book.ring(tried.number, tried.key, time()):
                    await self._run(put_off_try, tried, datetime.now(UTC))  # one call a day is enough
                    tried = None
                why = self._call(conversation, going, tried)
                if isinstance(tried, Attempt) and going.attempt is None:  # he hung up meanwhile
                    await self._run(take_back_try, tried)
        except Exception as error:  # noqa: BLE001 -- likewise
            _log.warning("a volunteer's call is not begun: %s", type(error).__name__)
        if why and self._is_there(conversation):
            self._board.end(conversation)
            self._board.turn(q.Wrapped(self._board.now, leg.desk))
            self._board.notes[leg.desk] = why

    def _try(self, going: Going) -> Attempt | Refusal | None:
        return begin_try(going.volunteer, going.key, datetime.now(UTC), simulated=going.trunk.simulated)

    def _call(self, conversation: Conversation, going: Going, tried: Attempt | Refusal | None) -> str:
        """Dial what was opened; give why not, "" if it was done or nobody waits for it."""
        if not isinstance(tried, Attempt):
            return f"{REFUSED}{tried.value}" if isinstance(tried, Refusal) else NOT_LENT
        if not self._is_there(conversation):
            return ""
        going.attempt, going.dialled = tried, self._board.now
        trunk = going.trunk
        endpoint = endpoint_of(trunk.name, trunk.host, trunk.caller, self._password())
        self._board.wire.dial(
            f"PJSIP/{tried.number}@{endpoint}",
            conversation.channel,
            trunk.caller or "anonymous",
            lambda: self._board.is_gone(conversation.channel, sip=TRUNK_FAILED.start),
        )
        return ""

    def answered(self, conversation: Conversation) -> None:
        """Let the two talk."""
        if (going := self._going.get(conversation.call)) is not None:
            going.attempt = None
        self._board.wire.stop(conversation.call)
        self._board.remember(conversation)
        legs = [leg for leg in conversation.legs.values() if leg.is_up and not leg.is_closing]
        for leg in legs:
            self._board.connect(conversation, leg)
        if not legs:  # the volunteer's page is being loaded again
            conversation.talks_since = self._board.now
            self._board.set_aside(conversation, r.PutAside("lost"))

    def ended(self, call: str, sip: int) -> None:
        """Note that a call's other side is gone; what did not reach the carrier is taken back."""
        going = self._going.get(call)
        if going is not None and going.attempt is not None and sip in TRUNK_FAILED:
            attempt, going.attempt = going.attempt, None
            if (conversation := self._board.calls.get(call)) is not None:
                self._board.notes |= dict.fromkeys(conversation.desks, NO_TRUNK)
            self._board.wire.spawn(self._places.quietly(take_back_try, attempt))

    async def look(self) -> None:
        """Keep leases, and places on trunks, while calls are up; to be repeated every few seconds."""
        await self._places.see()
        for name in [name for name in self._going if name not in self._board.calls]:
            del self._going[name]
            await self._places.leave(name)
        for conversation in [one for one in self._board.calls.values() if one.is_outward]:
            going = self._going.get(conversation.call)  # None: an earlier run of ours began it
            begun = going is None or (going.dialled is not None and self._board.now > going.dialled + 1)
            await self._places.keep(conversation.call, is_begun=begun)
            if going is not None and self._board.now >= going.extended + _EXTEND:
                going.extended = self._board.now
                await self._places.quietly(extend_lease, going.volunteer, going.key, datetime.now(UTC))
        await self._places.quietly(_put_on_never_list)

    def _is_there(self, conversation: Conversation) -> bool:
        return conversation.call in self._board.calls


def _put_on_never_list() -> None:
    with suppress(KeyMissingError):  # of the list: nobody is called meanwhile, and the doctor says so
        put_on_never_list()
