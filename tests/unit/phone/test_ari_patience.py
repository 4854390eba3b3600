"""The client of Asterisk's interface where Asterisk hangs: it is left, found again, nothing is left over."""

from __future__ import annotations

import asyncio
import gc
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager, suppress
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from tuidang.phone.asterisk import ari as module
from tuidang.phone.asterisk.access import Access
from tuidang.phone.asterisk.ari import Ari, AriError, Reconnected


class Hanging:
    """Answers as Asterisk does, but to the first who connects only what he must hear to be let in."""

    def __init__(self) -> None:
        self.connections = 0
        self.got = 0
        self.socket: ServerConnection | None = None

    async def serve(self, socket: ServerConnection) -> None:
        self.connections += 1
        self.socket = socket
        hangs = self.connections == 1
        with suppress(ConnectionClosed):
            async for text in socket:
                number = json.loads(text)["request_id"]
                if number in {"wanted", "there"} or not hangs:
                    answer = {"type": "RESTResponse", "request_id": number, "status_code": 200}
                    await socket.send(json.dumps(answer | {"message_body": "[]"}))
                else:
                    self.got += 1


@asynccontextmanager
async def connected(asterisk: Hanging) -> AsyncGenerator[tuple[Ari, list[Any]]]:
    """Give a client of it and the list in which its events gather."""
    async with serve(asterisk.serve, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        ari = Ari(lambda: Access(f"127.0.0.1:{port}", "user", "password"), "test", ())
        events: list[Any] = []

        async def listen() -> None:
            async with aclosing(ari.events()) as heard:
                async for event in heard:
                    events.append(event)  # noqa: PERF401 -- as they come

        task = asyncio.create_task(listen())
        await until(lambda: ari.up)
        yield ari, events
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(what: Any) -> None:
    async with asyncio.timeout(60):
        while not what():
            await asyncio.sleep(0.01)


def test_a_request_without_an_answer_has_the_connection_opened_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PATIENCE", 0.2)

    async def play() -> None:
        async with connected(Hanging()) as (ari, events):
            with pytest.raises(AriError) as lost:
                await ari.channels()
            assert lost.value.status == 0
            await until(lambda: events == [Reconnected(())] * 2)
            monkeypatch.setattr(module, "_PATIENCE", 60)
            assert await ari.channels() == ()

    asyncio.run(play())


def test_a_connection_lost_with_requests_pending_fails_each_of_them_and_leaves_nothing_over() -> None:
    left: list[str] = []

    async def play() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, what: left.append(what["message"]))
        asterisk = Hanging()
        async with connected(asterisk) as (ari, events):
            asking = [asyncio.create_task(ari.request("GET", "channels")) for _ in range(8)]
            await until(lambda: asterisk.got == len(asking))
            assert asterisk.socket is not None
            closing = asyncio.create_task(asterisk.socket.close())  # as Asterisk does that is told to stop
            while ari.up:  # asked while it is being noticed that there is nobody to ask
                asking.append(asyncio.create_task(ari.request("GET", "channels")))
                await asyncio.sleep(0)
            await closing
            ended = await asyncio.gather(*asking, return_exceptions=True)
            assert len(ended) > 8
            assert all(isinstance(error, AriError) and error.status == 0 for error in ended)
            await until(lambda: len(events) == 2)

    asyncio.run(play())
    gc.collect()  # an error that nobody took is told when it is thrown away
    assert left == []
