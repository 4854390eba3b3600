"""A thin client of Asterisk's REST interface: requests and events over one WebSocket that comes back.

Asterisk 22 takes `RESTRequest` messages on the socket of the events and answers them there, in the order in
which they were sent (https://docs.asterisk.org, "ARI REST over WebSocket"). Nothing here knows what a call
is. No request and no event is logged: both can hold a number.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, Final

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, WebSocketException
from websockets.headers import build_authorization_basic

from tuidang.phone.asterisk.access import Access
from tuidang.phone.asterisk.config import MARK

Event = Mapping[str, Any]

_IN_FLIGHT: Final = 32  # requests Asterisk has not answered yet; more wait here
_PATIENCE: Final = 10.0  # seconds for an answer; one request takes a millisecond
_FIRST_PAUSE: Final = 0.1  # seconds before connecting again, doubled up to the longest
_LONGEST_PAUSE: Final = 5.0
_SETTLING: Final = 20.0  # seconds in which an Asterisk that starts says no before it says yes
_BIGGEST: Final = 1 << 24  # bytes of a message: a list of ten thousand channels fits in
_WAITING: Final = 1 << 16  # events that may wait for us; Asterisk hangs up on a client that does not read

_LOST: Final = {"status_code": 0}  # in the place of an answer that will not come

# The library logs what it sends and gets when its logger is set to DEBUG; this one cannot be.
_silent_socket = logging.getLogger("tuidang.phone.socket")
_silent_socket.disabled = True
_log = logging.getLogger(__name__)


class AriError(Exception):
    """Asterisk said no (its HTTP status), or could not be asked (status 0): whether it acted is not known."""

    def __init__(self, status: int) -> None:
        super().__init__(f"Asterisk answered {status}" if status else "Asterisk cannot be reached")
        self.status = status


@dataclass(frozen=True)
class Reconnected:
    """The socket is open, for the first time or again; of `channels`, and of no other, more will be heard."""

    channels: tuple[str, ...]
    marks: Mapping[str, str] = field(
        default_factory=dict
    )  # what each was for, where somebody wrote it down (channel variable MARK)


class Ari:
    """One Asterisk, and in it an application, whose channels' events come here.

    Requests are answered while somebody iterates over `events()`, so who does must not wait for one.
    """

    def __init__(self, access: Callable[[], Access], app: str, wanted: Sequence[str]) -> None:
        """Be the application `app` of the Asterisk that `access` names.

        It is asked at each connection, and may raise LookupError: nothing is there yet. Of events, only
        `wanted` types are sent.
        """
        self.app = app
        self.up = (
            False  # originate only then: Asterisk takes calls for an application that is away, and drops them
        )
        self.password = ""  # with which we are connected
        self._access = access
        self._wanted = wanted
        self._socket: ClientConnection | None = None
        self._asked: dict[str, asyncio.Future[Event]] = {}
        self._count = 0
        self._room = asyncio.Semaphore(_IN_FLIGHT)

    async def request(
        self, method: str, path: str, body: Mapping[str, object] | None = None, **params: str
    ) -> Any:
        """Ask Asterisk, and return what it answered, decoded; raises AriError. Order is kept."""
        async with self._room:
            socket = self._socket
            if socket is None:
                raise AriError(0)
            self._count += 1
            number = str(self._count)
            answer = self._asked[number] = asyncio.get_running_loop().create_future()
            try:
                await socket.send(_encode(number, method, path, body, params))
                async with asyncio.timeout(_PATIENCE):
                    return _decode(await answer)
            except TimeoutError:
                socket.transport.abort()  # it hangs: nobody else need wait for it as long
                raise AriError(0) from None
            except WebSocketException:
                raise AriError(0) from None  # the cause could quote what was sent
            finally:
                del self._asked[number]

    async def channels(self) -> tuple[str, ...]:
        """Name the channels that Asterisk has, ours and others."""
        return tuple(channel["id"] for channel in await self.request("GET", "channels"))

    async def events(self) -> AsyncGenerator[Event | Reconnected]:
        """Give events as they come, for good; after every (re)connection, first what is still there."""
        loop = asyncio.get_running_loop()
        pause, said_no = _FIRST_PAUSE, 0.0
        while True:
            try:
                async with self._connect() as socket:
                    pause, said_no = _FIRST_PAUSE, 0.0
                    async with aclosing(self._listen(socket)) as events:
                        async for event in events:
                            yield event
            except InvalidHandshake:
                said_no = said_no or loop.time()
                if loop.time() - said_no > _SETTLING:
                    _log.warning("Asterisk is there and does not let us in")
                    said_no = loop.time()
            except (OSError, LookupError, TypeError, ValueError, WebSocketException, AriError):
                said_no = 0.0  # away, or it talks nonsense; said when the connection was lost
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _connect(self) -> connect:
        access = self._access()
        self.password = access.password
        return connect(
            f"ws://{access.address}/ari/events?app={self.app}",
            additional_headers={"Authorization": build_authorization_basic(access.user, access.password)},
            compression=None,
            proxy=None,
            max_size=_BIGGEST,
            max_queue=_WAITING,
            ping_interval=None,  # Asterisk leaves some without an answer; a request without one tells more
            logger=_silent_socket,
        )

    async def _listen(self, socket: ClientConnection) -> AsyncGenerator[Event | Reconnected]:
        # To Asterisk an answer is an event like others, and would be held back too.
        wanted = {"allowed": [{"type": name} for name in ("RESTResponse", *self._wanted)]}
        await socket.send(_encode("wanted", "PUT", f"applications/{self.app}/eventFilter", wanted))
        await socket.send(_encode("there", "GET", "channels"))
        self._socket = socket
        _log.info("connected with Asterisk")
        is_lost = True
        try:
            async for text in socket:
                message: Event = json.loads(text)
                if message["type"] != "RESTResponse":
                    yield message
                elif (number := message["request_id"]) == "there":
                    self.up = True
                    found = _decode(message)
                    marks = {channel["id"]: channel.get("channelvars", {}).get(MARK, "") for channel in found}
                    yield Reconnected(tuple(marks), {name: mark for name, mark in marks.items() if mark})
                elif (answer := self._asked.get(number)) is not None and not answer.done():
                    answer.set_result(message)
        except (asyncio.CancelledError, GeneratorExit):
            is_lost = False  # it is we who leave
            raise
        finally:
            self._socket, self.up = None, False
            for answer in self._asked.values():
                if not answer.done():
                    answer.set_result(_LOST)
            if is_lost:
                _log.warning("the connection with Asterisk is lost")


def _encode(
    number: str,
    method: str,
    path: str,
    body: Mapping[str, object] | None = None,
    params: Mapping[str, str] | None = None,
) -> str:
    message: dict[str, object] = {
        "type": "RESTRequest",
        "transaction_id": number,
        "request_id": number,
        "method": method,
        "uri": path,
    }
    if params:
        message["query_strings"] = [{"name": name, "value": value} for name, value in params.items()]
    if body is not None:
        message["content_type"] = "application/json"
        message["message_body"] = json.dumps(body, ensure_ascii=False)
    return json.dumps(message, ensure_ascii=False)


def _decode(answer: Event) -> Any:
    status = int(answer["status_code"])
    if not 200 <= status < 300:
        raise AriError(status)
    body = answer.get("message_body")
    return json.loads(body) if body else None
