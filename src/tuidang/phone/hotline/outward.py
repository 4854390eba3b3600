"""A volunteer calls somebody back: his own telephone rings first, then the number is opened and dialled.

The number goes from its row to Asterisk and nowhere else; what the volunteer sees is that it rings.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Protocol
from uuid import UUID

from django.db.models import Count

from tuidang.phone import queue_values as q
from tuidang.phone import reception_values as r
from tuidang.phone.actions.call_backs import (
    Attempt,
    begin_try,
    extend_lease,
    leased_call_back,
    take_back_try,
)
from tuidang.phone.asterisk.config import endpoint_of
from tuidang.phone.hotline.board import Board
from tuidang.phone.hotline.calls import OUT, Conversation, Leg, Role
from tuidang.phone.models import Trunk
from tuidang.phone.rules import Refusal, is_simulated, may_use_trunk
from tuidang.register.queries import begun_as_sample

_TRUNK_FAILED: Final = 500  # SIP answers from here on are the carrier's, not the called person's


class InDatabase(Protocol):
    """Do something in the database's thread."""

    def __call__(self, work: Callable[..., Any], *arguments: object) -> Awaitable[Any]: ...


@dataclass(frozen=True)
class Way:
    """A trunk by which somebody may be called."""

    name: str
    host: str
    caller: str
    simulated: bool


class Outward:
    """Calls that volunteers make."""

    def __init__(self, board: Board, run: InDatabase, password: Callable[[], str], *, live: bool) -> None:
        """`password` is that of Asterisk's start, of which the names of trunks are made."""
        self._board, self._run, self._password, self._live = board, run, password, live
        self._leases: dict[str, tuple[UUID, int]] = {}  # whose call is to whom
        self._attempts: dict[str, Attempt] = {}  # that nobody has answered yet

    async def begin(self, desk: int, volunteer: UUID, key: int) -> None:
        """Ring a volunteer's own telephone, to call whom he was lent."""
        board = self._board
        one = board.queue.volunteers.get(desk)
        lent = await self._run(leased_call_back, volunteer)
        if lent is None or lent.key != key or lent.called or one is None or one.act is q.Act.TALKING:
            board.notes[desk] = "not-lent"
            return
        call = secrets.token_hex(16)
        language = lent.language or "zh"
        caller = r.Reception(kind=lent.kind, at=r.At.TALKING, language=language)
        conversation = Conversation(call, f"{OUT}{call}", lent.kind, board.now, caller, lent.region)
        self._leases[call] = volunteer, key
        board.add(conversation)
        board.turn(q.Engages(board.now, desk, call))
        board.ring(conversation, desk, Role.OUT)

    async def dial(self, conversation: Conversation, leg: Leg) -> None:
        """Open the number and dial it, now that the volunteer is on the line."""
        volunteer, key = self._leases[conversation.call]
        way = await self._run(find_way, self._live)
        if way is None:
            self._give_up(conversation, leg.desk, "no-trunk")
            return
        tried = await self._run(try_now, volunteer, key, way.simulated)
        if not isinstance(tried, Attempt):
            why = f"refused-{tried.value}" if isinstance(tried, Refusal) else "not-lent"
            self._give_up(conversation, leg.desk, why)
            return
        if leg.is_closing or conversation.call not in self._board.calls:  # he hung up meanwhile
            await self._run(take_back_try, tried)
            return
        self._attempts[conversation.call] = tried
        endpoint = endpoint_of(way.name, way.host, way.caller, self._password())
        self._board.wire.ring_back(leg.channel, conversation.call)
        self._board.wire.dial(
            f"PJSIP/{tried.number}@{endpoint}",
            conversation.channel,
            way.caller or "anonymous",
            lambda: self._board.is_gone(conversation.channel, sip=_TRUNK_FAILED),
        )

    def answered(self, conversation: Conversation) -> None:
        """Let the two talk."""
        self._attempts.pop(conversation.call, None)
        self._board.wire.stop(conversation.call)
        self._board.remember(conversation)
        for leg in [leg for leg in conversation.legs.values() if leg.is_up and not leg.is_closing]:
            self._board.connect(conversation, leg)

    def ended(self, call: str, sip: int) -> None:
        """Note that a call's other side is gone; what did not reach the carrier is taken back."""
        self._leases.pop(call, None)
        attempt = self._attempts.pop(call, None)
        if attempt is not None and sip >= _TRUNK_FAILED:
            self._board.wire.spawn(self._take_back(attempt))

    async def extend(self) -> None:
        """Let what is lent for a call not run out while they talk."""
        for call, (volunteer, key) in list(self._leases.items()):
            if call in self._board.calls:
                await self._run(extend_lease, volunteer, key, datetime.now(UTC))
            else:
                self._leases.pop(call, None)

    async def _take_back(self, attempt: Attempt) -> None:
        await self._run(take_back_try, attempt)

    def _give_up(self, conversation: Conversation, desk: int, why: str) -> None:
        self._board.end(conversation)
        self._board.turn(q.Wrapped(self._board.now, desk))
        self._board.notes[desk] = why


def try_now(volunteer: UUID, key: int, simulated: bool) -> Attempt | Refusal | None:
    """Open the number, and count the call."""
    return begin_try(volunteer, key, datetime.now(UTC), simulated=simulated)


def find_way(phone_live: bool) -> Way | None:
    """Give a trunk by which volunteers may call: one that carries campaigns, if there is any."""
    is_sample = begun_as_sample()
    for trunk in Trunk.objects.annotate(used=Count("campaigns")).order_by("-used", "name"):
        refusal = may_use_trunk(
            trunk.host,
            trunk.caller,
            live=trunk.live,
            phone_live=phone_live,
            names_caller=True,  # a person says who is calling
            warnings=0,
            is_sample=is_sample,
        )
        if refusal is None:
            return Way(trunk.name, trunk.host, trunk.caller, is_simulated(trunk.host, live=trunk.live))
    return None
