"""Volunteers' own telephones: called by a trunk, asked to press 1, and only then answered.

The number goes from the row of his duty to Asterisk and nowhere else. What is not taken with the key was rung
in vain, as in a browser that nobody answers. A crash ends what rings; who talks, talks on.
"""

from __future__ import annotations

import logging
from asyncio import TimerHandle
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from random import SystemRandom
from time import monotonic
from typing import Final, assert_never
from uuid import UUID

from tuidang.phone.actions.own_numbers import open_own_number
from tuidang.phone.asterisk.config import endpoint_of
from tuidang.phone.dialler.plan import usable_trunks
from tuidang.phone.duty_rules import LANGUAGES, NO_TRUNK
from tuidang.phone.hotline.board import Board
from tuidang.phone.hotline.calls import OWN, TRUNK_FAILED, Conversation, Leg
from tuidang.phone.hotline.places import InDatabase, Places
from tuidang.phone.own_rules import (
    Answered,
    Ask,
    Asked,
    Elapsed,
    Event,
    GiveUp,
    Played,
    Pressed,
    Take,
    Wait,
    step,
)
from tuidang.phone.queue_values import OWN_RING_LIMIT

_LONGEST: Final = int(OWN_RING_LIMIT) + 5  # seconds, Asterisk's own limit, behind the queue's

_EXAMINE: Final = 30.0  # seconds for which the doctor's word holds

_log = logging.getLogger(__name__)
_dice = SystemRandom()


@dataclass
class _Rung:
    """A telephone that was called, and nobody has taken the call at it yet."""

    dialled: float
    asked: Asked = Asked()  # noqa: RUF009 -- frozen
    playback: str = ""
    timer: TimerHandle | None = field(default=None, repr=False)


class OwnTelephones:
    """Telephones that volunteers are rung at who do not speak in the browser."""

    def __init__(
        self,
        board: Board,
        run: InDatabase,
        places: Places,
        who: Callable[[int], UUID | None],
        *,
        password: Callable[[], str],
        live: bool,
        examine: Callable[[], int],
    ) -> None:
        """`who` sits at a desk; `password` is of Asterisk's start: trunks' names are made of it."""
        self._board, self._run, self._places = board, run, places
        self._who, self._password = who, password
        self._usable = partial(usable_trunks, phone_live=live, examine=self._count_warnings)
        self._examine = examine
        self._warnings, self._examined = 0, float("-inf")
        self._rung: dict[str, _Rung] = {}  # by channel
        self._has_place: set[str] = set()  # channels

    async def ring(self, conversation: Conversation, leg: Leg) -> None:
        """Call a volunteer's own telephone; one that cannot be called is not reached."""
        why = ""
        try:
            why = await self._ring(conversation, leg)
        except Exception as error:  # noqa: BLE001 -- the database may be away in many ways: nobody is called
            _log.warning("a volunteer is not rung: %s", type(error).__name__)
        if leg.channel not in self._rung:
            self._board.is_gone(leg.channel, sip=TRUNK_FAILED.start)
            if why:
                self._board.notes[leg.desk] = why

    async def _ring(self, conversation: Conversation, leg: Leg) -> str:
        def is_wanted() -> bool:
            return self._board.of_channel(leg.channel) is conversation and not leg.is_closing

        volunteer = self._who(leg.desk)
        trunks = await self._run(self._usable)
        if volunteer is None or not is_wanted():
            return ""
        if not trunks:
            return NO_TRUNK
        trunk = _dice.choice(trunks)
        self._has_place.add(leg.channel)
        if not await self._places.take(_place_of(leg.channel), trunk.name, is_wanted):
            return NO_TRUNK if is_wanted() else ""
        number = await self._run(open_own_number, volunteer)
        if number is None or not is_wanted():
            return ""
        self._rung[leg.channel] = _Rung(self._board.now)
        endpoint = endpoint_of(trunk.name, trunk.host, trunk.caller, self._password())
        self._board.wire.dial(
            f"PJSIP/{number}@{endpoint}",
            leg.channel,
            trunk.caller or "anonymous",
            lambda: self._board.is_gone(leg.channel, sip=TRUNK_FAILED.start),
            seconds=_LONGEST,
        )
        return ""

    def _count_warnings(self) -> int:
        """Ask the doctor, who takes his time, at most twice a minute: callers ring and ring."""
        if monotonic() >= self._examined + _EXAMINE:
            self._warnings, self._examined = self._examine(), monotonic()
        return self._warnings

    def answered(self, channel: str) -> None:
        """Ask whoever answered a telephone to press 1."""
        if channel in self._rung and self._leg(channel) is not None:
            self._feed(channel, Answered())
        else:
            self._board.wire.hang_up(channel)

    def pressed(self, channel: str, digit: str) -> bool:
        """Take a key, if it is of somebody who is asked for it."""
        if channel in self._rung:
            self._feed(channel, Pressed(digit))
        return channel.startswith(OWN)

    def played(self, playback: str) -> bool:
        """Take that a question was heard, if it is one of ours."""
        channel = next((name for name, one in self._rung.items() if one.playback == playback), "")
        if channel:
            self._feed(channel, Played())
        return bool(channel)

    async def look(self) -> None:
        """Keep places on trunks while telephones ring and are talked at; to be repeated every few seconds."""
        legs = {
            leg.channel
            for conversation in self._board.calls.values()
            for leg in conversation.legs.values()
            if leg.is_own
        }
        for channel in self._rung.keys() - legs:
            self._forget(channel)
        for channel in self._has_place - legs:
            self._has_place.discard(channel)
            await self._places.leave(_place_of(channel))
        for channel in legs:
            rung = self._rung.get(channel)
            is_up = channel not in self._has_place  # an earlier run of ours began it
            is_begun = is_up or (rung is not None and self._board.now > rung.dialled + 1)
            await self._places.keep(_place_of(channel), is_begun=is_begun)

    def _feed(self, channel: str, event: Event) -> None:
        if (rung := self._rung.get(channel)) is None or (leg := self._leg(channel)) is None:
            return
        rung.asked, commands = step(rung.asked, event)
        for command in commands:
            match command:
                case Ask():
                    self._ask(rung, leg)
                case Wait(seconds):
                    self._wait(rung, channel, seconds)
                case Take():
                    self._stop(rung)
                    self._board.is_up(channel, "")
                case GiveUp():
                    self._stop(rung)
                    self._board.wire.hang_up(channel)  # its end, which follows, is a ring in vain
                case _:
                    assert_never(command)

    def _ask(self, rung: _Rung, leg: Leg) -> None:
        one = self._board.queue.volunteers.get(leg.desk)
        language = one.languages[0] if one else LANGUAGES[0]
        rung.playback = f"{leg.channel}-{rung.asked.times}"
        sounds = (f"hotline/{language}/accept",)
        self._board.wire.play(leg.channel, rung.playback, sounds, lambda: self._feed(leg.channel, Played()))

    def _wait(self, rung: _Rung, channel: str, seconds: float) -> None:
        if rung.timer is not None:
            rung.timer.cancel()
        rung.timer = self._board.loop.call_later(seconds, self._feed, channel, Elapsed())

    def _stop(self, rung: _Rung) -> None:
        if rung.timer is not None:
            rung.timer.cancel()
        if rung.playback:
            self._board.wire.stop(rung.playback)

    def _forget(self, channel: str) -> None:
        rung = self._rung.pop(channel)
        if rung.timer is not None:
            rung.timer.cancel()

    def _leg(self, channel: str) -> Leg | None:
        conversation = self._board.of_channel(channel)
        leg = conversation.legs.get(channel) if conversation else None
        return None if leg is None or leg.is_closing else leg


def _place_of(channel: str) -> str:
    """Name the room that a channel has on a trunk: another one than that of whom its volunteer calls."""
    _, desk, call, rings = channel.split("-")
    return f"{desk}-{rings}-{call}"
