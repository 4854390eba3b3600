"""The rules against floods at the switchboard: who comes in is judged, given a rank, and learned from."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from tuidang.phone import queue_values as q
from tuidang.phone.floods.scores import Scores, Trace
from tuidang.phone.floods.values import Caller, Ended, Level, Mark, Rank, Room, Verdict
from tuidang.phone.floods_now import FloodsNow
from tuidang.phone.hotline.calls import Conversation

_MARKS: Final = {"hostile": Mark.HOSTILE, "frequent": Mark.FREQUENT}


class Guard:
    """What is known of today's callers, in memory only."""

    def __init__(self, queue: Callable[[], q.Queue]) -> None:
        """`queue` gives the queue as it is at this moment."""
        self._scores, self._queue = Scores(), queue
        self.usual = 0.0  # people who want to talk, an hour at this time of the day
        self._last: dict[int, Trace] = {}  # of whom each desk talks with, or talked with last
        self._given: dict[int, str] = {}  # the marks that came of how these calls ended, by desk

    def judge(self, source: Caller) -> Verdict:
        """Say what becomes of a call that has just come in."""
        return self._scores.judge(source, self._room(), time.time())

    def is_frequent(self, source: Caller) -> bool:
        """Tell whether a volunteer marked this caller as one who calls often."""
        return self._scores.is_frequent(source, time.time())

    def admit(self, conversation: Conversation) -> bool:
        """Give a call its rank in the queue; False: it is told kindly that nobody comes."""
        assert conversation.source is not None
        rank = self._scores.admit(conversation.source, time.time(), conversation.challenged)
        conversation.rank = Rank.NEW if rank is None else rank
        return rank is not None

    def learn(self, conversation: Conversation, seconds: float) -> None:
        """Learn from a conversation that is over."""
        if conversation.source is not None:
            ended = Ended(seconds, conversation.is_heard, conversation.is_hostile)
            self._scores.ended(conversation.source, ended, time.time(), conversation.challenged)

    def mark(self, conversation: Conversation, volunteer: str, what: str) -> None:
        """Note what a volunteer says of a caller, or take back what he said in this call."""
        now = time.time()
        if conversation.source is None:
            return
        if what == "unmark":
            self._scores.unmark(conversation.mark, now)
            conversation.mark, conversation.is_hostile = "", False
            conversation.is_frequent = self._scores.is_frequent(conversation.source, now)
            return
        trace = self._scores.trace(conversation.source, now, conversation.challenged)
        mark = self._scores.mark(trace, volunteer, _MARKS[what], now)
        if mark is not None:
            conversation.mark = mark
            conversation.is_hostile = what == "hostile"
            conversation.is_frequent = self._scores.is_frequent(conversation.source, now)

    def talks(self, conversation: Conversation, desk: int) -> None:
        """Note that a desk talks in a conversation, so that it can be marked when it is over."""
        self._last.pop(desk, None)
        self._given.pop(desk, None)
        if conversation.source is not None:
            trace = self._scores.trace(conversation.source, time.time(), conversation.challenged)
            self._last[desk] = trace

    def mark_last(self, desk: int, volunteer: str, what: str) -> None:
        """Take what a volunteer says of how his last call ended for a mark, if it is one.

        Should he say something else of it later, that counts.
        """
        now = time.time()
        if what not in _MARKS:
            self._scores.unmark(self._given.pop(desk, ""), now)
        elif (trace := self._last.get(desk)) is not None:
            self._given[desk] = self._scores.mark(trace, volunteer, _MARKS[what], now) or ""

    def unmark(self, mark: str) -> None:
        """Take a mark back, by a coordinator's word."""
        self._scores.unmark(mark, time.time())

    def _room(self) -> Room:
        there = sum(1 for one in self._queue().volunteers.values() if one.duty is q.Duty.READY)
        return Room(there, self.usual)

    @property
    def level(self) -> Level:
        """Say how the hotline stands."""
        return self._scores.level(self._room(), time.time())

    def shown(self) -> FloodsNow:
        """Lay out what coordinators see."""
        now = time.time()
        return FloodsNow(self.level, self._scores.counts(now), tuple(self._scores.marks(now)))
