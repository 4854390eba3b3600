"""The loop of the hotline: Asterisk is heard, the queue turns, what volunteers order is done.

It can be killed at any instruction. What that leaves: conversations go on in Asterisk, and who waits hears
what he hears to its end; the next start takes stock. Of the figures the last second is lost. What a caller
confirmed lies in the journal.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar
from uuid import UUID

from tuidang.base.clock import china_today
from tuidang.phone import queue_values as q
from tuidang.phone.actions.duty import (
    Order,
    claim_orders,
    clear_absent,
    count_disposition,
    count_hour,
    send_away,
)
from tuidang.phone.asterisk.access import reach
from tuidang.phone.asterisk.ari import Ari, AriError, Event, Reconnected
from tuidang.phone.asterisk.config import HANDED_OVER, HOTLINE_APPLICATION
from tuidang.phone.dialler.choices import store
from tuidang.phone.dialler.database import in_database
from tuidang.phone.dialler.exchange import APP as DIALLER
from tuidang.phone.dialler.journal import Journal
from tuidang.phone.dialler.keeper import Keeper
from tuidang.phone.dialler.mistakes import say_kind, told_briefly
from tuidang.phone.floods_now import write_floods
from tuidang.phone.hotline.board import Board
from tuidang.phone.hotline.callers import Doors
from tuidang.phone.hotline.calls import DESK, OUT, OWN
from tuidang.phone.hotline.guard import Guard
from tuidang.phone.hotline.lines import Lines
from tuidang.phone.hotline.orders import obey, talk_of
from tuidang.phone.hotline.outward import Outward
from tuidang.phone.hotline.own import OwnTelephones
from tuidang.phone.hotline.places import Places
from tuidang.phone.hotline.seats import Seats
from tuidang.phone.hotline.shown import show
from tuidang.phone.hotline.stock import take_stock
from tuidang.phone.hotline.wire import Wire
from tuidang.phone.hotline.wishes import Wishes
from tuidang.phone.hotline_now import write_now
from tuidang.phone.queries import OnDuty, on_duty, usual_arrivals

T = TypeVar("T")

WANTED: Final = (
    *("StasisStart", "StasisEnd", "ChannelDestroyed", "ChannelDtmfReceived", "PlaybackFinished"),
    *("ContactStatusChange", "ChannelTalkingStarted"),
)
ORDERS: Final = 0.25  # seconds between two looks for orders, and two turns of the queue
LOOK: Final = 0.5  # seconds between two looks at who is on duty, and two writings of what goes on
COUNT: Final = 1.0
CLEAR: Final = 30.0
FLOODS: Final = 5.0
HOUR: Final = 3600.0
OUTWARD: Final = 4.0  # seconds between two looks at what volunteers' calls have of the trunks

_log = logging.getLogger(__name__)


class Hotline:
    """The hotline of one Asterisk."""

    def __init__(
        self,
        data: Path,
        journal_key: bytes,
        *,
        desks: int,
        phone_live: bool = False,
        examine: Callable[[], int] = lambda: 1,
    ) -> None:
        """Work in the data folder; what callers confirm is sealed with `journal_key` until it is stored.

        `desks`: how many desk telephones there are.
        `phone_live`: volunteers may call real people, while `examine`, the doctor, counts no warning.
        """
        self._phone_live, self._examine, self._desks = phone_live, examine, desks
        phone = data / "phone"
        self._data = data
        access = lambda: reach(phone / "etc")  # noqa: E731 -- asked anew at each connection
        self._ari = Ari(access, HOTLINE_APPLICATION, WANTED)
        self._wire = Wire(self._ari, str(phone / "sounds"))
        self._database = ThreadPoolExecutor(1, "database")  # in the order in which it was asked
        self._choices = ThreadPoolExecutor(2, "choices")
        self._calls_out = ThreadPoolExecutor(1, "calls-out")  # the doctor takes his time
        self._disk = ThreadPoolExecutor(1, "disk")
        self._journal = Journal(phone / "hotline-journal", journal_key)
        self._keeper = Keeper(self._journal, in_database(store), self._choices)
        self._board: Board
        self._lines: Lines
        self._seats: Seats
        self._duty: set[int] = set()  # desks of which somebody is on duty
        self._sent_away: set[int] = set()  # and not yet written down
        self._knows_duty = asyncio.Event()
        self._held: list[Event] | None = None  # events that came while stock is taken
        self._stock: asyncio.Task[None] | None = None
        self._known = ""  # the password of the Asterisk of which stock was taken; each start has its own
        self._cut_off_for = 0  # looks in a row
        self._guard = Guard(lambda: self._board.queue)
        self._outward: Outward
        self._own: OwnTelephones
        self._wishes: Wishes
        self._in_vain = False  # somebody called in this hour whose language nobody on duty speaks
        self._volunteers: dict[int, UUID] = {}  # by desk, for the marks they give

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop` is set; conversations go on afterwards."""
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(say_kind)
        self._wishes = Wishes(
            self._wire,
            loop,
            partial(self._ask, self._database),
            self._keeper,
            level=lambda: self._guard.level,
            tell=lambda conversation, event: self._board.feed(conversation, event),  # noqa: PLW0108 -- made below
        )
        doors = Doors(
            self._wishes.check_pin,
            self._wishes.keep,
            self._send_away,
            self._guard,
            self._alert,
            lambda talk, leg: self._wire.spawn(self._own.ring(talk, leg)),
            lambda talk, leg: self._wire.spawn(self._outward.dial(talk, leg)),
            lambda call, sip: self._outward.ended(call, sip),  # noqa: PLW0108 -- it is made below
            DIALLER,
        )
        self._board = Board(self._wire, loop, doors, is_cut_off=self._is_cut_off)
        password, live = lambda: self._ari.password, self._phone_live
        ask, board, examine = partial(self._ask, self._calls_out), self._board, self._examine
        places, book, who = Places(ask), self._wishes.book, self._volunteer_at
        self._outward = Outward(board, ask, places, password, book, live=live, examine=examine)
        self._own = OwnTelephones(board, ask, places, who, password=password, live=live, examine=examine)
        self._lines = Lines(board)
        self._seats = Seats(self._wire, self._lines, self._desks)
        self._keeper.recover()
        rounds = (
            *((ORDERS, self._turn), (LOOK, self._look), (COUNT, self._count), (CLEAR, self._clear)),
            *((FLOODS, self._show_floods), (OUTWARD, self._outward.look), (OUTWARD, self._own.look)),
            (HOUR, self._tell_in_vain),
        )
        loops = [asyncio.create_task(one) for one in (self._listen(), *(self._every(*one) for one in rounds))]
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait([*loops, stopped], return_when=asyncio.FIRST_COMPLETED)
        for task in (*loops, stopped):
            task.cancel()
        results = await asyncio.gather(*loops, stopped, return_exceptions=True)
        await self._count()
        for threads in (self._database, self._choices, self._calls_out, self._disk):
            threads.shutdown(wait=False)
        for result in results:
            if isinstance(result, Exception):
                raise result

    async def _every(self, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            await work()
            await asyncio.sleep(seconds)

    # Asterisk

    async def _listen(self) -> None:
        async with aclosing(self._ari.events()) as events:
            async for event in events:
                if isinstance(event, Reconnected):
                    self._held = []
                    self._seats.forget()
                    if self._stock is not None:
                        self._stock.cancel()
                    self._stock = asyncio.create_task(self._take_stock())
                elif self._held is not None:
                    self._held.append(event)
                else:
                    self._hear(event)

    async def _take_stock(self) -> None:
        await self._knows_duty.wait()  # or who waits would hear that nobody is there
        try:
            channels, bridges = await self._wire.get("channels"), await self._wire.get("bridges")
        except AriError:
            return  # the connection is lost again, and stock is taken after the next
        take_stock(self._board, channels, bridges, is_new=self._known not in {"", self._ari.password})
        self._known = self._ari.password
        self._settle()
        held, self._held = self._held or [], None
        for event in held:
            self._hear(event)

    def _is_cut_off(self) -> bool:
        return not self._ari.up or self._held is not None

    def _hear(self, event: Event) -> None:
        try:
            self._take(event)
        except Exception as error:  # noqa: BLE001 -- one call must not end the others
            _log.error("a mistake of ours, %s; the calls go on", told_briefly(error))

    def _take(self, event: Event) -> None:
        match event["type"]:
            case "StasisStart":
                self._begin(event)
            case "StasisEnd" | "ChannelDestroyed":
                self._end(event)
            case "ChannelDtmfReceived":
                name, digit = event["channel"]["id"], event["digit"]
                if not self._own.pressed(name, digit):
                    self._board.pressed(name, digit)
            case "PlaybackFinished":
                playback = event["playback"]["id"]
                if not self._own.played(playback):
                    self._board.played(playback)
            case "ChannelTalkingStarted":
                self._board.spoke(event["channel"]["id"])
            case "ContactStatusChange":
                self._lines.hear(event)

    def _begin(self, event: Event) -> None:
        channel, args = event["channel"], event["args"]
        name = str(channel["id"])
        by_desk = channel["name"].startswith("PJSIP/desk.")
        if args[:1] == [HANDED_OVER]:
            self._board.take_over(name, args[1] if len(args) > 1 else "")
        elif name.startswith(OUT):
            if (talk := self._board.of_channel(name)) is not None:
                self._outward.answered(talk)
            else:
                self._wire.hang_up(name)  # the volunteer is gone
        elif name.startswith(OWN):
            self._own.answered(name)
        elif (conversation := self._board.of_channel(name)) is None or name in conversation.legs:
            if name.startswith(DESK):
                desk = conversation.legs[name].desk if conversation else 0
                self._board.is_up(name, self._lines.page_of(desk))
            elif by_desk or not channel["name"].startswith("PJSIP/"):
                self._wire.hang_up(name)  # it came in by no trunk
            elif conversation is None:
                self._board.arrive(name, str(channel["caller"]["number"]), channel["dialplan"]["exten"])

    def _end(self, event: Event) -> None:
        name = str(event["channel"]["id"])
        conversation = self._board.of_channel(name)
        if event["type"] == "StasisEnd" and conversation is not None and name in conversation.legs:
            return  # its destruction, which says why, follows
        self._board.is_gone(name, int(event.get("cause", 0)), int(event.get("tech_cause", 0)))

    # Volunteers

    async def _turn(self) -> None:
        if self._is_cut_off():
            return  # what was ordered waits; too long, and it is dropped
        orders = []
        with suppress(Exception):  # the database may be away in many ways: calls go on
            orders = await self._run(self._database, in_database(claim_orders), datetime.now(UTC))
        for order in orders:
            try:
                self._obey(order)
            except Exception as error:  # noqa: BLE001 -- one order must not end the calls
                _log.error("an order failed by a mistake of ours, %s", told_briefly(error))
        self._board.tick()

    def _obey(self, order: Order) -> None:
        if order.verb == "wrapped" and order.argument:
            self._dispose(order.desk, order.argument)
        if order.verb == "unmark":
            self._guard.unmark(order.argument)
        elif order.verb == "mark" and (talk := talk_of(self._board, order.desk)) is not None:
            self._guard.mark(talk, str(self._volunteers.get(order.desk, "")), order.argument)
        elif order.verb == "call" and (volunteer := self._volunteers.get(order.desk)) is not None:
            self._wire.spawn(self._outward.begin(order.desk, volunteer, int(order.argument)))
        else:
            obey(self._board, order)

    async def _look(self) -> None:
        with suppress(Exception):  # likewise: who was on duty is, until we hear otherwise
            self._see_duty(await self._run(self._database, in_database(on_duty), datetime.now(UTC)))
        # A connection that comes back at once is nothing that pages need tell.
        self._cut_off_for = self._cut_off_for + 1 if self._is_cut_off() else 0
        shown = show(self._board, self._guard.level.name.lower(), is_cut_off=self._cut_off_for > 1)
        with suppress(OSError):  # the next one comes in half a second
            await self._run(self._disk, write_now, self._data, shown)

    def _see_duty(self, rows: list[OnDuty]) -> None:
        there = {row.desk for row in rows}
        for row in rows:
            if row.desk in self._sent_away:
                continue  # read before that was written
            duty = q.Duty.READY if row.is_ready else q.Duty.AWAY
            if not row.is_seen:
                duty = q.Duty.GONE
            self._board.forget_note(row.desk, duty)
            self._board.turn(
                q.OnDuty(self._board.now, row.desk, row.languages, duty, row.coordinator, row.is_own)
            )
        for desk in self._duty - there:
            one = self._board.queue.volunteers.get(desk)
            if one is not None:
                self._board.turn(q.OnDuty(self._board.now, desk, one.languages, q.Duty.GONE, own=one.own))
        self._duty = there
        self._volunteers = {row.desk: row.volunteer for row in rows}
        self._knows_duty.set()
        self._settle()

    def _volunteer_at(self, desk: int) -> UUID | None:
        return self._volunteers.get(desk)

    def _settle(self) -> None:
        if self._ari.up:
            self._seats.settle(self._volunteers)

    def _send_away(self, desk: int) -> None:
        self._sent_away.add(desk)

        async def write() -> None:
            with suppress(Exception):
                await self._run(self._database, in_database(send_away), desk)
            self._sent_away.discard(desk)

        self._wire.spawn(write())

    def _dispose(self, desk: int, what: str) -> None:
        """Count how a desk's last conversation ended, once: what is said of it last."""
        last = self._board.last.get(desk)
        if last is None or last.said == what:
            return
        day, before = last.day or china_today(), last.said
        last.said, last.day = what, day
        self._guard.mark_last(desk, str(self._volunteers.get(desk, "")), what)
        self._wire.spawn(self._write(in_database(count_disposition), day, last.kind, what, before))

    def _alert(self, _language: str) -> None:
        self._in_vain = True

    async def _tell_in_vain(self) -> None:
        """Say once an hour that somebody called: a line at once would stand beside the minute of his call."""
        if self._in_vain:
            self._in_vain = False
            _log.warning("somebody called within the hour, and nobody on duty spoke his language")

    async def _count(self) -> None:
        hours = self._board.counts.take()
        try:
            while hours:
                (hour, language), counter = hours.popitem()
                try:
                    await self._run(self._database, in_database(count_hour), hour, language, counter)
                except Exception:  # whatever it is: it is counted when the database is back
                    hours[hour, language] = counter
                    raise
        except Exception as error:  # noqa: BLE001 -- likewise
            self._board.counts.give_back(hours)
            _log.warning("figures wait for the database: %s", type(error).__name__)
        self._keeper.tell_troubles()
        with suppress(OSError):
            self._journal.touch()

    async def _show_floods(self) -> None:
        with suppress(OSError):
            await self._run(self._disk, write_floods, self._data, self._guard.shown())

    async def _ask(self, threads: ThreadPoolExecutor, work: Callable[..., Any], *arguments: object) -> Any:
        return await self._run(threads, in_database(work), *arguments)

    async def _clear(self) -> None:
        busy = {desk for one in self._board.calls.values() for desk in (*one.desks, *one.lost)}
        await self._write(in_database(clear_absent), datetime.now(UTC), busy)
        with suppress(Exception):  # the database is away: what was usual before still is
            usual = in_database(usual_arrivals)
            self._guard.usual = await self._run(self._database, usual, datetime.now(UTC))

    async def _write(self, work: Callable[..., object], *arguments: object) -> None:
        try:
            await self._run(self._database, lambda: work(*arguments))
        except Exception as error:  # noqa: BLE001 -- it is tried again, or missed: no call waits for it
            _log.warning("the database did not take it: %s", type(error).__name__)

    async def _run(self, threads: ThreadPoolExecutor, work: Callable[..., T], *arguments: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(threads, work, *arguments)
