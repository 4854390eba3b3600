"""The queue of all who want to talk with a person: an event goes in, commands come out. No clock, no network.

Hotline and key 8 are one queue. Whoever came first is served first, by whoever speaks his language and has
been idle the longest; those who speak it as a second language come after those of whom it is the first. In a
flood, calls that have much in common with hostile ones come after others. A telephone rings for one call at a
time, for twenty seconds (one's own outside for thirty-five), and never while its volunteer talks, writes up,
or is away. Everybody ends with a person, or with the truth and the offer of a call-back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from math import ceil
from typing import assert_never

from tuidang.phone.floods.rules import keeps_free
from tuidang.phone.queue_values import (
    LONGEST_WAIT,
    MISSES,
    OFFER_AFTER,
    TALKS_KNOWN,
    TELL_EVERY,
    UNREACHED,
    WRAP_UP,
    Act,
    AlertNobody,
    Answers,
    Arrives,
    Bridge,
    Caller,
    Command,
    Declines,
    Duty,
    Ends,
    Engages,
    Event,
    Leaves,
    Missed,
    MoreTime,
    OfDesk,
    OfferCallBack,
    OnDuty,
    Queue,
    Released,
    Ring,
    SetAway,
    StopRinging,
    TellPosition,
    Tick,
    ToMessage,
    Volunteer,
    Why,
    Wrapped,
    keep_talk,
)


def step(queue: Queue, event: Event, *, is_cut_off: bool = False) -> tuple[Queue, tuple[Command, ...]]:
    """Take an event in, and give what to do, in order. What follows from the time is done as well.

    `is_cut_off`: nobody can be rung or told anything now, and who waits may be gone: nothing follows.
    """
    turn = _Turn(queue, event.at)
    turn.take(event)
    if not is_cut_off:
        turn.follow()
    return turn.result()


def position_of(queue: Queue, caller: Caller) -> int:
    """Say which one he is, from 1, among those who wait for his language."""
    ahead = [one for one in queue.callers if one.language == caller.language and one.turn < caller.turn]
    return len(ahead) + 1


def minutes_of(queue: Queue, caller: Caller) -> int | None:
    """Say about how many minutes he will wait yet, from recent conversations; None when nobody can say."""
    serving = len(_speakers(queue.volunteers.values(), caller))
    if len(queue.talks) < TALKS_KNOWN or not serving:
        return None
    each = sum(queue.talks) / len(queue.talks) + WRAP_UP
    minutes = ceil(position_of(queue, caller) * each / serving / 60)
    return minutes if minutes * 60 <= LONGEST_WAIT else None


def free_for(queue: Queue, language: str) -> int:
    """Count who could be reached within seconds by one more who speaks a language."""
    free = sum(1 for one in queue.volunteers.values() if one.is_free and language in one.languages)
    waiting = sum(1 for caller in queue.callers if not caller.ringing)
    return max(0, free - waiting)


def is_anybody_there(queue: Queue) -> bool:
    """Tell whether anybody is on duty who is rung, now or after what he does."""
    return any(one.duty is Duty.READY for one in queue.volunteers.values())


def _speakers(volunteers: Iterable[Volunteer], caller: Caller) -> list[Volunteer]:
    """List who is on duty for a caller, free or not."""
    return [
        one
        for one in volunteers
        if one.duty is Duty.READY and caller.language in one.languages and one.desk not in caller.refused
    ]


class _Turn:
    """A queue while an event is worked on."""

    def __init__(self, queue: Queue, at: float) -> None:
        self._callers = {caller.call: caller for caller in queue.callers}
        self._volunteers = dict(queue.volunteers)
        self._talks, self._alerted, self._at = queue.talks, queue.alerted, at
        self._commands: list[Command] = []

    def result(self) -> tuple[Queue, tuple[Command, ...]]:
        """Give the queue as it is now, and what was commanded."""
        callers = tuple(sorted(self._callers.values(), key=lambda one: one.since))
        return Queue(callers, self._volunteers, self._talks, self._alerted), tuple(self._commands)

    def take(self, event: Event) -> None:
        """Do what the event itself asks for."""
        match event:
            case Arrives():
                self._arrive(event)
            case Leaves(_, call):
                self._leave(call)
            case OnDuty():
                self._come(event)
            case Tick():
                pass
            case Answers() | Declines() | Missed() | Engages() | Released() | Ends() | Wrapped() | MoreTime():
                if (one := self._volunteers.get(event.desk)) is not None:
                    self._turn_of(one, event)
            case _:
                assert_never(event)

    def follow(self) -> None:
        """Do what follows from the time and from who is there, the same whatever the event was."""
        for one in list(self._volunteers.values()):
            if one.act is Act.RINGING and self._at >= one.since + one.ring_limit:
                self._miss(one)
            elif one.act is Act.WRAP_UP and self._at >= one.wrap_ends:
                self._rest(one, one.wrap_ends)
        self._alerted -= {
            language
            for one in self._volunteers.values()
            if one.duty is Duty.READY
            for language in one.languages
        }
        for caller in sorted(self._callers.values(), key=lambda one: one.turn):
            if not caller.ringing:
                self._serve(caller)

    # Who wants to talk

    def _arrive(self, event: Arrives) -> None:
        if event.call not in self._callers:
            self._callers[event.call] = Caller(
                event.call,
                event.language,
                event.kind,
                event.since,
                event.patience,
                event.challenged,
                event.rank,
                refused=event.passed,
                tell_at=event.at,
            )

    def _leave(self, call: str) -> None:
        caller = self._callers.pop(call, None)
        if caller is not None and caller.ringing:
            self._stop(self._volunteers[caller.ringing])

    def _serve(self, caller: Caller) -> None:
        speakers = _speakers(self._volunteers.values(), caller)
        waited = self._at - caller.since
        if not speakers:
            if caller.language not in self._alerted and not caller.refused:
                self._alerted |= {caller.language}
                self._commands.append(AlertNobody(caller.language))
            self._give_up(caller, Why.NOBODY)
        elif waited >= caller.patience:
            self._give_up(caller, Why.WAITED)
        elif len(free := [one for one in speakers if self._can_ring(one)]) > keeps_free(
            caller.rank, len(speakers)
        ):
            best = min(free, key=lambda one: _rank(one, caller))
            self._volunteers[best.desk] = replace(best, act=Act.RINGING, since=self._at, call=caller.call)
            self._callers[caller.call] = replace(caller, ringing=best.desk)
            self._commands.append(Ring(best.desk, caller.call))
        elif self._at >= caller.tell_at:
            self._tell(caller, waited)

    def _can_ring(self, one: Volunteer) -> bool:
        return one.is_free and self._at >= one.not_before

    def _give_up(self, caller: Caller, why: Why) -> None:
        del self._callers[caller.call]
        self._commands.append(ToMessage(caller.call, why))

    def _tell(self, caller: Caller, waited: float) -> None:
        is_offer = waited >= OFFER_AFTER and not caller.is_offered
        # Every other word is the offer, from the first one on.
        told = replace(caller, tell_at=self._at + TELL_EVERY, is_offered=is_offer)
        self._callers[caller.call] = told
        if is_offer:
            self._commands.append(OfferCallBack(caller.call))
            return
        queue = Queue(tuple(self._callers.values()), self._volunteers, self._talks)
        self._commands.append(
            TellPosition(caller.call, position_of(queue, caller), minutes_of(queue, caller))
        )

    # Who is on duty

    def _come(self, event: OnDuty) -> None:
        known = self._volunteers.get(event.desk)
        if known is None:
            if event.duty is not Duty.GONE:
                self._volunteers[event.desk] = Volunteer(
                    event.desk, event.languages, event.duty, self._at, event.coordinator, own=event.own
                )
            return
        one = replace(
            known,
            duty=event.duty,
            languages=event.languages,
            coordinator=event.coordinator,
            own=event.own,
        )
        if known.duty is not Duty.READY and event.duty is Duty.READY:
            one = replace(one, idle_since=self._at, misses=0)
        self._volunteers[event.desk] = one
        if one.duty is not Duty.READY and one.act is Act.RINGING:
            self._stop(one)
        elif one.act is Act.IDLE or (one.act is Act.WRAP_UP and one.duty is Duty.GONE):
            self._rest(one, one.idle_since)

    def _turn_of(self, one: Volunteer, event: OfDesk) -> None:
        match event:
            case Answers() | Declines() | Missed() if one.act is Act.RINGING:
                self._was_rung(one, event)
            case Engages(_, _, call):
                if one.act is Act.RINGING and one.call != call:
                    self._stop(one)
                self._volunteers[one.desk] = replace(one, act=Act.TALKING, since=self._at, call=call)
            case Released() if one.act is Act.TALKING:
                self._rest(one, one.idle_since)
            case Ends() if one.act is Act.TALKING:
                self._end(one)
            case Wrapped() if one.act is Act.WRAP_UP:
                self._rest(one, self._at)
            case MoreTime() if one.act is Act.WRAP_UP and not one.is_prolonged:
                self._volunteers[one.desk] = replace(
                    one, wrap_ends=one.wrap_ends + WRAP_UP, is_prolonged=True
                )
            case _:
                pass  # it came too late, and something else has happened meanwhile

    def _was_rung(self, one: Volunteer, event: Answers | Declines | Missed) -> None:
        caller = self._callers[one.call]
        match event:
            case Answers():
                del self._callers[one.call]
                self._volunteers[one.desk] = replace(one, act=Act.TALKING, since=self._at, misses=0)
                self._commands.append(Bridge(one.desk, one.call))
            case Declines(refused=True):
                self._callers[one.call] = replace(caller, refused=caller.refused | {one.desk})
                self._stop(replace(one, idle_since=self._at))
            case Declines():
                # It never rang its time, so nobody was absent: another is rung, or this one in a while.
                self._callers[one.call] = replace(caller, missed=caller.missed | {one.desk})
                self._stop(replace(one, idle_since=self._at, not_before=self._at + UNREACHED))
            case Missed():
                self._miss(one)
            case _:
                assert_never(event)

    def _end(self, one: Volunteer) -> None:
        self._talks = keep_talk(self._talks, self._at - one.since)
        if one.duty is Duty.GONE:  # nobody writes anything up, and another may come to the desk
            self._rest(one, self._at)
            return
        ends = self._at + WRAP_UP
        self._volunteers[one.desk] = replace(
            one, act=Act.WRAP_UP, since=self._at, wrap_ends=ends, is_prolonged=False
        )

    def _rest(self, one: Volunteer, since: float) -> None:
        """Let nothing happen at a telephone; whoever is gone is forgotten."""
        if one.duty is Duty.GONE:
            self._volunteers.pop(one.desk, None)
        else:
            self._volunteers[one.desk] = replace(one, act=Act.IDLE, call="", idle_since=since, since=since)

    def _stop(self, one: Volunteer) -> None:
        """Let a telephone ring no longer; who waits, waits on."""
        self._commands.append(StopRinging(one.desk, one.call))
        if (caller := self._callers.get(one.call)) is not None:
            self._callers[one.call] = replace(caller, ringing=0)
        self._rest(one, one.idle_since)

    def _miss(self, one: Volunteer) -> None:
        caller = self._callers[one.call]
        self._callers[one.call] = replace(caller, missed=caller.missed | {one.desk})
        missed = replace(one, misses=one.misses + 1, idle_since=self._at)
        if missed.misses >= MISSES:
            missed = replace(missed, duty=Duty.AWAY, misses=0)
            self._commands.append(SetAway(one.desk))
        self._stop(missed)


def _rank(one: Volunteer, caller: Caller) -> tuple[bool, bool, float, int]:
    """Order those who may be rung for a caller: who is the least comes first."""
    is_second = one.languages[0] != caller.language
    return one.desk in caller.missed, is_second, one.idle_since, one.desk
