"""The loop of a dialling machine: what may be dialled now is dialled, what ends is counted.

Asterisk is heard in the loop itself; the database, the journal and the records are reached from threads, so
that a call never waits for a disk. The service can be killed at any instruction. What that leaves: numbers in
the air count as dialled; leases run out; what was confirmed lies in the journal; of the records the last
second is lost; channels that are up are said goodbye to by the next start.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import zip_longest
from pathlib import Path
from random import SystemRandom
from typing import Final, TypeVar

from django.db import Error

from tuidang.base.clock import china_today
from tuidang.phone.actions.blocks import return_blocks, tally_block
from tuidang.phone.actions.shares import leave_shares
from tuidang.phone.asterisk.access import reach
from tuidang.phone.asterisk.ari import Ari
from tuidang.phone.asterisk.line import WANTED, Choice, Line
from tuidang.phone.call import Script, Withdraw
from tuidang.phone.dialler.books import Books
from tuidang.phone.dialler.choices import pending_of, store
from tuidang.phone.dialler.database import in_database
from tuidang.phone.dialler.exchange import APP, Exchange
from tuidang.phone.dialler.handing import Handing
from tuidang.phone.dialler.journal import Journal
from tuidang.phone.dialler.keeper import Keeper
from tuidang.phone.dialler.live import Figures, write_snapshot
from tuidang.phone.dialler.mistakes import say_kind
from tuidang.phone.dialler.outcomes import classify, tally_of
from tuidang.phone.dialler.pace import draw_share
from tuidang.phone.dialler.plan import CampaignPlan, Plan, TrunkPlan, load_shared_plan, trunk_refusal
from tuidang.phone.dialler.roll import VALID, Roll
from tuidang.phone.dialler.supply import Drawn, Supply, look_at_the_clock
from tuidang.phone.dialler.trunks import Trunk, Trunks
from tuidang.phone.numbers.sampler import Sampler
from tuidang.phone.prompts import SPOKEN_ALIASES
from tuidang.phone.records.outcomes import Outcome, Record, in_steps
from tuidang.phone.rules import Refusal

T = TypeVar("T")

RING_SECONDS: Final = 30.0
TICK: Final = 0.05  # seconds from one look at what may be dialled to the next
LOOK: Final = 1.0  # seconds between two readings of the plan, and two writings of all that is counted
LOOK_AFTER: Final = 20.0  # seconds between two comparisons with the channels Asterisk has
EXAMINE: Final = 60.0  # seconds between two examinations by the doctor, and two tellings of troubles
FAREWELL: Final = 15.0  # seconds that calls are given to end when the dialler is told to

_log = logging.getLogger(__name__)
_dice = SystemRandom()


@dataclass(slots=True)
class Dialled:
    """A call that goes on: its line, and what is recorded of it."""

    line: Line
    drawn: Drawn
    campaign: str
    trunk: TrunkPlan  # as it was when the call was begun
    message: str
    shares: str


class Dialler:
    """One dialling machine."""

    def __init__(
        self,
        machine: str,
        data: Path,
        journal_key: bytes,
        *,
        phone_live: bool = False,
        examine: Callable[[], int],
        hotline: str = "",
        ring_seconds: float = RING_SECONDS,
    ) -> None:
        """Dial as `machine` from the data folder; `examine` asks the doctor how many warnings he has.

        `hotline` is the number that key 8 names with a PIN, as it is dialled in China; "" and it gives none.
        """
        phone = data / "phone"
        self._machine = machine
        self._live_file = phone / "live" / f"{machine}.json"
        self._phone_live, self._ring_seconds = phone_live, ring_seconds
        self._hotline = hotline
        self._examine, self._warnings = examine, 1  # a warning, until the doctor was asked
        self._database = ThreadPoolExecutor(1, "database")  # draws, tallies, plans: in their order
        self._choices = ThreadPoolExecutor(4, "choices")  # never behind a draw
        self._disk = ThreadPoolExecutor(1, "disk")
        self._books = Books(phone, journal_key)
        self._journal = Journal(phone / "journal", journal_key)
        self._keeper = Keeper(self._journal, in_database(store), self._choices)
        self._handing = Handing(data)
        self._exchange = Exchange(
            Ari(lambda: reach(phone / "etc"), APP, WANTED),
            str(phone / "sounds"),
            self._ended,
            self._handing,
            ring_seconds=ring_seconds,
        )
        self._sampler = Sampler()
        self._supplies: dict[tuple[str, bool], Supply] = {}
        self._plan, self._plan_until = Plan((), {}, is_sample=None), 0.0
        self._has_begun = False  # what an earlier run left is given back
        self._is_database_up = self._is_stopping = False
        self._trunks, self._roll = Trunks(), Roll(time.monotonic)
        self._calls: dict[str, Dialled] = {}
        self._figures: dict[str, Figures] = {}
        self._records: list[Record] = []
        self._real_records: list[Record] = []
        self._tallies: dict[str, Counter[str]] = {}
        self._day = china_today()

    async def run(self, stop: asyncio.Event) -> None:
        """Dial until `stop` is set, then let calls end, and put everything on the disk."""
        asyncio.get_running_loop().set_exception_handler(say_kind)
        self._keeper.recover()
        await self._run(self._disk, self._books.recover)
        loops = [
            asyncio.create_task(self._exchange.listen()),
            asyncio.create_task(self._every(LOOK, self._look)),
            asyncio.create_task(self._every(TICK, self._dial)),
            asyncio.create_task(self._every(LOOK_AFTER, self._exchange.look_after)),
            asyncio.create_task(self._every(EXAMINE, self._examine_itself)),
        ]
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait([*loops, stopped], return_when=asyncio.FIRST_COMPLETED)
        self._is_stopping = True
        await self._say_goodbye()
        for task in (*loops, stopped):
            task.cancel()
        results = await asyncio.gather(*loops, stopped, return_exceptions=True)
        await self._look()
        try:
            await self._run(self._database, in_database(self._give_back))
        except Exception as error:  # noqa: BLE001 -- whatever it is: what is not given back runs out by itself
            self._database_is_away(error)
        await self._run(self._disk, self._books.close)
        for threads in (self._database, self._choices, self._disk):
            threads.shutdown(wait=False)
        if failures := [result for result in results if isinstance(result, Exception)]:
            raise failures[0]

    async def _say_goodbye(self) -> None:
        # Nobody is cut short on a simulated trunk.
        patience = 0.0 if all(call.trunk.simulated for call in self._calls.values()) else FAREWELL
        await self._wait(patience, lambda: self._exchange.steers)
        self._exchange.hang_up()
        # What is not stored by then lies in the journal.
        await self._wait(3, lambda: self._exchange.steers or bool(self._keeper.waiting))

    async def _wait(self, seconds: float, while_: Callable[[], bool]) -> None:
        deadline = asyncio.get_running_loop().time() + seconds
        while while_() and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(TICK)

    async def _every(self, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            await work()
            due = max(due + seconds, loop.time())
            await asyncio.sleep(due - loop.time())

    # Dialling

    async def _dial(self) -> None:
        if not self._is_database_up or not self._may_begin:
            return
        campaigns = list(self._plan.campaigns)
        _dice.shuffle(campaigns)
        for campaign in campaigns:
            figures = self._figures.setdefault(campaign.name, Figures())
            figures.held.keep_trunks(campaign.trunks)
            for simulated in (False, True):
                places = self._take_places(campaign, figures, simulated=simulated)
                if places:
                    await self._fill(campaign, figures, places, simulated=simulated)

    def _take_places(self, campaign: CampaignPlan, figures: Figures, *, simulated: bool) -> list[Trunk]:
        """Take as many places on the campaign's trunks as may be dialled now: a trunk for each call."""
        at = asyncio.get_running_loop().time()
        places: list[Trunk] = []
        for trunk in self._trunks.named(campaign.trunks):
            if trunk.plan.simulated != simulated:
                continue
            refusal = trunk_refusal(
                campaign,
                trunk.plan,
                phone_live=self._phone_live,
                warnings=self._warnings,
                is_sample=self._plan.is_sample,
            )
            if refusal is not None:
                figures.held.halt(trunk.plan.name, refusal, at)
                continue
            room = self._exchange.room - len(places)
            count, limit = self._trunks.take_places(trunk, wanted=room, at=at)
            if limit is not None:
                figures.held.meet(trunk.plan.name, limit, at)
            places += [trunk] * count
        _dice.shuffle(places)
        return places

    async def _fill(
        self, campaign: CampaignPlan, figures: Figures, places: list[Trunk], *, simulated: bool
    ) -> None:
        """Draw a number for each place, and call it."""
        supply = self._supply(campaign.name, simulated=simulated)
        plans = [trunk.plan for trunk in places]  # as they were when the rules were asked
        drawn: list[Drawn] = []
        try:
            asked = (campaign, len(places), datetime.now(UTC))
            drawn = await self._run(self._database, in_database(supply.draw), *asked)
        except Exception as error:  # noqa: BLE001 -- the database may be away in many ways; nobody is dialled
            self._database_is_away(error)
        at = asyncio.get_running_loop().time()
        for name in {plan.name for plan in plans}:
            figures.held.halt(name, None if drawn else supply.halted, at)
        if not simulated:
            drawn = look_at_the_clock(drawn, campaign, datetime.now(UTC))
        for one, trunk, plan in zip_longest(drawn, places, plans):
            if one is not None and one.refusal is None and self._may_begin:
                self._begin(campaign, plan, one, figures)
                continue
            if one is not None and one.refusal is not None:
                self._refuse(campaign, plan, one.region, one.refusal)
            self._trunks.give_place(trunk)

    def _begin(self, campaign: CampaignPlan, trunk: TrunkPlan, drawn: Drawn, figures: Figures) -> None:
        message = draw_share(campaign.shares, _dice)
        script = Script(
            messages=campaign.to_play(message),
            aliases=tuple(_dice.sample(SPOKEN_ALIASES, len(SPOKEN_ALIASES))),
            region=drawn.region,
            call_back=True,
            pin=True,
            hotline=self._hotline,
            persons=True,
        )
        line = self._exchange.begin(
            drawn.call,
            drawn.number,
            trunk=trunk.name,
            host=trunk.host,
            caller=trunk.caller,
            script=script,
            choose=partial(self._choose, drawn),
        )
        self._calls[line.channel] = Dialled(line, drawn, campaign.name, trunk, message, campaign.shares_text)
        figures.begin(line.evidence.began)

    def _refuse(self, campaign: CampaignPlan, trunk: TrunkPlan, region: str, reason: Refusal) -> None:
        what = (china_today(), region, campaign.name, trunk.name, "", "", Outcome.REFUSED, reason.value)
        self._records.append(Record(*what))

    @property
    def _may_begin(self) -> bool:
        """Tell whether nobody said stop, and the plan holds; else our part of a trunk may be another's."""
        return not self._is_stopping and asyncio.get_running_loop().time() < self._plan_until

    def _supply(self, campaign: str, *, simulated: bool) -> Supply:
        key = (campaign, simulated)
        if key not in self._supplies:
            self._supplies[key] = Supply(self._machine, self._sampler, simulated=simulated)
        return self._supplies[key]

    # What happens to calls

    def _choose(self, drawn: Drawn, line: Line, choice: Choice) -> None:
        pending = pending_of(choice, drawn.call, drawn.number, drawn.region)
        self._keeper.keep(pending, line.feed)

    def _ended(self, line: Line) -> None:
        call = self._calls.pop(line.channel)
        outcome, reason = classify(line.evidence, self._ring_seconds)
        # Confirmed and not stored yet: it will be.
        confirmed = sum(len(one.people) for one in line.call.pending if isinstance(one, Withdraw))
        record = Record(
            china_today(),
            call.drawn.region,
            call.campaign,
            call.trunk.name,
            call.message,
            call.shares,
            outcome,
            reason,
            line.call.keys,
            in_steps(line.heard),
            line.whole,
            line.call.withdrawn + confirmed,
        )
        at = asyncio.get_running_loop().time()
        (self._records if call.trunk.simulated else self._real_records).append(record)
        self._figures[call.campaign].end(record)
        if tally := tally_of(outcome):
            self._tallies.setdefault(call.drawn.prefix, Counter()).update(tally)
        self._trunks.end_call(call.trunk.name, outcome, at)

    # Once a second

    async def _look(self) -> None:
        if self._day != china_today():
            self._day = china_today()
            self._handing.begin_day()
            self._figures = {name: old.of_a_new_day() for name, old in self._figures.items()}
        (records, self._records), (real, self._real_records) = (self._records, []), (self._real_records, [])
        try:
            await self._run(self._disk, self._write, records, real, self._snapshot())
        except OSError as error:  # the spool keeps what it could not write
            _log.warning("records wait, the disk does not take them: %s", type(error).__name__)
        tallies, self._tallies = self._tallies, {}
        try:
            if not self._has_begun:
                await self._run(self._database, in_database(return_blocks), self._machine)
                self._has_begun = True
            await self._run(self._database, in_database(self._tally), tallies)
            await self._read_plan()
        except Exception as error:  # noqa: BLE001 -- the database may be away in many ways
            self._database_is_away(error)
        for prefix, tally in tallies.items():  # what was not written waits
            self._tallies.setdefault(prefix, Counter()).update(tally)

    async def _examine_itself(self) -> None:
        self._keeper.tell_troubles()
        await self._ask_doctor(self._plan)

    async def _ask_doctor(self, plan: Plan) -> None:
        warnings = 1  # what he said of an earlier campaign holds no longer, nor is all well if he cannot say
        if plan.is_live:
            with suppress(Exception):
                warnings = await self._run(self._choices, in_database(self._examine))
        self._warnings = warnings

    async def _read_plan(self) -> None:
        at = asyncio.get_running_loop().time()
        asked = (self._machine, self._trunks.held(at), self._roll.find_dead)
        plan = await self._run(self._database, in_database(load_shared_plan), *asked)
        if plan.is_live and not self._plan.is_live:
            await self._ask_doctor(plan)
        self._plan = plan
        self._is_database_up, self._plan_until = True, at + VALID
        self._trunks.take_plan(self._plan.trunks, asyncio.get_running_loop().time())

    def _database_is_away(self, error: Exception) -> None:
        if self._is_database_up:
            # The kind only: an error's words can quote what was asked.
            _log.warning("nothing is dialled while the database is away: %s", type(error).__name__)
        self._is_database_up = False

    def _tally(self, tallies: dict[str, Counter[str]]) -> None:
        while tallies:
            prefix, tally = tallies.popitem()
            try:
                tally_block(prefix, dialled=tally["dialled"], live=tally["live"], answered=tally["answered"])
            except Error:
                tallies[prefix] = tally
                raise

    def _give_back(self) -> None:
        for (campaign, _), supply in self._supplies.items():
            supply.give_up(campaign)
        leave_shares(self._machine)

    def _write(self, records: list[Record], real: list[Record], snapshot: dict[str, object]) -> None:
        self._books.write(records, real, today := china_today(), everything=self._is_stopping)
        self._journal.touch()
        write_snapshot(self._live_file, today, self._machine, snapshot)

    def _snapshot(self) -> dict[str, object]:
        at = asyncio.get_running_loop().time()
        return {
            "asterisk": self._exchange.is_up,
            "database": self._is_database_up,
            "choices_waiting": self._keeper.waiting,
            "campaigns": {name: figures.as_dict(at) for name, figures in self._figures.items()},
            "trunks": self._trunks.as_dict(),
            "persons": self._handing.as_dict(),
        }

    async def _run(self, threads: ThreadPoolExecutor, work: Callable[..., T], *arguments: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(threads, work, *arguments)
