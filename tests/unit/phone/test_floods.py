"""Scores against floods: who is let through, asked for two keys, given a message, or refused."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuidang.phone.floods import limits
from tuidang.phone.floods.memory import Sources
from tuidang.phone.floods.patterns import Patterns
from tuidang.phone.floods.rules import keeps_free
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

NOON = datetime(2026, 11, 28, 4, tzinfo=UTC).timestamp()  # in China, so sixteen hours before the day turns
ROOM = Room(desks=10, usual=60)
WANG, LI = Caller("8613800138111", "line-1"), Caller("8615900159222", "line-1")
HUMAN = Hand(2.0, 0.6)
PASSED = Challenged(Answer.PASSED, HUMAN)


def number(n: int) -> Caller:
    """Give the n-th of many callers whose numbers have no block in common."""
    return Caller(f"8613{n * 7_919_357 % 10**9:09d}", "line-1")


def flood(scores: Scores, now: float, calls: int = 200) -> float:
    """Let many numbers call once each within two minutes, and press nothing; give the time then."""
    for n in range(calls):
        now += 0.5
        scores.judge(number(n), ROOM, now)
    return now


def heard(scores: Scores, caller: Caller, now: float, seconds: float = 400) -> None:
    """Let a caller talk with a volunteer."""
    scores.judge(caller, ROOM, now)
    scores.admit(caller, now)
    scores.ended(caller, Ended(seconds, heard=True), now + seconds)


def test_in_calm_an_unknown_caller_passes_at_once() -> None:
    scores = Scores()
    assert scores.judge(WANG, ROOM, NOON) is Verdict.PASS
    assert scores.admit(WANG, NOON) is Rank.NEW
    assert scores.judge(Caller(""), ROOM, NOON) is Verdict.PASS


def test_a_flood_raises_the_level_within_seconds_and_unknown_callers_are_challenged() -> None:
    scores = Scores()
    now = flood(scores, NOON, calls=60)
    assert scores.level(ROOM, now) >= Level.FLOODED
    assert scores.judge(WANG, ROOM, now) is Verdict.CHALLENGE
    assert scores.judge(Caller(""), ROOM, now) is Verdict.CHALLENGE


def test_the_level_falls_by_itself_within_an_hour_after_the_flood() -> None:
    scores = Scores()
    now = flood(scores, NOON, calls=5_000)
    assert scores.level(ROOM, now) is Level.STORM
    seen = [scores.level(ROOM, now + minute * 60) for minute in range(60)]
    assert seen == sorted(seen, reverse=True)
    assert seen[-1] is Level.CALM
    assert set(seen) == set(Level)


def test_what_raised_the_level_does_not_lower_it_again_at_once() -> None:
    scores = Scores()
    now = NOON
    while scores.level(ROOM, now) < Level.FLOODED:
        now += 1
        scores.judge(number(int(now)), ROOM, now)
    assert scores.level(ROOM, now + 120) is Level.FLOODED
    assert scores.level(Room(desks=1), now + 120) >= Level.FLOODED


def test_a_usual_rush_raises_nothing_and_a_rush_made_usual_gains_little() -> None:
    for usual, level in ((150.0, Level.CALM), (3_000.0, Level.STORM)):
        scores, now = Scores(), NOON
        calls = 150 if usual == 150 else 1_000
        for n in range(calls):
            now += 3600 / calls
            scores.judge(number(n), Room(10, usual), now)
        assert scores.level(Room(10, usual), now) is level


def test_who_was_heard_today_passes_in_a_storm_and_goes_first() -> None:
    scores = Scores()
    heard(scores, WANG, NOON)
    now = flood(scores, NOON + 3 * 3600, calls=1_000)
    assert scores.judge(WANG, ROOM, now) is Verdict.PASS
    assert scores.admit(WANG, now) is Rank.KNOWN


def test_a_short_talk_does_not_make_known() -> None:
    scores = Scores()
    heard(scores, WANG, NOON, seconds=60)
    now = flood(scores, NOON + 600)
    assert scores.judge(WANG, ROOM, now) is Verdict.CHALLENGE


def test_a_pin_goes_first_whatever_else_is_known() -> None:
    scores = Scores()
    now = flood(scores, NOON)
    for volunteer in ("a", "b"):
        scores.mark(scores.trace(WANG, now), volunteer, Mark.HOSTILE, now)
    scores.judge(WANG, ROOM, now)
    assert scores.admit(WANG, now, Challenged(Answer.PIN)) is Rank.KNOWN


@pytest.mark.parametrize("answer", [Answer.WRONG, Answer.SPOKE])
def test_who_fails_the_challenge_as_people_do_is_as_new_as_others_until_hostile_calls_fail_it_so(
    answer: Answer,
) -> None:
    scores = Scores()
    for n in range(30):
        heard(scores, Caller(f"8615{n:02d}{n:03d}0000", f"line-{n % 4}"), NOON)
    now = flood(scores, NOON)
    scores.judge(WANG, ROOM, now)
    assert scores.admit(WANG, now, Challenged(answer)) is Rank.NEW
    for n in range(1_000, 1_020):
        scores.judge(number(n), ROOM, now)
        scores.admit(number(n), now, Challenged(answer))
        scores.ended(number(n), Ended(12, heard=False), now, Challenged(answer))
    scores.judge(LI, ROOM, now)
    assert scores.admit(LI, now, Challenged(answer)) is Rank.LAST
    scores.judge(LI, ROOM, now + 300)  # who calls again is no machine with ever new numbers
    assert scores.admit(LI, now + 300, Challenged(answer)) is Rank.NEW


def test_who_is_silent_is_given_a_message_and_put_through_when_calling_again() -> None:
    scores = Scores()
    now = flood(scores, NOON)
    scores.judge(WANG, ROOM, now)
    assert scores.admit(WANG, now, Challenged(Answer.SILENT)) is None
    scores.judge(WANG, ROOM, now + 10)  # at once: as a machine does
    assert scores.admit(WANG, now + 10, Challenged(Answer.SILENT)) is None
    scores.judge(WANG, ROOM, now + 300)
    assert scores.admit(WANG, now + 300, Challenged(Answer.SILENT)) is Rank.NEW


def test_a_number_that_floods_gets_challenge_then_message_then_busy_and_nobody_else_notices() -> None:
    scores, now = Scores(), NOON
    verdicts = []
    for _ in range(200):
        now += 1
        verdicts.append(scores.judge(WANG, ROOM, now))
    assert verdicts == sorted(verdicts)
    assert verdicts[0] is Verdict.PASS
    assert verdicts[-1] is Verdict.MESSAGE_ONLY  # for it alone never makes a storm
    assert scores.level(ROOM, now) <= Level.FLOODED
    now = flood(scores, now, calls=1_000)
    assert scores.judge(WANG, ROOM, now) is Verdict.REFUSE
    assert scores.judge(LI, ROOM, now) is Verdict.CHALLENGE


def test_who_comes_through_often_without_a_sound_is_given_a_message() -> None:
    scores, now = Scores(), NOON
    for _ in range(5):
        now += 120
        assert scores.judge(WANG, ROOM, now) < Verdict.MESSAGE_ONLY
        scores.admit(WANG, now)
        scores.ended(WANG, Ended(1.0, heard=False), now)
    assert scores.judge(WANG, ROOM, now + 120) is Verdict.MESSAGE_ONLY


def test_whose_number_somebody_else_shows_is_challenged_and_not_shut_out_if_he_was_heard() -> None:
    scores = Scores()
    heard(scores, WANG, NOON)
    now = NOON + 600
    for _ in range(50):
        now += 20
        scores.judge(WANG, ROOM, now)
    assert scores.judge(WANG, ROOM, now) is Verdict.CHALLENGE


def test_a_frequent_caller_is_limited_by_the_hour_and_never_challenged_for_it() -> None:
    scores, now = Scores(), NOON
    heard(scores, WANG, now, seconds=60)
    assert scores.mark(scores.trace(WANG, now), "a", Mark.FREQUENT, now) is not None
    assert scores.is_frequent(WANG, now)
    verdicts = []
    for _ in range(20):
        now += 240
        verdicts.append(scores.judge(WANG, ROOM, now))
        if verdicts[-1] is Verdict.PASS:
            scores.admit(WANG, now)
    assert set(verdicts) == {Verdict.PASS, Verdict.MESSAGE_ONLY}
    assert verdicts.count(Verdict.PASS) >= 5
    assert scores.judge(WANG, ROOM, now + 2 * 3600) is Verdict.PASS


def test_numbers_near_each_other_that_are_silent_wait_behind_others() -> None:
    scores, now = Scores(), NOON
    for n in range(30):
        heard(scores, Caller(f"8615{n:02d}{n:03d}0000", f"line-{n % 4}"), now)
    for n in range(40):
        near, now = Caller(f"861391002{n:04d}", "line-1"), now + 5
        scores.judge(near, ROOM, now)
        scores.admit(near, now, Challenged(Answer.PASSED, HUMAN))
        scores.ended(near, Ended(12, heard=False), now, PASSED)
    new = Caller("8613910027777", "line-1")
    scores.judge(new, ROOM, now)
    assert scores.admit(new, now, Challenged(Answer.PASSED, Hand(3.1, 0.9))) is Rank.LAST
    scores.judge(LI, ROOM, now)
    assert scores.admit(LI, now, Challenged(Answer.PASSED, Hand(3.1, 0.9))) is Rank.NEW


def test_keys_pressed_as_machines_press_them_are_known_after_some_calls() -> None:
    scores, now = Scores(), NOON
    for n in range(30):
        heard(scores, Caller(f"8615{n:02d}{n:03d}0000", f"line-{n % 4}"), now)
    robot = Hand(0.5, 0.2)
    for n in range(40):
        caller, now = number(n), now + 5
        scores.judge(caller, ROOM, now)
        scores.admit(caller, now, Challenged(Answer.PASSED, robot))
        scores.ended(caller, Ended(12, heard=False), now, Challenged(Answer.PASSED, robot))
    scores.judge(WANG, ROOM, now)
    assert scores.admit(WANG, now, Challenged(Answer.PASSED, robot)) is Rank.LAST
    assert scores.admit(LI, now, Challenged(Answer.PASSED, HUMAN)) is Rank.NEW


def test_a_block_of_numbers_that_fails_the_challenge_is_challenged_when_watchful() -> None:
    scores, now = Scores(), NOON
    for n in range(9):
        near = Caller(f"861391002{n:04d}", "line-1")
        scores.judge(near, ROOM, now)
        scores.admit(near, now, Challenged(Answer.SILENT))
    scores = _until(scores, Level.WATCHFUL, now)
    assert scores.judge(Caller("8613910027777", "line-1"), ROOM, now) is Verdict.CHALLENGE
    assert scores.judge(Caller("8615900159222", "line-2"), ROOM, now) is Verdict.PASS


def _until(scores: Scores, level: Level, now: float) -> Scores:
    n = 1_000
    while scores.level(ROOM, now) < level:
        scores.judge(number(n := n + 1), ROOM, now)
    return scores


@pytest.mark.parametrize("level", [Level.CALM, Level.STORM])
def test_one_volunteer_alone_shuts_nobody_out(level: Level) -> None:
    scores = _until(Scores(), level, NOON)
    now = NOON
    for _ in range(50):
        now += 30
        scores.mark(scores.trace(WANG, now), "planted", Mark.HOSTILE, now)
    assert scores.judge(WANG, ROOM, now) is Verdict.CHALLENGE
    assert scores.admit(WANG, now, Challenged(Answer.PASSED)) is Rank.LAST


def test_two_volunteers_leave_a_caller_messages_only_until_the_day_is_over_or_it_is_undone() -> None:
    scores = Scores()
    first = scores.mark(scores.trace(WANG, NOON), "a", Mark.HOSTILE, NOON)
    second = scores.mark(scores.trace(WANG, NOON), "b", Mark.HOSTILE, NOON)
    assert first
    assert second
    assert scores.judge(WANG, ROOM, NOON + 3600) is Verdict.MESSAGE_ONLY
    assert scores.unmark(second, NOON + 3600)
    assert not scores.unmark(second, NOON + 3600)
    assert scores.judge(WANG, ROOM, NOON + 3601) is Verdict.CHALLENGE
    assert scores.unmark(first, NOON + 3600)
    assert scores.judge(WANG, ROOM, NOON + 3602) is Verdict.PASS
    assert [row.undone for row in scores.marks(NOON + 3602)] == [True, True]


def test_one_volunteers_marks_are_bounded_and_make_no_prefix_suspect() -> None:
    scores = Scores()
    for n in range(30):
        heard(scores, Caller(f"8615{n:02d}{n:03d}0000", f"line-{n % 4}"), NOON)
    near = [Caller(f"861391002{n:04d}", "line-1") for n in range(60)]
    given = [scores.mark(scores.trace(caller, NOON), "planted", Mark.HOSTILE, NOON) for caller in near]
    assert sum(mark is not None for mark in given) == limits.MARKS_AT_ONCE
    later = [
        scores.mark(scores.trace(c, NOON + n * 120), "planted", Mark.HOSTILE, NOON + n * 120)
        for n, c in enumerate(near[10:])
    ]
    assert sum(mark is not None for mark in later) <= 50
    scores.judge(Caller("8613910027777", "line-1"), ROOM, NOON + 7200)
    assert scores.admit(Caller("8613910027777", "line-1"), NOON + 7200) is Rank.NEW


def test_a_later_mark_of_the_same_volunteer_takes_the_place_of_the_one_before() -> None:
    scores = Scores()
    first = scores.mark(scores.trace(WANG, NOON), "a", Mark.HOSTILE, NOON)
    assert scores.mark(scores.trace(WANG, NOON), "a", Mark.HOSTILE, NOON) == first
    scores.mark(scores.trace(WANG, NOON), "a", Mark.FREQUENT, NOON)
    assert scores.judge(WANG, ROOM, NOON) is Verdict.PASS


def test_a_coordinator_sees_no_number_and_no_minute() -> None:
    scores = Scores()
    scores.mark(scores.trace(WANG, NOON + 1_234), "a", Mark.HOSTILE, NOON + 1_234)
    (row,) = scores.marks(NOON + 1_234)
    assert WANG.number not in repr(row)
    assert (row.hour.minute, row.hour.second) == (0, 0)


def test_the_day_takes_everything_with_it() -> None:
    scores = Scores()
    mark = scores.mark(scores.trace(WANG, NOON), "a", Mark.HOSTILE, NOON)
    scores.mark(scores.trace(WANG, NOON), "b", Mark.HOSTILE, NOON)
    tomorrow = NOON + 16 * 3600  # four in the morning in China
    assert scores.judge(WANG, ROOM, tomorrow - 1) is Verdict.MESSAGE_ONLY
    assert scores.judge(WANG, ROOM, tomorrow) is Verdict.PASS
    assert not scores.marks(tomorrow)
    assert mark
    assert not scores.unmark(mark, tomorrow)


def test_a_clock_set_back_forgets_nobody() -> None:
    scores = Scores()
    for volunteer in ("a", "b"):
        scores.mark(scores.trace(WANG, NOON), volunteer, Mark.HOSTILE, NOON)
    assert scores.judge(WANG, ROOM, NOON - 3 * 86400) is Verdict.MESSAGE_ONLY


def test_no_number_is_in_memory_after_the_calls() -> None:
    scores = Scores()
    for n in range(20):
        scores.judge(number(n), ROOM, NOON)
        scores.admit(number(n), NOON, Challenged(Answer.SILENT))
        scores.mark(scores.trace(number(n), NOON), "volunteer-name", Mark.HOSTILE, NOON)
    held = repr([scores._sources._ringing, scores._marks._rows, scores._ringing._traits])
    assert not any(number(n).number[2:] in held for n in range(20))
    assert "volunteer-name" not in held


def test_memory_is_bounded_and_numbers_that_only_ring_do_not_push_out_who_was_heard() -> None:
    sources = Sources(ringing=100, kept=10)
    sources.get(b"heard").known = True
    sources.keep(b"heard")
    for n in range(1_000):
        sources.get(b"%d" % n)
    assert len(sources) == 101
    assert sources.get(b"heard").known
    for n in range(100):
        sources.get(b"%d" % n)
        sources.keep(b"%d" % n)
    assert len(sources) <= 110
    patterns = Patterns(bound=100)
    for n in range(1_000):
        patterns.note((("block", b"%d" % n),), NOON, hostile=1)
    assert len(patterns) == 100


def test_a_fifth_of_the_volunteers_stay_free_when_a_call_of_the_last_rank_is_answered() -> None:
    assert [keeps_free(Rank.LAST, desks) for desks in (1, 2, 3, 5, 10)] == [0, 1, 1, 1, 2]
    assert all(keeps_free(rank, 10) == 0 for rank in Rank if rank is not Rank.LAST)


# Whatever happens in whatever order

CALLERS = st.sampled_from([*(number(n) for n in range(4)), Caller("", "line-1"), WANG])
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["call", "silent", "wrong", "drop", "talk", "hostile", "frequent", "undo", "crowd"]),
        CALLERS,
        st.sampled_from(["a", "b"]),
        st.floats(0, 900),
    ),
    max_size=60,
)
ROOMS = st.builds(Room, st.integers(0, 20), st.floats(0, 500))


def play(steps: list[tuple[str, Caller, str, float]], room: Room) -> tuple[Scores, float, set[Caller]]:
    """Let things happen to some callers; none of it to LI."""
    scores, now, crowd = Scores(), NOON, 10_000
    met: set[Caller] = set()
    for what, caller, volunteer, pause in steps:
        now += pause
        met.add(caller)
        if what == "crowd":
            for n in range(40):
                scores.judge(number(crowd := crowd + 1), room, now + n / 10)
        elif what == "undo":
            for row in scores.marks(now):
                scores.unmark(row.id, now)
        elif what in {"hostile", "frequent"}:
            scores.mark(scores.trace(caller, now), volunteer, Mark(what), now)
        else:
            verdict = scores.judge(caller, room, now)
            if verdict is Verdict.REFUSE:
                assert scores.level(room, now) is Level.STORM
                assert caller.number
            if what in {"silent", "wrong"}:
                scores.admit(caller, now, Challenged(Answer(what)))
            elif what in {"drop", "talk"}:
                scores.admit(caller, now, Challenged(Answer.PASSED, HUMAN))
                scores.ended(caller, Ended(400 if what == "talk" else 1, what == "talk"), now, PASSED)
    return scores, now, met


@given(STEPS, ROOMS)
@settings(deadline=None)
def test_a_first_caller_is_at_most_challenged_and_so_is_who_withholds_his_number(
    steps: list[tuple[str, Caller, str, float]], room: Room
) -> None:
    scores, now, _ = play(steps, room)
    assert scores.judge(LI, room, now) <= Verdict.CHALLENGE
    assert scores.judge(Caller("", "line-1"), room, now) <= Verdict.CHALLENGE
    assert scores.admit(LI, now, Challenged(Answer.WRONG)) is not None


@given(STEPS, ROOMS)
@settings(deadline=None)
def test_nobody_is_refused_in_calm_and_a_day_later_everybody_passes(
    steps: list[tuple[str, Caller, str, float]], room: Room
) -> None:
    scores, now, met = play(steps, room)
    for caller in met:
        if scores.level(room, now) is Level.CALM:
            assert scores.judge(caller, room, now) < Verdict.REFUSE
    for caller in met:
        assert scores.judge(caller, Room(room.desks or 10), now + 86400) is Verdict.PASS


@given(STEPS, ROOMS, st.sampled_from(["drop", "hostile", "crowd"]), CALLERS)
@settings(deadline=None)
def test_what_is_hostile_never_makes_a_verdict_milder(
    steps: list[tuple[str, Caller, str, float]], room: Room, more: str, caller: Caller
) -> None:
    before, now, _ = play(steps, room)
    after, _, _ = play([*steps, (more, caller, "c", 0.0)], room)
    assert after.judge(caller, room, now) >= before.judge(caller, room, now)
