"""Room on trunks for the calls that the hotline makes: asked of the machines that dial, kept, given back."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from time import monotonic
from typing import Any, Final, Protocol

from tuidang.phone.actions.shares import ask_for_place, has_place, keep_place, leave_place, see_marks
from tuidang.phone.dialler.roll import Roll

_PATIENCE: Final = 8.0  # seconds for the dialling machines to make room on a trunk: they need three
_PAUSE: Final = 0.5

_log = logging.getLogger(__name__)


class InDatabase(Protocol):
    """Do something in a thread that reaches the database; raises what it raises."""

    def __call__(self, work: Callable[..., Any], *arguments: object) -> Awaitable[Any]: ...


class Places:
    """The room that calls of ours have on trunks, each under a name of its own."""

    def __init__(self, run: InDatabase) -> None:
        self._run = run
        self._roll = Roll(monotonic)

    async def take(self, name: str, trunk: str, is_wanted: Callable[[], bool]) -> bool:
        """Wait until the machines that dial have made room for a call; False if they do not in time."""
        deadline = monotonic() + _PATIENCE
        await self._run(ask_for_place, name, trunk)
        # A crash here leaves a row that is found dead after twenty seconds.
        while is_wanted() and monotonic() < deadline:
            if await self._run(has_place, name, self._roll.find_dead):
                return True
            await asyncio.sleep(_PAUSE)
        return False

    async def see(self) -> None:
        """Know which machines are alive; to be repeated every few seconds."""
        await self.quietly(see_marks, self._roll.find_dead)

    async def keep(self, name: str, *, is_begun: bool) -> None:
        """Say that a call is there still, or is about to be."""
        await self.quietly(partial(keep_place, is_begun=is_begun), name)

    async def leave(self, name: str) -> None:
        """Give a call's room back."""
        await self.quietly(leave_place, name)

    async def quietly(self, work: Callable[..., object], *arguments: object) -> None:
        """Do something that is tried again, or runs out by itself, should the database be away."""
        try:
            await self._run(work, *arguments)
        except Exception as error:  # noqa: BLE001 -- whatever it is
            _log.warning("the database did not take it: %s", type(error).__name__)
