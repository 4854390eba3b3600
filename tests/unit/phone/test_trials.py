"""A call to our own number: what is heard of it, and when in the day it is made."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuidang.phone.test_calls.rules import DAY_MINUTES, Failures, Outcome, Trial, minute_of

KEY = b"k" * 32
DAY = date(2027, 5, 3)
Step = tuple[float, str, int]  # seconds after the order, type of event, its cause or milliseconds


def played(*steps: Step, until: float) -> Outcome | None:
    """Play events to a trial that was dialled at once, and return what became of it by then."""
    trial = Trial(0)
    trial.dial(0)
    for at, kind, number in steps:
        if (found := trial.outcome(at)) is not None:
            return found
        trial.hear({"type": kind, "cause": number, "duration": number}, at)
    return trial.outcome(until)


UP: Step = (5, "StasisStart", 0)


@pytest.mark.parametrize(
    ("steps", "until", "outcome"),
    [
        ([UP, (6, "ChannelTalkingStarted", 0)], 6.4, None),
        ([UP, (6, "ChannelTalkingStarted", 0)], 6.6, Outcome.HEARD),
        ([UP, (6, "ChannelTalkingStarted", 0), (7, "ChannelTalkingFinished", 900)], 7, Outcome.HEARD),
        ([UP, (6, "ChannelTalkingStarted", 0), (6.2, "ChannelTalkingFinished", 100)], 19, None),
        ([UP, (6, "ChannelTalkingStarted", 0), (6.2, "ChannelTalkingFinished", 100)], 21, Outcome.SILENT),
        ([(2, "ChannelTalkingStarted", 0), UP], 21, Outcome.SILENT),  # what rang was no voice
        ([UP], 21, Outcome.SILENT),
        ([UP, (6, "ChannelDestroyed", 16)], 6, Outcome.SILENT),
        ([], 39, None),
        ([], 41, Outcome.UNANSWERED),
        ([(9, "ChannelDestroyed", 17)], 9, Outcome.BUSY),
        ([(9, "ChannelDestroyed", 19)], 9, Outcome.UNANSWERED),
        ([(1, "ChannelDestroyed", 3)], 1, Outcome.REFUSED),
    ],
)
def test_only_a_voice_after_the_answer_is_heard(
    steps: list[Step], until: float, outcome: Outcome | None
) -> None:
    assert played(*steps, until=until) is outcome


def test_asterisk_that_is_away_or_says_no_is_told_apart() -> None:
    assert Trial(0).outcome(21) is Outcome.NOT_REACHED
    for status, outcome in ((0, Outcome.NOT_REACHED), (500, Outcome.REFUSED)):
        trial = Trial(0)
        trial.refuse(status)
        assert trial.outcome(0) is outcome
    twice = Trial(0)
    twice.dial(0)
    twice.dial(3)
    assert twice.outcome(3) is Outcome.NOT_REACHED


@given(st.binary(min_size=32, max_size=32), st.from_regex(r"[a-z]{1,8}", fullmatch=True), st.dates())
def test_a_number_has_one_minute_a_day(key: bytes, code: str, day: date) -> None:
    assert 0 <= minute_of(key, code, day) < DAY_MINUTES
    assert minute_of(key, code, day) == minute_of(key, code, day)


def test_minutes_lie_all_over_the_day_and_nobody_without_the_key_can_tell_them() -> None:
    days = [DAY + timedelta(days=n) for n in range(2400)]
    hours = Counter(minute_of(KEY, "toronto", day) // 60 for day in days)
    assert set(hours) == set(range(24))
    assert max(hours.values()) < 160
    same = sum(minute_of(KEY, "toronto", day) == minute_of(b"x" * 32, "toronto", day) for day in days)
    assert same < 10


def test_a_number_that_was_not_heard_is_told_of_when_its_day_is_over_and_once() -> None:
    failures, first, second = Failures(), date(2026, 11, 28), date(2026, 11, 29)
    failures.note("b", first)
    failures.note("a", first)
    failures.note("a", first)
    assert failures.take(first) == []
    failures.note("a", second)
    assert failures.take(second) == [(first, ["a", "b"])]
    assert failures.take(second) == []
