"""What callers leave, and what they show: the wish to be called back, and the PIN that was read to them."""

from __future__ import annotations

from asyncio import AbstractEventLoop
from collections.abc import Awaitable, Callable
from contextlib import suppress
from time import time
from typing import Any, Protocol

from tuidang.base.clock import china_today
from tuidang.phone import reception_values as r
from tuidang.phone.actions.choices import use_pin
from tuidang.phone.call import Event, Failed
from tuidang.phone.dialler.journal import Pending
from tuidang.phone.dialler.keeper import Keeper
from tuidang.phone.floods.values import Level
from tuidang.phone.floods.wishes import Taken, WishBook
from tuidang.phone.hotline.calls import Conversation
from tuidang.phone.hotline.wire import Wire
from tuidang.phone.pins import PinTries
from tuidang.phone.queries import region_of


class InDatabase(Protocol):
    """Do something in the database's thread."""

    def __call__(self, work: Callable[..., Any], *arguments: object) -> Awaitable[Any]: ...


class Wishes:
    """Wishes on their way to the database, and PINs that are looked at."""

    def __init__(
        self,
        wire: Wire,
        loop: AbstractEventLoop,
        run: InDatabase,
        keeper: Keeper,
        *,
        level: Callable[[], Level],
        tell: Callable[[Conversation, r.Event], None],
    ) -> None:
        """`tell` hears of each wish that is stored, or is not taken; `level` says how the hotline stands."""
        self._wire, self._loop, self._run, self._keeper = wire, loop, run, keeper
        self._level, self._tell = level, tell
        self.book = WishBook()
        self._pins = PinTries()

    def check_pin(self, pin: str, tell: Callable[[bool | None], None]) -> None:
        """Say whether six digits are a PIN, which is used up then; None: it was not looked at."""
        if self._pins.take(self._loop.time()):
            self._wire.spawn(self._look(pin, tell))
        else:
            tell(None)

    def keep(self, conversation: Conversation, wish: r.Store) -> None:
        """Store a wish, however long it takes and whether he waits for it or not."""
        taken = self.book.take(wish.number, conversation.caller.number, self._level(), time())
        if taken is Taken.NOT_NOW:
            self._tell(conversation, r.NotNow())
        else:
            self._wire.spawn(self._keep(conversation, wish, is_new=taken is Taken.NEW))

    async def _look(self, pin: str, tell: Callable[[bool | None], None]) -> None:
        is_right: bool | None = None
        with suppress(Exception):  # the database is away: nobody can tell
            is_right = await self._run(_use, pin) is not None
        if is_right is not False:
            self._pins.was_right()
        tell(is_right)

    async def _keep(self, conversation: Conversation, wish: r.Store, *, is_new: bool) -> None:
        region = ""
        with suppress(Exception):
            region = await self._run(region_of, wish.number)
        if not is_new:  # he hears what everybody hears, and as late
            self._tell(conversation, r.Stored())
            return
        words = {
            "number": wish.number,
            "region": region,
            "hours": wish.hours,
            "language": conversation.caller.language,
        }
        pending = Pending(bytes.fromhex(conversation.call), "call-back", words)

        def tell(event: Event) -> None:
            if isinstance(event, Failed):
                self._keeper.keep(pending, tell)  # it is tried on; who waits is told when it takes too long
            else:
                self._tell(conversation, r.Stored())

        self._keeper.keep(pending, tell)


def _use(pin: str) -> str | None:
    return use_pin(pin, today=china_today())
