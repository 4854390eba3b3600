"""A line between Asterisk's events and the call machine, fed with events as Asterisk sends them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping

import pytest

from tuidang.phone.asterisk.line import Choice, Line
from tuidang.phone.call import LONGEST_SECONDS, At, Failed, Script, StoreNever

SCRIPT = Script(("message/a", "message/b"), ("金福", "万顺"), "CN-SD", call_back=True, pin=False)
GONE = {"type": "ChannelDestroyed", "cause": 16}


class Bench:
    """A line whose requests are written down, as (method, path), and can be refused."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.asked: list[tuple[str, str]] = []
        self.chosen: list[Choice] = []
        self.refusals: list[Callable[[int], None]] = []
        self.line = Line(
            "dial-1",
            SCRIPT,
            sounds="/sounds",
            loop=self.loop,
            ask=self.ask,
            choose=lambda _, choice: self.chosen.append(choice),
            reach=lambda line: self.asked.append(("reach", line.channel)),
        )

    def ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        refused: Callable[[int], None] | None = None,
    ) -> None:
        self.asked.append((method, path))
        if refused is not None:
            self.refusals.append(refused)

    def plays(self) -> list[str]:
        """Name the playbacks that were begun."""
        return [path.rpartition("/")[2] for method, path in self.asked if method == "POST"]

    def finish(self, playback: str, state: str = "done") -> None:
        """Let a playback come to its end."""
        self.line.hear({"type": "PlaybackFinished", "playback": {"id": playback, "state": state}})

    def press(self, digit: str) -> None:
        """Press a key."""
        self.line.hear({"type": "ChannelDtmfReceived", "digit": digit})


@pytest.fixture
def bench() -> Iterator[Bench]:
    """Give a line on which somebody has just answered."""
    bench = Bench()
    bench.line.hear({"type": "Dial", "dialstatus": "RINGING"})
    bench.line.hear({"type": "StasisStart"})
    yield bench
    bench.loop.close()


def test_the_message_is_played_when_somebody_answers(bench: Bench) -> None:
    assert bench.asked == [("POST", "channels/dial-1/play/dial-1-1")]
    assert bench.line.evidence.rang


def test_the_end_of_a_playback_that_was_stopped_means_nothing(bench: Bench) -> None:
    bench.press("9")
    assert bench.asked[1:3] == [("DELETE", "playbacks/dial-1-1"), ("POST", "channels/dial-1/play/dial-1-2")]
    before = bench.line.call
    bench.finish("dial-1-1")
    assert bench.line.call is before
    assert not bench.line.whole
    bench.finish("dial-1-2")
    assert bench.line.call is not before


def test_a_message_played_to_its_end_is_whole(bench: Bench) -> None:
    bench.finish("dial-1-1")
    assert bench.line.whole


def test_a_message_that_a_hang_up_ends_is_not_whole(bench: Bench) -> None:
    bench.finish("dial-1-1", "failed")  # Asterisk says so before it says that the channel is gone
    bench.line.hear(GONE)
    assert not bench.line.whole


def test_a_sound_asterisk_cannot_play_is_passed_over(bench: Bench) -> None:
    bench.refusals.pop()(500)
    assert not bench.line.whole
    assert bench.plays() == ["dial-1-1", "dial-1-2"]


def test_a_hang_up_is_told_once_and_asks_nothing_of_a_channel_that_is_gone(bench: Bench) -> None:
    asked = len(bench.asked)
    bench.line.hear(GONE)
    ended = bench.line.evidence.ended
    bench.line.end()
    assert bench.line.over
    assert bench.line.call.ended
    assert bench.line.evidence.ended == ended
    assert len(bench.asked) == asked


def test_what_was_confirmed_is_stored_on_after_the_hang_up(bench: Bench) -> None:
    bench.press("0")
    bench.loop.run_until_complete(asyncio.sleep(0.7))  # a second press within a moment is the same press
    bench.press("0")
    assert bench.chosen == [StoreNever()]
    bench.line.hear(GONE)
    bench.line.feed(Failed())
    assert bench.chosen == [StoreNever(), StoreNever()]


def test_a_call_that_nobody_ends_is_closed_when_it_has_lasted_too_long(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = bench.loop.time
    for later, closed in ((LONGEST_SECONDS - 60, False), (LONGEST_SECONDS + 60, True)):
        monkeypatch.setattr(bench.loop, "time", lambda later=later: clock() + later)
        bench.loop.run_until_complete(asyncio.sleep(0.01))
        assert (bench.line.call.at is At.CLOSING) == closed
    bench.finish(bench.plays()[-1])
    assert bench.asked[-1] == ("DELETE", "channels/dial-1")


def test_a_call_that_has_ended_is_not_closed_again(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.line.hear(GONE)
    asked, ended = list(bench.asked), bench.line.call
    clock = bench.loop.time
    monkeypatch.setattr(bench.loop, "time", lambda: clock() + LONGEST_SECONDS + 60)
    bench.loop.run_until_complete(asyncio.sleep(0.01))
    assert (bench.asked, bench.line.call) == (asked, ended)


def test_after_a_gap_a_channel_that_is_not_there_has_ended(bench: Bench) -> None:
    bench.line.resume(is_there=False)
    assert bench.line.over
    assert bench.line.evidence.lost


def test_after_a_gap_a_playback_that_asterisk_does_not_know_is_over(bench: Bench) -> None:
    bench.line.resume(is_there=True)
    assert bench.asked[-1] == ("GET", "playbacks/dial-1-1")
    bench.refusals.pop()(404)
    assert bench.plays()[-1] == "dial-1-2"


def test_after_a_gap_a_hanging_up_that_was_lost_is_repeated(bench: Bench) -> None:
    bench.line.hang_up()
    bench.line.resume(is_there=True)
    assert bench.asked[-2:] == [("DELETE", "channels/dial-1")] * 2


def test_sound_before_the_answer_across_it_and_after_it_is_told_apart() -> None:
    bench = Bench()
    line = bench.line
    line.hear({"type": "ChannelTalkingStarted"})
    line.hear({"type": "ChannelTalkingFinished", "duration": 1000})
    assert line.evidence.early_sound == 1.0
    line.hear({"type": "ChannelTalkingStarted"})
    line.hear({"type": "StasisStart"})
    line.hear({"type": "ChannelTalkingFinished", "duration": 3000})
    assert 2.5 < line.evidence.overrun <= 3.0
    line.hear({"type": "ChannelTalkingStarted"})
    line.hear({"type": "ChannelTalkingFinished", "duration": 700})
    assert line.evidence.greeting == 0.7
    bench.loop.close()


def test_a_refused_origination_ends_the_call_and_one_that_may_have_begun_does_not() -> None:
    bench = Bench()
    bench.line.not_begun(0)
    assert not bench.line.over
    bench.line.not_begun(500)
    assert bench.line.over
    bench.loop.close()
