"""A telephone line for tests: a real Asterisk, spoken to by plain HTTP, and what it says by WebSocket."""

from __future__ import annotations

import base64
import json
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from websockets.sync.client import ClientConnection, connect

from tuidang.phone.asterisk.config import APPLICATION, Setup

Event = dict[str, Any]
TRUNK = "lab"


class Line:
    """One connection to Asterisk's events, and requests beside it."""

    def __init__(self, setup: Setup, events: ClientConnection) -> None:
        self.setup = setup
        self._events = events
        self.seen: list[Event] = []

    def request(self, method: str, path: str, **params: str) -> Any:
        """Ask ARI, and return its answer."""
        address = f"{self.setup.ari}/{path}?{urllib.parse.urlencode(params)}"
        asked = urllib.request.Request(address, method=method, headers=headers_of(self.setup))
        with urllib.request.urlopen(asked, timeout=90) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def dial(self, number: str, timeout: int = 30) -> str:
        """Begin a call; return the channel's id."""
        endpoint = f"PJSIP/{number}@{self.setup.endpoint(self.setup.lines[0])}"
        return str(
            self.request("POST", "channels", endpoint=endpoint, app=APPLICATION, timeout=str(timeout))["id"]
        )

    def hear(self, channel: str, until: Callable[[Event], bool], patience: float = 90) -> Event:
        """Return the first event of a channel, seen before or to come, for which something holds."""
        deadline = time.monotonic() + patience
        for event in self._all(deadline):
            if _channel(event) == channel and until(event):
                return event
        raise AssertionError(
            f"not heard; only {[event['type'] for event in self.seen if _channel(event) == channel]}"
        )

    def first(self, kind: str, patience: float = 90) -> Event:
        """Return the first event of a type, of whatever channel."""
        for event in self._all(time.monotonic() + patience):
            if event["type"] == kind:
                return event
        raise AssertionError(f"no {kind} was heard")

    def ended(self, channel: str, patience: float = 90) -> Event:
        """Wait for the end of a call."""
        return self.hear(channel, lambda event: event["type"] == "ChannelDestroyed", patience)

    def keys(self, channel: str) -> str:
        """Return the keys of a channel so far."""
        return "".join(
            event["digit"]
            for event in self.seen
            if event["type"] == "ChannelDtmfReceived" and _channel(event) == channel
        )

    def answered(self, channel: str) -> bool:
        """Tell whether a call was answered so far."""
        return any(event["type"] == "StasisStart" and _channel(event) == channel for event in self.seen)

    def _all(self, deadline: float) -> Iterator[Event]:
        yield from list(self.seen)
        while time.monotonic() < deadline:
            try:
                event = json.loads(self._events.recv(timeout=0.2))
            except TimeoutError:
                continue
            self.seen.append(event)
            yield event


@contextmanager
def open_line(setup: Setup, application: str = APPLICATION) -> Iterator[Line]:
    """Open a line to a running Asterisk."""
    address = f"{setup.ari.replace('http', 'ws')}/events?app={application}"
    # It is not waited for what nobody reads any more, nor for an answer to a ping in the midst of it.
    with connect(
        address, additional_headers=headers_of(setup), close_timeout=0.5, ping_interval=None
    ) as events:
        yield Line(setup, events)


def headers_of(setup: Setup) -> dict[str, str]:
    """Say to ARI who we are."""
    return {"Authorization": "Basic " + base64.b64encode(f"{setup.user}:{setup.password}".encode()).decode()}


def _channel(event: Event) -> str:
    if "playback" in event:
        return str(event["playback"]["target_uri"]).removeprefix("channel:")
    channel = event.get("channel") or event.get("peer") or {}
    return str(channel.get("id", ""))
