"""In a flood, calls with much in common with hostile ones come after others, and leave somebody free."""

from __future__ import annotations

from tuidang.phone.floods.values import Rank
from tuidang.phone.queue import position_of, step
from tuidang.phone.queue_values import (
    Arrives,
    Command,
    Duty,
    Ends,
    Engages,
    Event,
    Leaves,
    OnDuty,
    Queue,
    Ring,
    Wrapped,
)


def play(queue: Queue, *events: Event) -> tuple[Queue, list[Command]]:
    """Let events happen, and give all that was commanded."""
    given: list[Command] = []
    for event in events:
        queue, commands = step(queue, event)
        given += commands
    return queue, given


def all_talk(desks: int) -> Queue:
    """Give a queue whose volunteers all talk."""
    come = [OnDuty(0, desk, ("zh",), Duty.READY) for desk in range(1, desks + 1)]
    return play(Queue(), *come, *(Engages(1, desk, f"talk {desk}") for desk in range(1, desks + 1)))[0]


def arrives(at: float, call: str, rank: Rank) -> Arrives:
    return Arrives(at, call, "zh", "hotline", at, rank=rank)


def test_the_better_rank_comes_first_whoever_came_first() -> None:
    queue, _ = play(all_talk(5), *(arrives(2, rank.name, rank) for rank in reversed(Rank)))
    assert {caller.call: position_of(queue, caller) for caller in queue.callers} == {
        "KNOWN": 1,
        "NEW": 2,
        "SUSPECT": 3,
        "LAST": 4,
    }
    rung = []
    for at, desk in enumerate(range(1, 6), 10):
        queue, commands = play(queue, Ends(at, desk), Wrapped(at, desk))
        rung += [(one.desk, one.call) for one in commands if isinstance(one, Ring)]
    # A fifth of the volunteers stays free for others: the last one waits until a second is free.
    assert rung == [(1, "KNOWN"), (2, "NEW"), (3, "SUSPECT"), (4, "LAST")]
    assert sum(one.is_free for one in queue.volunteers.values()) == 1


def test_within_a_rank_who_came_first_comes_first() -> None:
    queue, _ = play(all_talk(1), arrives(2, "a", Rank.SUSPECT), arrives(3, "b", Rank.SUSPECT))
    _, commands = play(queue, Ends(4, 1), Wrapped(4, 1))
    assert Ring(1, "a") in commands


def test_who_is_alone_on_duty_is_rung_for_everybody() -> None:
    queue, _ = play(all_talk(1), Ends(2, 1), Wrapped(2, 1))
    _, commands = play(queue, arrives(3, "a", Rank.LAST))
    assert commands == [Ring(1, "a")]


def test_the_last_rank_leaves_somebody_free_and_others_ring_him() -> None:
    queue, _ = play(Queue(), *(OnDuty(0, desk, ("zh",), Duty.READY) for desk in (1, 2)))
    queue, commands = play(queue, arrives(3, "a", Rank.LAST), arrives(4, "b", Rank.LAST))
    assert [one for one in commands if isinstance(one, Ring)] == [Ring(1, "a")]
    queue, commands = play(queue, arrives(5, "c", Rank.NEW))
    assert commands == [Ring(2, "c")]
    _, commands = play(queue, Leaves(6, "c"))
    assert not any(isinstance(one, Ring) for one in commands)
