"""The queue in simulated time: people who wait, volunteers who answer, and a clock that nobody waits for."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from tuidang.phone.queue import step
from tuidang.phone.queue_values import (
    Act,
    Answers,
    Arrives,
    Bridge,
    Command,
    Duty,
    Ends,
    Event,
    Leaves,
    OnDuty,
    Queue,
    Ring,
    StopRinging,
    Tick,
    ToMessage,
    Why,
    Wrapped,
)


@dataclass(frozen=True)
class Habits:
    """How long things take, in seconds; each is drawn anew."""

    talk: Callable[[Random], float]
    patience: Callable[[Random], float]  # until who waits hangs up
    answer: Callable[[Random], float] = lambda _: 0.0  # until who is rung answers
    wrap_up: Callable[[Random], float] = lambda _: 0.0


def exponential(mean: float) -> Callable[[Random], float]:
    """Give a time as Erlang supposes it."""
    return lambda rng: rng.expovariate(1 / mean)


@dataclass
class Seen:
    """What became of whom."""

    waits: list[float] = field(default_factory=list)  # of all, until they were answered or gave up
    answered: int = 0
    abandoned: int = 0
    to_message: list[Why] = field(default_factory=list)
    commands: list[tuple[float, Command]] = field(default_factory=list)


class Simulation:
    """A queue with people around it."""

    def __init__(self, seed: int, habits: Habits, tick: float = 1.0) -> None:
        self.queue, self.seen, self.at = Queue(), Seen(), 0.0
        self._rng, self._habits, self._tick = Random(seed), habits, tick
        self._agenda: list[tuple[float, int, Callable[[], Event | None]]] = []
        self._count = itertools.count()
        self._since: dict[str, float] = {}  # of those who wait
        self._rings: dict[int, str] = {}

    def plan(self, at: float, event: Callable[[], Event | None]) -> None:
        """Let something happen at a time."""
        heapq.heappush(self._agenda, (at, next(self._count), event))

    def come(self, desk: int, *languages: str, at: float = 0.0) -> None:
        """Let a volunteer come on duty."""
        self.plan(at, lambda: OnDuty(self.at, desk, languages or ("zh",), Duty.READY))

    def call(self, call: str, at: float, language: str = "zh", kind: str = "hotline") -> None:
        """Let somebody call who hangs up when his patience is at its end."""

        def arrive() -> Event:
            self._since[call] = self.at
            self.plan(self.at + self._habits.patience(self._rng), lambda: self._leave(call))
            return Arrives(self.at, call, language, kind, self.at)

        self.plan(at, arrive)

    def run(self, until: float) -> Seen:
        """Let time pass, and say what was seen."""
        ticks = self.at
        while ticks < until or (self._agenda and self._agenda[0][0] <= until):
            if self._agenda and self._agenda[0][0] <= ticks:
                self.at, _, make = heapq.heappop(self._agenda)
                event = make()
            else:
                self.at = ticks
                event, ticks = Tick(ticks), ticks + self._tick
            if event is not None:
                self.queue, commands = step(self.queue, event)
                for command in commands:
                    self._obey(command)
        self.at = until
        return self.seen

    def _leave(self, call: str) -> Event | None:
        if call not in self._since:
            return None
        self._stop_waiting(call)
        self.seen.abandoned += 1
        return Leaves(self.at, call)

    def _stop_waiting(self, call: str) -> None:
        self.seen.waits.append(self.at - self._since.pop(call))

    def _obey(self, command: Command) -> None:
        self.seen.commands.append((self.at, command))
        match command:
            case Ring(desk, call):
                self._rings[desk] = call
                self.plan(
                    self.at + self._habits.answer(self._rng),
                    lambda: Answers(self.at, desk) if self._rings.get(desk) == call else None,
                )
            case StopRinging(desk, _):
                self._rings.pop(desk, None)
            case Bridge(desk, call):
                self._rings.pop(desk)
                self._stop_waiting(call)
                self.seen.answered += 1
                self.plan(self.at + self._habits.talk(self._rng), lambda: self._end(desk))
            case ToMessage(call, why):
                self._stop_waiting(call)
                self.seen.to_message.append(why)
            case _:
                pass

    def _end(self, desk: int) -> Event:
        self.plan(self.at + self._habits.wrap_up(self._rng), lambda: Wrapped(self.at, desk))
        return Ends(self.at, desk)


def breach(queue: Queue, commands: tuple[Command, ...], before: Queue) -> str:
    """Say what the queue did that it never may; "" for nothing."""
    calls = {caller.call: caller for caller in queue.callers}
    rung = [one for one in queue.volunteers.values() if one.act is Act.RINGING]
    stopped = {command.desk for command in commands if isinstance(command, StopRinging)}
    for command in commands:
        if isinstance(command, Ring):
            one = queue.volunteers[command.desk]
            was = before.volunteers.get(command.desk)
            if one.act is not Act.RINGING or one.call != command.call or one.duty is not Duty.READY:
                return f"{command} rings somebody who is {one.state}"
            if was is not None and was.act is Act.TALKING:
                return f"{command} rings somebody who talked"
            if was is not None and was.act is Act.RINGING and command.desk not in stopped:
                return f"{command} rings a telephone that rings"
    if sorted(one.call for one in rung) != sorted(call.call for call in queue.callers if call.ringing):
        return "a telephone rings for nobody, or somebody waits for no telephone"
    if any(calls[one.call].ringing != one.desk for one in rung):
        return "two telephones ring for one call"
    return ""
