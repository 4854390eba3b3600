"""Who is let through, asked for two keys, given a message only, or refused: the scores of today.

A call goes `judge`, then perhaps the challenge, then `admit`, then the queue, and at its end `ended` if a
volunteer answered it. Nothing is stored or logged; a number is known as a keyed hash, and the day's end takes
the key and all that was counted under it.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import NamedTuple

from tuidang.base.limits import Budget
from tuidang.phone.floods import limits
from tuidang.phone.floods.level import Pressure
from tuidang.phone.floods.marks import Marks, Row
from tuidang.phone.floods.memory import DayKey, Fading, Source, Sources
from tuidang.phone.floods.patterns import Patterns, Trait, traits_of
from tuidang.phone.floods.values import (
    Answer,
    Caller,
    Challenged,
    Counts,
    Ended,
    Level,
    Mark,
    MarkNow,
    Rank,
    Room,
    Verdict,
)


class Trace(NamedTuple):
    """A call without its number: a hash under the key of the day, b"" if withheld, and what it brought."""

    place: bytes
    traits: tuple[Trait, ...]


class Scores:
    """All that one hotline remembers of who called today. `now` is Unix time in seconds everywhere."""

    def __init__(self) -> None:
        self._key = DayKey()
        self._sources = Sources()
        self._ringing = Patterns()  # of calls and how they answer the challenge
        self._talking = Patterns()  # of calls that a volunteer answered
        self._marks = Marks()
        self._counts = Counts()
        self._pressure = Pressure()
        self._budget = Budget(burst=limits.MARKS_AT_ONCE, per_hour=limits.MARKS_AN_HOUR, sources=1_000)

    def judge(self, caller: Caller, room: Room, now: float) -> Verdict:
        """Say what becomes of a call that has just come in; asked once for each call."""
        place, source = self._find(caller, now)
        level = self._pressure.level(room, now)
        own = Verdict.PASS
        if source is not None:
            own = self._arrive(source, place, level, now)
        if own < Verdict.MESSAGE_ONLY:
            level = self._pressure.arrive(room, now)
        verdict = max(own, self._by_level(caller, source, place, level, now))
        self._counts.calls += 1
        self._counts.challenged += verdict is Verdict.CHALLENGE
        self._counts.message += verdict is Verdict.MESSAGE_ONLY
        self._counts.refused += verdict is Verdict.REFUSE
        return verdict

    def admit(self, caller: Caller, now: float, challenged: Challenged | None = None) -> Rank | None:
        """Give the rank in the queue of a call that passed, or was challenged; None: a message only.

        Only silence leads to a message, and who is silent again in a later call is taken for somebody whose
        telephone sends no keys.
        """
        place, source = self._find(caller, now)
        answer = challenged.answer if challenged else Answer.PASSED
        traits = self._traits(caller, source, challenged)
        self._ringing.note(traits, now, hostile=answer is Answer.SILENT)
        if challenged is not None:
            self._counts.passed += answer in {Answer.PASSED, Answer.PIN}
            self._counts.failed += answer in {Answer.WRONG, Answer.SPOKE}
            self._counts.silent += answer is Answer.SILENT
        if answer is Answer.SILENT and (source is None or not source.returned):
            return None
        rank = Rank.KNOWN if answer is Answer.PIN else self._rank(source, place, traits, now)
        if source is not None:
            source.entered.add(now)
        return rank

    def ended(self, caller: Caller, call: Ended, now: float, challenged: Challenged | None = None) -> None:
        """Learn from a call that a volunteer answered."""
        place, source = self._find(caller, now)
        traits = self._traits(caller, source, challenged)
        talked = call.heard and call.seconds >= limits.HEARD and not call.marked
        self._learn(traits, now, hostile=not call.heard, heard=talked)
        if source is None:
            return
        source.unheard = False
        if not call.heard:
            source.silent.add(now)
        elif talked:
            source.known = True
            source.silent = Fading()
            self._sources.keep(place)

    def trace(self, caller: Caller, now: float, challenged: Challenged | None = None) -> Trace:
        """Give what a call can be marked by after its number is forgotten, until the day is over."""
        place, source = self._find(caller, now)
        return Trace(place, self._traits(caller, source, challenged))

    def mark(self, trace: Trace, volunteer: str, mark: Mark, now: float) -> str | None:
        """Note what a volunteer says of a caller, and give the mark's id; None if he has marked too many.

        His later mark on the same caller takes the place of the one before.
        """
        self._turn(now)
        place, all_traits = trace
        who = self._key.hash(f"volunteer {volunteer}")
        before = [row for row in self._marks.of(place) if row.volunteer == who]
        for row in before:
            if row.mark is mark:
                return row.id
        if not self._budget.spend(volunteer, now):
            return None
        for row in before:
            self._undo(row, now)
        traits: tuple[Trait, ...] = ()
        if mark is Mark.HOSTILE:
            traits = tuple(
                trait for trait in all_traits if self._marks.counting(who, trait) < limits.MARKS_COUNTING
            )
        self._learn(traits, now, hostile=1)
        return self._marks.add(who, place, traits, mark, now).id

    def unmark(self, mark_id: str, now: float) -> bool:
        """Take a mark back with what it did; False if there is none, or it was taken back before."""
        self._turn(now)
        row = self._marks.undo(mark_id)
        if row is not None:
            self._undo(row, now)
        return row is not None

    def marks(self, now: float) -> list[MarkNow]:
        """List the marks of today for a coordinator."""
        self._turn(now)
        return self._marks.listed()

    def counts(self, now: float) -> Counts:
        """Count the calls of today."""
        self._turn(now)
        return replace(self._counts)

    def level(self, room: Room, now: float) -> Level:
        """Say how the hotline stands."""
        return self._pressure.level(room, now)

    def is_frequent(self, caller: Caller, now: float) -> bool:
        """Tell whether a volunteer marked this caller as one who calls often."""
        place, _ = self._find(caller, now)
        return self._is_frequent(place)

    def _turn(self, now: float) -> None:
        if self._key.turn(now):
            self._sources.clear()
            self._ringing.clear()
            self._talking.clear()
            self._marks.clear()
            self._counts = Counts()

    def _find(self, caller: Caller, now: float) -> tuple[bytes, Source | None]:
        self._turn(now)
        if not caller.number:
            return b"", None
        place = self._key.hash(f"source {caller.number}")
        return place, self._sources.get(place)

    def _arrive(self, source: Source, place: bytes, level: Level, now: float) -> Verdict:
        """Count a call of a source, and judge the source by itself."""
        source.returned = (
            source.unheard
            and now - source.last >= limits.RETURNS_AFTER
            and source.calls.now(now) <= limits.RETURNS
        )
        source.unheard, source.last = True, max(now, source.last)
        source.calls.add(now)
        calls = source.calls.now(now)
        if calls > limits.REFUSED and level is Level.STORM:
            return Verdict.REFUSE
        frequent = self._is_frequent(place)
        most = limits.FREQUENT if frequent else limits.ENTERED
        hostile = self._hostile_volunteers(place)
        silent = source.silent.now(now) >= limits.SILENT_CALLS
        if source.entered.now(now) >= most or hostile >= limits.VOLUNTEERS_BLOCKING:
            return Verdict.MESSAGE_ONLY
        # Somebody may show the number of a person who talked with us: he is still asked for two keys.
        if (calls > limits.FLOODING or silent) and not source.known:
            return Verdict.MESSAGE_ONLY
        if hostile or silent or (calls > limits.CHALLENGED and not frequent):
            return Verdict.CHALLENGE
        return Verdict.PASS

    def _by_level(
        self, caller: Caller, source: Source | None, place: bytes, level: Level, now: float
    ) -> Verdict:
        """Judge a call by how the hotline stands; who was heard today is let through."""
        if level is Level.CALM or (source is not None and (source.known or self._is_frequent(place))):
            return Verdict.PASS
        if level is Level.WATCHFUL:
            suspect = self._ringing.likelier(traits_of(caller, None, self._key), now) >= limits.SUSPECT
            return Verdict.CHALLENGE if suspect else Verdict.PASS
        return Verdict.CHALLENGE

    def _rank(self, source: Source | None, place: bytes, traits: tuple[Trait, ...], now: float) -> Rank:
        likelier = self._talking.likelier(traits, now)
        if self._hostile_volunteers(place) or likelier >= limits.LAST:
            return Rank.LAST
        if source is not None and source.known and source.entered.now(now) < limits.KNOWN:
            return Rank.KNOWN
        return Rank.SUSPECT if likelier >= limits.SUSPECT else Rank.NEW

    def _traits(
        self, caller: Caller, source: Source | None, challenged: Challenged | None
    ) -> tuple[Trait, ...]:
        """List what a call has in common with others; how somebody fails who calls again says nothing."""
        if source is not None and source.returned and challenged is not None:
            challenged = Challenged(Answer.PASSED, challenged.hand)
        return traits_of(caller, challenged, self._key)

    def _learn(
        self, traits: tuple[Trait, ...], now: float, *, hostile: float = 0.0, heard: float = 0.0
    ) -> None:
        if traits:
            self._ringing.note(traits, now, hostile=hostile, heard=heard)
            self._talking.note(traits, now, hostile=hostile, heard=heard)

    def _undo(self, row: Row, now: float) -> None:
        row.undone = True
        self._learn(row.traits, now, hostile=-math.exp(-max(0.0, now - row.at) / limits.PATTERN_FADES))

    def _hostile_volunteers(self, place: bytes) -> int:
        return len({row.volunteer for row in self._marks.of(place) if row.mark is Mark.HOSTILE})

    def _is_frequent(self, place: bytes) -> bool:
        return any(row.mark is Mark.FREQUENT for row in self._marks.of(place))
