"""The hotline in the simulation of floods: channels, the challenge, the queue and volunteers, by events."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from random import Random

from bench.flood_cast import (
    FLOOD,
    HONEST_WRAP,
    HOSTILE_WRAP,
    HOUR,
    KEY_WAIT,
    PROMPT,
    QUIET,
    Attack,
    Keyed,
    Need,
    Town,
    Try,
)
from bench.flood_queue import QuickQueue, Rings, Waiting
from tuidang.phone.floods.scores import Scores
from tuidang.phone.floods.values import (
    Answer,
    Caller,
    Challenged,
    Ended,
    Hand,
    Level,
    Mark,
    Rank,
    Room,
    Verdict,
)

CHANNELS = 200  # of the trunks; who finds none hears the carrier's engaged tone
PICKED_UP = 4.0  # seconds that a telephone rings
MESSAGE = 40.0  # seconds that a message, or the way to it, takes of a channel
LONGEST_WAIT = 600.0  # seconds in the queue; then a message is offered


@dataclass
class Told:
    """What became of the honest people who began to call during the flood; counts, and seconds."""

    people: Counter[str] = field(default_factory=Counter)  # by kind
    reached: Counter[str] = field(default_factory=Counter)
    calls: int = 0  # of frequent callers
    turned: int = 0  # calls of frequent callers that a rule gave a message, or refused
    turned_first: int = 0  # the same of all other people
    calls_first: int = 0
    challenged: int = 0  # calls of other people
    waits: list[float] = field(default_factory=list)  # of those answered
    hostile_answered: float = 0.0  # an hour, for each volunteer
    levels: list[float] = field(default_factory=lambda: [0.0] * len(Level))  # seconds at each

    @property
    def wait(self) -> float:
        """Give the mean wait."""
        return sum(self.waits) / max(1, len(self.waits))

    @property
    def wait_95(self) -> float:
        """Give the wait that nineteen of twenty do not exceed."""
        return sorted(self.waits)[int(len(self.waits) * 0.95)] if self.waits else 0.0

    @staticmethod
    def together(runs: list[Told]) -> Told:
        """Add runs up."""
        return Told(
            people=sum((run.people for run in runs), Counter()),
            reached=sum((run.reached for run in runs), Counter()),
            calls=sum(run.calls for run in runs),
            turned=sum(run.turned for run in runs),
            turned_first=sum(run.turned_first for run in runs),
            calls_first=sum(run.calls_first for run in runs),
            challenged=sum(run.challenged for run in runs),
            waits=[wait for run in runs for wait in run.waits],
            hostile_answered=sum(run.hostile_answered for run in runs) / len(runs),
            levels=[sum(of) / len(runs) for of in zip(*(run.levels for run in runs), strict=True)],
        )


@dataclass(slots=True)
class _Wish:
    """An honest person's need, while it lasts."""

    need: Need
    next: int = 0  # try
    reached: bool = False


@dataclass(slots=True)
class _Call:
    """One call on the line."""

    caller: Caller
    does: Try
    wish: _Wish | None  # of an honest person; None: hostile
    who: int = 0  # of those who are hired
    challenged: Challenged | None = None
    name: int = 0  # in the queue
    queued: float = 0.0


class Line:
    """One run; `rules` off lets everybody into one queue, first come, first served."""

    def __init__(
        self,
        town: Town,
        people: list[Need],
        attack: Attack | None,
        rng: Random,
        *,
        rules: bool,
        queue: Callable[[int], Waiting] = QuickQueue,
    ) -> None:
        self._town, self._attack, self._rng = town, attack, rng
        self._scores = Scores() if rules else None
        self._told = Told()
        self._events: list[tuple[float, int, Callable[[float], None]]] = []
        self._ties = 0
        self._queue = queue(town.desks)
        self._waiting: dict[int, _Call] = {}
        self._entered = 0
        self._channels = CHANNELS
        self._drawn = 0  # hostile calls
        self._hostile_answered = 0
        self._level_at = QUIET
        self._numbers: list[str] = []  # of the honest people who have called
        for need in people:
            self._at(need.begins, partial(self._honest, _Wish(need)))
        if attack is not None and attack.people:
            for who in range(attack.people):
                self._at(QUIET + rng.random() * 60, partial(self._hostile, who))
        elif attack is not None:
            self._at(QUIET, self._next_hostile)

    def play(self) -> Told:
        """Play all events to the end."""
        while self._events:
            now, _, do = heapq.heappop(self._events)
            do(now)
        self._told.hostile_answered = self._hostile_answered / (FLOOD / HOUR) / self._town.desks
        return self._told

    def _at(self, when: float, do: Callable[[float], None]) -> None:
        self._ties += 1
        heapq.heappush(self._events, (when, self._ties, do))

    # Who calls

    def _honest(self, wish: _Wish, now: float) -> None:
        need, does = wish.need, wish.need.tries[wish.next]
        if need.begins >= QUIET:
            self._told.people[need.kind] += wish.next == 0
            self._told.calls += need.kind == "frequent"
            self._told.calls_first += need.kind != "frequent"
        wish.next += 1
        if need.number and wish.next == 1:
            self._numbers.append(need.number)
        self._ring(_Call(Caller(need.number, need.line), does, wish), now)

    def _next_hostile(self, now: float) -> None:
        attack = self._attack
        assert attack is not None
        if now >= QUIET + FLOOD:
            return
        self._at(now + self._rng.expovariate(attack.an_hour / HOUR), self._next_hostile)
        if not attack.on or (now - QUIET) % (attack.on + attack.off) < attack.on:
            self._drawn += 1
            self._hostile(self._drawn, now)

    def _hostile(self, who: int, now: float) -> None:
        attack = self._attack
        assert attack is not None
        if now >= QUIET + FLOOD:
            return
        number, line, does = attack.call(self._rng, who)
        if attack.borrows and self._numbers:
            number = self._rng.choice(self._numbers)
        self._ring(_Call(Caller(number, line), does, None, who), now)

    # What becomes of a call

    def _ring(self, call: _Call, now: float) -> None:
        if self._channels == 0:
            self._over(call, now)
            return
        self._channels -= 1
        if self._scores is None:
            self._enter(call, Rank.NEW, now)
            return
        room = Room(self._town.desks, self._town.an_hour)
        self._watch(room, now)
        match self._scores.judge(call.caller, room, now):
            case Verdict.PASS:
                self._admit(call, now)
            case Verdict.CHALLENGE:
                self._challenge(call, now)
            case Verdict.MESSAGE_ONLY:
                self._message(call, now)
            case Verdict.REFUSE:
                self._turn(call)
                self._leave(call, now)

    def _watch(self, room: Room, now: float) -> None:
        assert self._scores is not None
        if now >= QUIET:
            self._told.levels[self._scores.level(room, now)] += now - self._level_at
            self._level_at = now

    def _challenge(self, call: _Call, now: float) -> None:
        does = call.does
        self._told.challenged += self._counts(call) and not self._is_frequent(call)
        one_try = PROMPT + min(KEY_WAIT, does.reaction) + does.gap
        fails = 2 * (PROMPT + KEY_WAIT)
        if does.keyed is Keyed.GONE:
            self._at(now + PROMPT / 2, lambda at: self._leave(call, at))
        elif does.keyed in {Keyed.PASSED, Keyed.PIN}:
            # A PIN is six digits, so five gaps.
            took = one_try + (4 * does.gap if does.keyed is Keyed.PIN else 0)
            call.challenged = Challenged(Answer(does.keyed.value), Hand(does.reaction, does.gap))
            took += PROMPT + KEY_WAIT if does.second else 0
            self._at(now + took, lambda at: self._admit(call, at))
        else:
            call.challenged = Challenged(Answer(does.keyed.value))
            self._at(now + fails, lambda at: self._admit(call, at))

    def _admit(self, call: _Call, now: float) -> None:
        assert self._scores is not None
        rank = self._scores.admit(call.caller, now, call.challenged)
        if rank is None:
            self._message(call, now)
        else:
            self._enter(call, rank, now)

    def _message(self, call: _Call, now: float) -> None:
        if call.wish is not None and call.does.keyed is Keyed.PIN:
            # The message says so too: six digits, and one is through.
            call.challenged = Challenged(Answer.PIN)
            self._at(now + 20, lambda at: self._admit(call, at))
            return
        self._turn(call)
        self._at(now + MESSAGE, lambda at: self._leave(call, at))

    def _enter(self, call: _Call, rank: Rank, now: float) -> None:
        self._entered += 1
        call.name, call.queued = self._entered, now
        self._waiting[call.name] = call
        self._at(now + min(LONGEST_WAIT, call.does.patience), lambda at: self._give_up(call, at))
        self._ring_desks(self._queue.arrives(call.name, rank, now), now)

    def _give_up(self, call: _Call, now: float) -> None:
        if self._waiting.pop(call.name, None) is not None:
            self._ring_desks(self._queue.leaves(call.name, now), now)
            self._leave(call, now)

    def _ring_desks(self, rings: Rings, now: float) -> None:
        for desk, name in rings:
            self._at(now + PICKED_UP, partial(self._answer, desk, name))

    def _answer(self, desk: int, name: int, now: float) -> None:
        call = self._waiting.pop(name, None)
        if call is None:
            return  # he hung up while it rang
        self._queue.answers(desk, now)
        wish = call.wish
        if wish is None:
            self._hostile_answered += 1
        elif wish.need.begins >= QUIET:
            self._told.waits.append(now - call.queued)
            self._told.reached[wish.need.kind] += not wish.reached
        if wish is not None:
            wish.reached = True
        talk = 1.0 if call.does.drops else call.does.talk
        self._at(now + talk, partial(self._end, call, desk, talk))

    def _end(self, call: _Call, desk: int, talk: float, now: float) -> None:
        wrap = HOSTILE_WRAP if call.wish is None else HONEST_WRAP
        self._at(now + wrap, lambda at: self._ring_desks(self._queue.rests(desk, at), at))
        if self._scores is not None:
            does = call.does
            marked = does.marked and not does.drops
            frequent = self._is_frequent(call) and self._rng.random() < 0.1
            if marked or frequent:
                mark = Mark.HOSTILE if marked else Mark.FREQUENT
                trace = self._scores.trace(call.caller, now, call.challenged)
                self._scores.mark(trace, f"volunteer {desk}", mark, now)
            heard = not (does.silent or does.drops)
            self._scores.ended(call.caller, Ended(talk, heard, marked), now, call.challenged)
        self._leave(call, now)

    def _leave(self, call: _Call, now: float) -> None:
        self._channels += 1
        self._over(call, now)

    def _over(self, call: _Call, now: float) -> None:
        """End a call; its caller may call again."""
        wish = call.wish
        if wish is None:
            if self._attack is not None and self._attack.people:
                self._at(now + call.does.pause, lambda at: self._hostile(call.who, at))
            return
        if wish.next < len(wish.need.tries) and (wish.need.goes_on or not wish.reached):
            self._at(now + wish.need.tries[wish.next].pause, lambda at: self._honest(wish, at))

    def _turn(self, call: _Call) -> None:
        if self._counts(call):
            self._told.turned += self._is_frequent(call)
            self._told.turned_first += not self._is_frequent(call)

    @staticmethod
    def _is_frequent(call: _Call) -> bool:
        return call.wish is not None and call.wish.need.kind == "frequent"

    def _counts(self, call: _Call) -> bool:
        return call.wish is not None and call.wish.need.begins >= QUIET
