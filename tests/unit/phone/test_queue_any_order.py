"""Whatever happens in whatever order, the queue keeps its word."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from queue_cast import breach
from tuidang.phone.queue import step
from tuidang.phone.queue_values import (
    LONGEST_WAIT,
    OWN_RING_LIMIT,
    Answers,
    Arrives,
    Bridge,
    Declines,
    Duty,
    Ends,
    Engages,
    Event,
    Leaves,
    Missed,
    MoreTime,
    OnDuty,
    Queue,
    Released,
    Ring,
    SetAway,
    Tick,
    ToMessage,
    Wrapped,
)

DESKS = st.integers(1, 4)
CALLS = st.sampled_from("abcdef")
LANGUAGES = st.sampled_from(["zh", "yue", "en"])
SPOKEN = st.lists(LANGUAGES, min_size=1, max_size=3, unique=True).map(tuple)


PAUSES = st.sampled_from([0.0, 0.5, 5.0, 19.5, 20.0, 61.0, 400.0])
AT = 0.0  # put right when the events are put in a row
EVENTS: st.SearchStrategy[Event] = st.one_of(
    st.builds(OnDuty, st.just(AT), DESKS, SPOKEN, st.just(Duty.READY)),
    st.builds(OnDuty, st.just(AT), DESKS, SPOKEN, st.sampled_from(Duty), own=st.booleans()),
    st.builds(Arrives, st.just(AT), CALLS, LANGUAGES, st.just("hotline"), st.just(AT)),
    st.builds(Arrives, st.just(AT), CALLS, LANGUAGES, st.just("key-8"), st.just(AT), st.just(25.0)),
    st.builds(Leaves, st.just(AT), CALLS),
    st.builds(Answers, st.just(AT), DESKS),
    st.builds(Declines, st.just(AT), DESKS, st.booleans()),
    st.builds(Engages, st.just(AT), DESKS, st.just("other")),
    *(st.builds(kind, st.just(AT), DESKS) for kind in (Ends, Missed, Released, Wrapped, MoreTime)),
    st.builds(Tick, st.just(AT)),
)


def in_a_row(happened: list[tuple[float, Event]]) -> list[Event]:
    """Give events the times at which they happen, one after the other."""
    at, events = AT, list[Event]()
    for pause, event in happened:
        at += pause
        events.append(
            replace(event, at=at, since=at) if isinstance(event, Arrives) else replace(event, at=at)
        )
    return events


def happenings() -> st.SearchStrategy[list[Event]]:
    """Draw events in the order of time."""
    return st.lists(st.tuples(PAUSES, EVENTS), min_size=1, max_size=60).map(in_a_row)


@given(happenings())
def test_nobody_is_rung_who_may_not_be_and_everybody_ends_somewhere(events: list[Event]) -> None:
    queue, ended = Queue(), set[str]()
    for event in [*events, *_hours_after(events[-1].at)]:
        before = queue
        queue, commands = step(queue, event)
        assert breach(queue, commands, before) == ""
        if isinstance(event, Arrives) and event.call not in {caller.call for caller in before.callers}:
            ended.discard(event.call)
        for command in commands:
            if isinstance(command, Bridge | ToMessage):
                assert command.call not in ended
                ended.add(command.call)
                assert command.call not in {caller.call for caller in queue.callers}
            if isinstance(command, Ring):
                _longest_idle_of_his_kind(queue, command)
    assert queue.callers == ()  # nobody waits for ever, whatever the volunteers do


@given(happenings())
def test_every_ring_ends_by_its_limit_and_every_wait_by_its(events: list[Event]) -> None:
    queue, rung = Queue(), dict[int, float]()
    for event in [*events, *_hours_after(events[-1].at)]:
        queue, commands = step(queue, event)
        for command in commands:
            if isinstance(command, Ring):
                rung[command.desk] = event.at
            if isinstance(command, SetAway):
                assert queue.volunteers[command.desk].duty is Duty.AWAY
        for one in queue.volunteers.values():
            if one.act == "ringing":
                assert event.at < rung[one.desk] + one.ring_limit
        for caller in queue.callers:
            assert event.at < caller.since + LONGEST_WAIT + OWN_RING_LIMIT


@given(st.lists(LANGUAGES, min_size=1, max_size=12), st.lists(SPOKEN, min_size=1, max_size=4))
def test_of_one_language_nobody_is_served_before_who_came_earlier(
    callers: list[str], volunteers: list[tuple[str, ...]]
) -> None:
    queue, served = Queue(), list[str]()
    for desk, spoken in enumerate(volunteers, 1):
        queue, _ = step(queue, OnDuty(0, desk, spoken, Duty.READY))
    todo: list[Event] = [
        Arrives(1 + number / 100, f"{language} {number:02}", language, "hotline", 1 + number / 100)
        for number, language in enumerate(callers)
    ]
    at = 2.0
    while todo:
        queue, commands = step(queue, todo.pop(0))
        for command in commands:
            at += 1
            if isinstance(command, Ring):
                todo.append(Answers(at, command.desk))
            if isinstance(command, Bridge):
                served.append(command.call)
                todo += [Ends(at, command.desk), Wrapped(at, command.desk)]
        todo.sort(key=lambda event: event.at)
    for language in set(callers):
        mine = [call for call in served if call.startswith(f"{language} ")]
        assert mine == sorted(mine)
        spoken_by_any = any(language in spoken for spoken in volunteers)
        assert len(mine) == (callers.count(language) if spoken_by_any else 0)


def _hours_after(at: float) -> list[Event]:
    return [Tick(at + second) for second in range(1, int(LONGEST_WAIT + OWN_RING_LIMIT) + 60, 5)]


def _longest_idle_of_his_kind(queue: Queue, command: Ring) -> None:
    """See that nobody who could have been rung instead has been idle for longer."""
    one = queue.volunteers[command.desk]
    caller = next((caller for caller in queue.callers if caller.call == command.call), None)
    if caller is None:
        return
    for other in queue.volunteers.values():
        if other.is_free and caller.language in other.languages and other.desk not in caller.refused:
            is_passed = other.desk in caller.missed and one.desk not in caller.missed
            is_second = other.languages[0] != caller.language and one.languages[0] == caller.language
            assert is_passed or is_second or other.idle_since >= one.idle_since
