"""The client of Asterisk, where somebody else answers in its place."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest
from websockets.asyncio.server import ServerConnection, serve

from tuidang.phone.asterisk.access import Access
from tuidang.phone.asterisk.ari import Ari


@pytest.mark.parametrize("nonsense", ["no json", "[]", "7", '{"type": "RESTResponse"}', "{}"])
def test_whatever_comes_it_connects_again_and_listens_on(nonsense: str) -> None:
    connections: list[ServerConnection] = []

    async def talk(socket: ServerConnection) -> None:
        connections.append(socket)
        await socket.send(nonsense)
        await socket.wait_closed()

    async def run() -> None:
        async with serve(talk, "127.0.0.1", 0) as server:
            port = next(iter(server.sockets)).getsockname()[1]
            ari = Ari(lambda: Access(f"127.0.0.1:{port}", "a", "b"), "test", ())
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(1), aclosing(ari.events()) as events:
                    await anext(events)
        assert len(connections) > 1

    asyncio.run(run())
