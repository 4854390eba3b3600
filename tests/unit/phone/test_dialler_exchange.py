"""All calls of one Asterisk: events find their line, strays are met, and one mistake ends one call."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest

from tuidang.phone.asterisk.access import read_access
from tuidang.phone.asterisk.ari import Ari
from tuidang.phone.asterisk.line import Line
from tuidang.phone.call import Script
from tuidang.phone.dialler.exchange import BEGINNING, Exchange
from tuidang.phone.dialler.handing import Handing

SCRIPT = Script(("message/a",), ("金福",), "CN-SD", call_back=True, pin=False)


def begin(exchange: Exchange, name: bytes) -> Line:
    return exchange.begin(
        name * 16,
        "8613812345678",
        trunk="lab",
        host="127.0.0.1:5070",
        caller="",
        script=SCRIPT,
        choose=lambda *_: None,
    )


def gone(line: Line) -> dict[str, Any]:
    return {"type": "ChannelDestroyed", "channel": {"id": line.channel}, "cause": 17, "tech_cause": 486}


def play(tmp_path: Path, what: Any) -> list[Line]:
    """Let something be done with an exchange whose Asterisk is away; give the calls that are over."""
    ended: list[Line] = []

    async def run() -> None:
        ari = Ari(lambda: read_access(tmp_path), "test", ())
        exchange = Exchange(ari, "/sounds", ended.append, Handing(tmp_path), ring_seconds=30)
        assert exchange.room == 0
        what(exchange)
        await asyncio.sleep(0)

    asyncio.run(run())
    return ended


def test_events_find_their_call_by_channel_peer_and_playback_and_each_end_is_told_once(
    tmp_path: Path,
) -> None:
    lines: list[Line] = []

    def what(exchange: Exchange) -> None:
        one, two = lines[:] = [begin(exchange, b"1"), begin(exchange, b"2")]
        exchange._hear({"type": "Dial", "dialstatus": "RINGING", "peer": {"id": two.channel}})
        assert (one.evidence.rang, two.evidence.rang) == (False, True)
        target = f"channel:{one.channel}"
        exchange._hear({"type": "PlaybackFinished", "playback": {"id": "old", "target_uri": target}})
        exchange._hear(gone(one))
        exchange._hear(gone(one))
        assert list(exchange.lines) == [two.channel]

    assert play(tmp_path, what) == lines[:1]


def test_a_mistake_in_one_call_ends_that_call_alone_and_is_told_without_its_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    hanging: list[Line] = []

    def hang_up(line: Line) -> None:
        hanging.append(line)

    monkeypatch.setattr(Line, "hang_up", hang_up)

    def what(exchange: Exchange) -> None:
        one, two = begin(exchange, b"1"), begin(exchange, b"2")
        exchange._hear({"type": "Dial", "channel": {"id": one.channel}})  # without what it needs
        assert hanging == [one]
        (said,) = caplog.records
        assert re.search(r"a mistake of ours, KeyError in line\.py:\d+;", said.getMessage())
        assert said.exc_info is None
        exchange._hear(gone(two))

    assert [line.channel[-2:] for line in play(tmp_path, what)] == ["32"]


def test_no_more_calls_are_begun_than_asterisk_has_time_to_answer_for(tmp_path: Path) -> None:
    async def run() -> None:
        ari, answer = Ari(lambda: read_access(tmp_path), "test", ()), asyncio.Event()

        async def request(*_: Any, **__: Any) -> None:
            await answer.wait()

        ari.up, ari.request = True, request  # type: ignore[method-assign]
        exchange = Exchange(ari, "/sounds", lambda _: None, Handing(tmp_path), ring_seconds=30)
        for number in range(BEGINNING):
            assert exchange.room == BEGINNING - number
            begin(exchange, bytes([number]))
        assert exchange.room == 0
        answer.set()
        await asyncio.sleep(0.01)
        assert exchange.room == BEGINNING

    asyncio.run(run())


@pytest.mark.parametrize(
    "event",
    [
        {"type": "Dial", "peer": {}},
        {"type": "Dial", "channel": None},
        {"type": "PlaybackFinished", "playback": {"id": "x"}},
        {"type": "PlaybackFinished", "playback": {"target_uri": "channel:dial-31"}},
    ],
)
def test_an_event_that_makes_no_sense_ends_nothing(tmp_path: Path, event: dict[str, Any]) -> None:
    assert play(tmp_path, lambda exchange: exchange._hear(event)) == []


def test_after_a_reconnection_calls_that_are_not_there_are_over_and_those_of_others_are_left_alone(
    tmp_path: Path,
) -> None:
    def what(exchange: Exchange) -> None:
        one, two = begin(exchange, b"1"), begin(exchange, b"2")
        exchange._reconcile((two.channel, "somebody-else", "dial-left"), {})
        assert list(exchange.lines) == [two.channel]
        assert list(exchange._strays) == ["dial-left"]
        assert one.evidence.lost
        exchange._hear({"type": "ChannelDestroyed", "channel": {"id": "dial-left"}})
        exchange._hear({"type": "StasisStart", "channel": {"id": "somebody-else"}})
        assert exchange._strays == {}

    assert len(play(tmp_path, what)) == 1


def test_while_calls_of_an_earlier_run_are_up_no_other_takes_their_trunk_s_places(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there, asked = {"dial-left", "dial-stuck"}, list[str]()

    async def channels(_: Ari) -> tuple[str, ...]:
        return tuple(there)

    monkeypatch.setattr(Ari, "channels", channels)

    async def run() -> None:
        ari = Ari(lambda: read_access(tmp_path), "test", ())
        exchange = Exchange(ari, "/sounds", lambda _: None, Handing(tmp_path), ring_seconds=1)
        monkeypatch.setattr(exchange, "_ask", lambda method, path, *_, **__: asked.append(f"{method} {path}"))
        exchange._ari.up = True
        exchange._reconcile(tuple(there), {})
        assert exchange.room == 0
        there.remove("dial-left")  # and nobody said so
        await exchange.look_after()
        assert exchange.room == 0
        assert "DELETE channels/dial-stuck" not in asked  # somebody may hear our farewell yet
        await exchange.look_after()
        assert asked[-1] == "DELETE channels/dial-stuck"
        exchange._hear({"type": "ChannelDestroyed", "channel": {"id": "dial-stuck"}})
        assert exchange.room > 0

    asyncio.run(run())
