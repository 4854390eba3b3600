"""The client of Asterisk's interface, against a real Asterisk that is killed and started again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from dialler_cast import Switch, answers, country, pause, wait_for

from tuidang.phone.asterisk.access import read_access
from tuidang.phone.asterisk.ari import Ari, AriError, Reconnected


@pytest.fixture(scope="module")
def switch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Switch]:
    """Give an Asterisk with one trunk on which everybody answers."""
    with country(tmp_path_factory.mktemp("ari"), party=answers(pause(60))) as switch:
        yield switch


@asynccontextmanager
async def connected(switch: Switch, app: str = "test") -> AsyncGenerator[tuple[Ari, list[Any]]]:
    """Give a connected client and the list in which its events gather."""
    ari = Ari(lambda: read_access(switch.setup.folder), app, ("StasisStart", "ChannelDestroyed"))
    events: list[Any] = []

    async def listen() -> None:
        async with aclosing(ari.events()) as heard:
            async for event in heard:
                events.append(event)  # noqa: PERF401 -- as they come

    task = asyncio.create_task(listen())
    await until(lambda: ari.up)
    yield ari, events
    task.cancel()


async def until(what: Any, seconds: float = 90) -> None:
    async with asyncio.timeout(seconds):
        while not what():
            await asyncio.sleep(0.02)


def originate(switch: Switch, ari: Ari, channel: str) -> Any:
    endpoint = f"PJSIP/8613812345678@{switch.setup.endpoint(switch.setup.lines[0])}"
    body = {"endpoint": endpoint, "app": ari.app, "channelId": channel, "timeout": 10}
    return ari.request("POST", "channels", body)


def types(events: list[Any]) -> list[str]:
    return [event["type"] for event in events if not isinstance(event, Reconnected)]


def test_requests_are_answered_on_the_same_socket_and_a_refusal_has_its_status(switch: Switch) -> None:
    async def play() -> None:
        async with connected(switch) as (ari, events):
            assert events[0] == Reconnected(())
            answers = await asyncio.gather(
                *(ari.request("GET", "asterisk/variable", variable=f"V{n}") for n in range(200))
            )
            assert answers == [{"value": ""}] * 200
            with pytest.raises(AriError) as refused:
                await ari.request("DELETE", "channels/nobody")
            assert refused.value.status == 404

    asyncio.run(play())


def test_of_a_call_only_the_wanted_events_come_and_it_cannot_be_begun_twice(switch: Switch) -> None:
    async def play() -> None:
        async with connected(switch) as (ari, events):
            await originate(switch, ari, "dial-twice")
            with pytest.raises(AriError) as refused:
                await originate(switch, ari, "dial-twice")
            assert refused.value.status == 409
            await until(lambda: "StasisStart" in types(events))
            assert await ari.channels() == ("dial-twice",)
            await ari.request("DELETE", "channels/dial-twice")
            await until(lambda: "ChannelDestroyed" in types(events))
            assert set(types(events)) == {"StasisStart", "ChannelDestroyed"}

    asyncio.run(play())


def test_events_of_another_application_s_channels_do_not_come(switch: Switch) -> None:
    async def play() -> None:
        async with connected(switch) as (ari, events), connected(switch, "other") as (_, others):
            await originate(switch, ari, "dial-mine")
            await until(lambda: "StasisStart" in types(events))
            await ari.request("DELETE", "channels/dial-mine")
            await until(lambda: "ChannelDestroyed" in types(events))
            assert types(others) == []

    asyncio.run(play())


def test_a_killed_asterisk_is_found_again_with_its_new_password(switch: Switch) -> None:
    async def play() -> None:
        async with connected(switch) as (ari, events):
            await originate(switch, ari, "dial-lost")
            await until(lambda: "StasisStart" in types(events))
            switch.kill()
            await until(lambda: not ari.up)
            with pytest.raises(AriError) as away:
                await ari.channels()
            assert away.value.status == 0
            switch.setup = replace(switch.setup, password="another")
            await asyncio.to_thread(switch.start)
            await until(lambda: ari.up)
            assert [event for event in events if isinstance(event, Reconnected)] == [Reconnected(())] * 2

    asyncio.run(play())


def test_a_new_connection_is_told_of_the_channels_that_are_there(switch: Switch) -> None:
    async def play() -> None:
        async with connected(switch) as (ari, events):
            await originate(switch, ari, "dial-left")
            await until(lambda: "StasisStart" in types(events))
        await asyncio.sleep(0.5)
        async with connected(switch) as (ari, events):
            assert events[0] == Reconnected(("dial-left",))
            await ari.request("DELETE", "channels/dial-left")

    asyncio.run(play())
    wait_for(lambda: not switch.channels())


def test_where_nothing_is_configured_yet_it_waits(tmp_path: Path) -> None:
    async def play() -> None:
        ari = Ari(lambda: read_access(tmp_path), "test", ())
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5), aclosing(ari.events()) as events:
                await anext(events)
        assert not ari.up

    asyncio.run(play())
