"""Who is rung for whom, and what those hear who wait: each rule of the queue by an example."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from tuidang.phone.queue import free_for, step
from tuidang.phone.queue_values import (
    AlertNobody,
    Answers,
    Arrives,
    Bridge,
    Command,
    Declines,
    Duty,
    Ends,
    Engages,
    Event,
    Leaves,
    Missed,
    MoreTime,
    OfferCallBack,
    OnDuty,
    Queue,
    Ring,
    SetAway,
    StopRinging,
    TellPosition,
    Tick,
    ToMessage,
    Why,
    Wrapped,
)


def play(queue: Queue, *events: Event) -> tuple[Queue, list[Command]]:
    """Let events happen, and give all that was commanded."""
    given: list[Command] = []
    for event in events:
        queue, commands = step(queue, event)
        given += commands
    return queue, given


def on_duty(*desks: tuple[int, str], at: float = 0.0) -> Queue:
    """Give a queue with these volunteers, who came one after the other."""
    return play(
        Queue(),
        *(
            OnDuty(at + place, desk, tuple(languages.split()), Duty.READY)
            for place, (desk, languages) in enumerate(desks)
        ),
    )[0]


def arrives(at: float, call: str, language: str = "zh", kind: str = "hotline") -> Arrives:
    return Arrives(at, call, language, kind, at)


def ticks(begin: float, end: float) -> Iterable[Tick]:
    return (Tick(begin + half / 2) for half in range(int(2 * (end - begin)) + 1))


def talking(queue: Queue, desk: int, call: str, at: float) -> Queue:
    return play(queue, arrives(at, call), Answers(at, desk))[0]


def test_an_own_telephone_rings_longer_and_one_rung_in_vain_counts_as_not_answered() -> None:
    own = [OnDuty(0, desk, ("zh",), Duty.READY, own=True) for desk in (1, 2)]
    queue, given = play(Queue(), *own, arrives(1, "a"), Tick(30), Missed(31, 1))
    assert given == [Ring(1, "a"), StopRinging(1, "a"), Ring(2, "a")]
    assert (queue.volunteers[1].misses, queue.volunteers[1].duty) == (1, Duty.READY)
    queue, given = play(queue, Tick(65.9))
    assert given == []
    queue, given = play(queue, Tick(66), Missed(70, 1))
    assert given == [StopRinging(2, "a"), Ring(1, "a"), SetAway(1), StopRinging(1, "a"), Ring(2, "a")]
    assert play(queue, Missed(71, 1))[1] == []  # it came too late


def test_who_is_idle_the_longest_is_rung_and_talks() -> None:
    queue, given = play(on_duty((2, "zh"), (1, "zh")), arrives(10, "a"), Answers(13, 2))
    assert given == [Ring(2, "a"), Bridge(2, "a")]
    assert queue.volunteers[2].state == "talking"
    assert not queue.callers


def test_a_second_language_comes_after_those_of_whom_it_is_the_first() -> None:
    queue = on_duty((1, "en yue"), (2, "yue zh"), (3, "zh"))
    queue, given = play(queue, arrives(10, "a", "yue"), arrives(11, "b", "yue"), arrives(12, "c", "yue"))
    assert given == [Ring(2, "a"), Ring(1, "b"), TellPosition("c", 3, None)]


def test_a_telephone_rings_for_twenty_seconds_then_the_next_one_does() -> None:
    queue, given = play(on_duty((1, "zh"), (2, "zh")), arrives(10, "a"), *ticks(11, 29.5))
    assert given == [Ring(1, "a")]
    queue, given = play(queue, Tick(30))
    assert given == [StopRinging(1, "a"), Ring(2, "a")]


def test_who_misses_two_rings_is_set_away_and_who_waited_is_told_the_truth() -> None:
    queue, given = play(on_duty((1, "zh")), arrives(10, "a"), *ticks(10, 50))
    assert given == [
        Ring(1, "a"),
        StopRinging(1, "a"),
        Ring(1, "a"),
        SetAway(1),
        StopRinging(1, "a"),
        AlertNobody("zh"),
        ToMessage("a", Why.NOBODY),
    ]
    assert queue.volunteers[1].state == "away"


def test_who_answers_in_between_has_missed_nothing() -> None:
    queue, _ = play(on_duty((1, "zh")), arrives(10, "a"), Tick(30), Answers(31, 1), Ends(60, 1))
    queue, given = play(queue, Wrapped(61, 1), arrives(70, "b"), Tick(90))
    assert given == [Ring(1, "b"), StopRinging(1, "b"), Ring(1, "b")]


def test_a_telephone_that_cannot_be_reached_is_tried_again_in_a_while_and_nobody_has_missed_anything() -> (
    None
):
    queue, given = play(on_duty((1, "zh")), arrives(10, "a"), Declines(10.1, 1), *ticks(10.5, 15))
    assert [one for one in given if isinstance(one, Ring | SetAway)] == [Ring(1, "a")]
    queue, given = play(queue, Tick(15.5), Declines(15.6, 1), Tick(21), Declines(21.1, 1), Tick(27))
    assert [one for one in given if isinstance(one, Ring | SetAway)] == [Ring(1, "a")] * 3
    assert queue.volunteers[1].misses == 0
    assert [one.call for one in queue.callers] == ["a"]


def test_another_is_rung_at_once_when_a_telephone_cannot_be_reached() -> None:
    _, given = play(on_duty((1, "zh"), (2, "zh")), arrives(10, "a"), Declines(10.1, 1))
    assert given == [Ring(1, "a"), StopRinging(1, "a"), Ring(2, "a")]


def test_who_refuses_a_call_is_not_rung_for_it_again_and_has_missed_nothing() -> None:
    queue = on_duty((1, "zh"), (2, "zh"))
    queue, given = play(queue, arrives(10, "a"), Declines(11, 1, refused=True), *ticks(11, 32))
    assert given == [Ring(1, "a"), StopRinging(1, "a"), Ring(2, "a"), StopRinging(2, "a"), Ring(2, "a")]
    assert queue.volunteers[1].misses == 0


def test_nobody_on_duty_is_said_at_once_and_alerts_once_until_somebody_comes() -> None:
    queue, given = play(Queue(), arrives(1, "a"), arrives(2, "b"))
    assert given == [AlertNobody("zh"), ToMessage("a", Why.NOBODY), ToMessage("b", Why.NOBODY)]
    queue, given = play(queue, OnDuty(3, 1, ("zh",), Duty.READY), OnDuty(4, 1, ("zh",), Duty.GONE))
    assert play(queue, arrives(5, "c"))[1] == [AlertNobody("zh"), ToMessage("c", Why.NOBODY)]


def test_nobody_of_a_language_is_nobody() -> None:
    given = play(on_duty((1, "zh")), arrives(1, "a", "en"))[1]
    assert given == [AlertNobody("en"), ToMessage("a", Why.NOBODY)]


@pytest.mark.parametrize("duty", [Duty.AWAY, Duty.GONE])
def test_who_goes_away_rings_no_longer_and_who_waits_is_told(duty: Duty) -> None:
    _, given = play(on_duty((1, "zh")), arrives(1, "a"), OnDuty(2, 1, ("zh",), duty))
    assert given == [Ring(1, "a"), StopRinging(1, "a"), AlertNobody("zh"), ToMessage("a", Why.NOBODY)]


def test_after_a_conversation_nobody_is_rung_for_a_minute_or_two_or_none() -> None:
    queue = play(talking(on_duty((1, "zh")), 1, "a", 10), Ends(100, 1), arrives(101, "b"))[0]
    assert Ring(1, "b") not in play(queue, *ticks(101, 159.5))[1]
    assert play(queue, *ticks(101, 160))[1][-1] == Ring(1, "b")
    assert play(queue, Wrapped(105, 1))[1][-1] == Ring(1, "b")
    longer = play(queue, MoreTime(105, 1), MoreTime(106, 1))[0]
    assert Ring(1, "b") not in play(longer, *ticks(107, 219.5))[1]
    assert Ring(1, "b") in play(longer, *ticks(107, 220))[1]


def test_who_hangs_up_while_it_rings_stops_the_ringing_and_the_place_in_the_row_is_kept() -> None:
    queue, given = play(on_duty((1, "zh"), (2, "zh")), arrives(10, "a"), Leaves(12, "a"))
    assert given == [Ring(1, "a"), StopRinging(1, "a")]
    assert play(queue, Answers(12.1, 1), arrives(13, "b"))[1] == [Ring(1, "b")]


def test_key_8_and_the_hotline_are_one_queue() -> None:
    queue = talking(on_duty((1, "zh")), 1, "x", 5)
    queue, given = play(queue, arrives(10, "a"), arrives(11, "b", kind="key-8"), arrives(12, "c"))
    assert [one for one in given if isinstance(one, TellPosition)] == [
        TellPosition("a", 1, None),
        TellPosition("b", 2, None),
        TellPosition("c", 3, None),
    ]
    queue, given = play(queue, Ends(20, 1), Wrapped(21, 1), Answers(22, 1), Ends(30, 1), Wrapped(31, 1))
    assert [one for one in given if isinstance(one, Ring)] == [Ring(1, "a"), Ring(1, "b")]


def test_somebody_who_waited_before_comes_before_those_who_came_later() -> None:
    queue = talking(on_duty((1, "zh")), 1, "x", 5)
    queue = play(queue, arrives(10, "a"), Arrives(20, "b", "zh", "hotline", since=3))[0]
    assert [caller.call for caller in queue.callers] == ["b", "a"]


def test_a_wait_is_told_from_recent_conversations_or_not_at_all() -> None:
    queue = on_duty((1, "zh"), (2, "zh"))
    for number in range(5):
        begin = 1000.0 * number
        queue = play(talking(queue, 1 + number % 2, f"t{number}", begin), Ends(begin + 180, 1 + number % 2))[
            0
        ]
    queue = play(queue, Tick(9000))[0]
    queue = play(queue, arrives(9001, "a"), Answers(9002, 2), arrives(9003, "b"), Answers(9004, 1))[0]
    # A minute of wrap-up after three of talk, two volunteers.
    given = play(queue, arrives(9005, "c"), arrives(9006, "d"))[1]
    assert given == [TellPosition("c", 1, 2), TellPosition("d", 2, 4)]


def test_a_call_back_is_offered_after_ninety_seconds_and_nobody_waits_for_ever() -> None:
    queue = talking(on_duty((1, "zh")), 1, "x", 5)
    queue, given = play(queue, arrives(10, "a"), *ticks(10, 909.5))
    words = [type(command) for command in given]
    assert words[:3] == [TellPosition, TellPosition, OfferCallBack]
    assert words.count(TellPosition) in range(10, 13)
    assert play(queue, Tick(910))[1] == [ToMessage("a", Why.WAITED)]


def test_whoever_has_little_patience_is_told_sooner() -> None:
    queue = talking(on_duty((1, "zh")), 1, "x", 5)
    queue = play(queue, Arrives(10, "a", "zh", "key-8", since=10, patience=25))[0]
    assert play(queue, *ticks(11, 35))[1][-1] == ToMessage("a", Why.WAITED)


def test_who_calls_somebody_is_not_rung_meanwhile() -> None:
    queue, given = play(on_duty((1, "zh")), arrives(1, "a"), Engages(2, 1, "out"))
    assert given[:2] == [Ring(1, "a"), StopRinging(1, "a")]
    assert Ring(1, "a") not in given[2:]
    assert play(queue, Ends(30, 1), Wrapped(31, 1))[1] == [Ring(1, "a")]


def test_who_goes_off_duty_while_he_talks_is_forgotten_afterwards() -> None:
    queue = talking(on_duty((1, "zh")), 1, "x", 5)
    queue = play(queue, OnDuty(6, 1, ("zh",), Duty.GONE))[0]
    assert queue.volunteers[1].state == "talking"
    assert play(queue, Ends(7, 1))[0].volunteers == {}


def test_who_goes_off_duty_after_a_conversation_leaves_his_telephone_to_the_next() -> None:
    queue = play(talking(on_duty((1, "zh")), 1, "x", 5), Ends(7, 1))[0]
    queue = play(queue, OnDuty(8, 1, ("zh",), Duty.GONE), OnDuty(9, 1, ("en",), Duty.READY))[0]
    assert queue.volunteers[1].state == "ready"


def test_whom_nobody_waits_for_is_free() -> None:
    queue = on_duty((1, "zh"), (2, "zh en"))
    assert (free_for(queue, "zh"), free_for(queue, "en"), free_for(queue, "yue")) == (2, 1, 0)
    assert free_for(talking(queue, 1, "a", 5), "zh") == 1


def test_while_asterisk_is_away_nobody_is_rung_or_told_anything_and_all_follows_once_it_is_back() -> None:
    queue = on_duty((1, "zh"))
    for event in (arrives(10, "a"), arrives(11, "b"), *ticks(12, 60)):
        queue, commands = step(queue, event, is_cut_off=True)
        assert not commands
    assert queue.volunteers[1].state == "ready"
    queue, given = play(queue, Leaves(61, "a"))  # he is gone by then
    assert given == [Ring(1, "b")]
