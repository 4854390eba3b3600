"""The queue in the simulation of floods: the hotline's own, and a quick one that answers in the same order.

The hotline's own looks at everybody who waits at each event, which is right for a hotline and slow for
hundreds of simulated hours. A test plays the same run over both.
"""

from __future__ import annotations

import heapq
from collections import OrderedDict
from typing import Protocol

from tuidang.phone.floods.rules import keeps_free
from tuidang.phone.floods.values import Rank
from tuidang.phone.queue import step
from tuidang.phone.queue_values import (
    Answers,
    Arrives,
    Bridge,
    Duty,
    Ends,
    Event,
    Leaves,
    OnDuty,
    Queue,
    Ring,
    Wrapped,
)

Rings = list[tuple[int, int]]  # desk, call


class Waiting(Protocol):
    """Who waits, and who is rung for whom; each step gives what begins to ring."""

    def arrives(self, call: int, rank: Rank, now: float) -> Rings: ...
    def leaves(self, call: int, now: float) -> Rings: ...
    def answers(self, desk: int, now: float) -> None: ...
    def rests(self, desk: int, now: float) -> Rings: ...


class QuickQueue:
    """One language, everybody ready: whoever came first of the best rank, to whoever is idle the longest."""

    def __init__(self, desks: int) -> None:
        self._desks = desks
        self._free = OrderedDict.fromkeys(range(1, desks + 1))
        self._heap: list[tuple[Rank, float, int]] = []
        self._gone: set[int] = set()
        self._rung: dict[int, int] = {}  # call → desk

    def arrives(self, call: int, rank: Rank, now: float) -> Rings:
        """Put somebody into the queue."""
        heapq.heappush(self._heap, (rank, now, call))
        return self._serve()

    def leaves(self, call: int, now: float) -> Rings:  # noqa: ARG002 - the other queue asks for it
        """Take somebody out of it who hangs up."""
        desk = self._rung.pop(call, None)
        if desk is None:
            self._gone.add(call)
            return []
        self._free[desk] = None
        return self._serve()

    def answers(self, desk: int, now: float) -> None:  # noqa: ARG002
        """Let a volunteer take the call that rings."""
        self._rung = {call: rung for call, rung in self._rung.items() if rung != desk}

    def rests(self, desk: int, now: float) -> Rings:  # noqa: ARG002
        """Let a volunteer be rung again."""
        self._free[desk] = None
        return self._serve()

    def _serve(self) -> Rings:
        rings: Rings = []
        while self._free and self._heap:
            rank, _, call = self._heap[0]
            if call in self._gone:
                self._gone.discard(call)
            elif len(self._free) <= keeps_free(rank, self._desks):
                break
            else:
                desk, _ = self._free.popitem(last=False)
                self._rung[call] = desk
                rings.append((desk, call))
            heapq.heappop(self._heap)
        return rings


class OwnQueue:
    """The hotline's own queue."""

    def __init__(self, desks: int) -> None:
        self._queue = Queue()
        for desk in range(1, desks + 1):
            self._step(OnDuty(0.0, desk, ("zh",), Duty.READY))

    def arrives(self, call: int, rank: Rank, now: float) -> Rings:
        """Put somebody into the queue."""
        return self._step(Arrives(now, str(call), "zh", "hotline", now, rank=rank))

    def leaves(self, call: int, now: float) -> Rings:
        """Take somebody out of it who hangs up."""
        return self._step(Leaves(now, str(call)))

    def answers(self, desk: int, now: float) -> None:
        """Let a volunteer take the call that rings."""
        self._step(Answers(now, desk))

    def rests(self, desk: int, now: float) -> Rings:
        """Let a volunteer be rung again."""
        return self._step(Ends(now, desk)) + self._step(Wrapped(now, desk))

    def _step(self, event: Event) -> Rings:
        self._queue, commands = step(self._queue, event)
        assert not isinstance(event, Answers) or any(isinstance(one, Bridge) for one in commands)
        return [(one.desk, int(one.call)) for one in commands if isinstance(one, Ring)]
