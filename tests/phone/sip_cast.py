"""A desk telephone for tests: SIP over a WebSocket, as a browser speaks it, with the digest of RFC 2617."""

from __future__ import annotations

import hashlib
import re
import secrets
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol, cast

from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from tuidang.phone.asterisk.config import Desk, Setup

AGENT = "MarkedBrowser/7"  # looked for in every file
PLACE = "m4rk3d.invalid"  # likewise: a browser has no name of its own, and makes one up
OFFER = "\r\n".join(
    [
        *("v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=group:BUNDLE 0"),
        *("m=audio 9 UDP/TLS/RTP/SAVPF 111 8 101", "c=IN IP4 0.0.0.0", "a=mid:0", "a=sendrecv", "a=rtcp-mux"),
        *("a=ice-ufrag:abcd", "a=ice-pwd:abcdefghijklmnopqrstuvwx", "a=setup:actpass"),
        "a=fingerprint:sha-256 " + ":".join(["AB"] * 32),
        *("a=rtpmap:111 opus/48000/2", "a=rtpmap:8 PCMA/8000", "a=rtpmap:101 telephone-event/8000"),
        *("a=candidate:1 1 udp 2113937151 127.0.0.1 50000 typ host", ""),
    ]
)
PLAIN = "\r\n".join(
    [
        *("v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "c=IN IP4 127.0.0.1", "t=0 0"),
        *("m=audio 9 RTP/AVP 8", "a=rtpmap:8 PCMA/8000", ""),
    ]
)
PATIENCE = 20.0


class Wire(Protocol):
    """What carries messages to Asterisk and back."""

    def send(self, message: str) -> None: ...

    def recv(self, timeout: float) -> str | bytes: ...


class Packets:
    """The way that carriers take, from an address that is no carrier's."""

    def __init__(self, setup: Setup, opened: socket.socket) -> None:
        self._socket, self._to = opened, (setup.address, setup.ports.sip)

    def send(self, message: str) -> None:
        self._socket.sendto(message.encode(), self._to)

    def recv(self, timeout: float) -> str:
        self._socket.settimeout(timeout)
        return self._socket.recv(8192).decode()


class Message:
    """A SIP message that came."""

    def __init__(self, text: str) -> None:
        head, _, self.body = text.partition("\r\n\r\n")
        self.first, *lines = head.split("\r\n")
        self.headers = [(name.lower(), value) for name, value in (line.split(": ", 1) for line in lines)]

    @property
    def code(self) -> int:
        """Return the status of an answer; 0 for a request."""
        return int(self.first.split()[1]) if self.first.startswith("SIP/2.0 ") else 0

    def get(self, name: str) -> str:
        """Return the first header of a name."""
        return next((value for found, value in self.headers if found == name), "")


class Browser:
    """One page that is open, with a telephone in it."""

    def __init__(self, wire: Wire, via: str = f"WS {PLACE}") -> None:
        self._wire, self._via = wire, via
        self._offer = OFFER if via.startswith("WS ") else PLAIN
        self._count = 0

    def register(self, desk: Desk) -> Message:
        """Sign in, and return the last answer; the first where nobody is asked who he is."""
        target, call = "sip:desk.invalid", secrets.token_hex(8)
        first = self.ended(self._send("REGISTER", target, desk, call, ""))
        if not (asked := first.get("www-authenticate")):
            return first
        return self.ended(
            self._send("REGISTER", target, desk, call, _digest(asked, "REGISTER", target, desk))
        )

    def dial(self, number: str, desk: Desk) -> Message:
        """Call a number, and return the last answer."""
        return self.ended(self.begin("INVITE", f"sip:{number}@desk.invalid", desk))

    def call_in(self, number: str) -> str:
        """Begin a call as a carrier does, whom nobody asks for a digest; name it."""
        caller, call = Desk("8613800138000", ""), secrets.token_hex(8)
        return self._send("INVITE", f"sip:{number}@desk.invalid", caller, call, "")

    def ask(self, method: str, target: str, desk: Desk) -> Message:
        """Send a request without the digest, and return the last answer."""
        return self.ended(self._send(method, target, desk, secrets.token_hex(8), ""))

    def begin(self, method: str, target: str, desk: Desk) -> str:
        """Send a request, and once more with the digest that is asked for; name it."""
        call = secrets.token_hex(8)
        asked = self.ended(self._send(method, target, desk, call, "")).get("www-authenticate")
        return self._send(method, target, desk, call, _digest(asked, method, target, desk))

    def ended(self, request: str) -> Message:
        """Wait for the last answer to a request."""
        return self._next(lambda message: message.code >= 200 and message.get("cseq") == request)

    def called(self) -> Message:
        """Wait for a call that comes in."""
        return self._next(lambda message: message.first.startswith("INVITE "))

    def answer(self, request: Message, code: str, *more: str) -> None:
        """Answer a request that came."""
        back = ("via", "from", "call-id", "cseq", "record-route")
        same = [f"{name}: {value}" for name, value in request.headers if name in back]
        to = f"To: {request.get('to')};tag=b"
        self._wire.send("\r\n".join([f"SIP/2.0 {code}", *same, to, *more, "Content-Length: 0", "", ""]))

    def _send(self, method: str, target: str, desk: Desk, call: str, digest: str) -> str:
        self._count += 1
        count = f"{self._count} {method}"
        who = f"<sip:{desk.name}@desk.invalid>"
        body = self._offer if method == "INVITE" else ""
        lines = [
            f"{method} {target} SIP/2.0",
            f"Via: SIP/2.0/{self._via};rport;branch=z9hG4bK{secrets.token_hex(6)}",
            f"From: {who};tag=a",
            f"To: {who if method == 'REGISTER' else f'<{target}>'}",
            f"Call-ID: {call}",
            f"CSeq: {count}",
            f"Contact: <sip:page@{PLACE};transport=ws>;expires=600",
            f"User-Agent: {AGENT}",
            "Max-Forwards: 70",
            *([digest] if digest else []),
            *(["Content-Type: application/sdp"] if body else []),
            f"Content-Length: {len(body)}",
        ]
        self._wire.send("\r\n".join([*lines, "", body]))
        return count

    def _next(self, wanted: Callable[[Message], bool]) -> Message:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            came = self._wire.recv(timeout=PATIENCE)
            message = Message(came if isinstance(came, str) else came.decode())
            if message.first.startswith("OPTIONS "):
                self.answer(message, "200 OK")
            elif wanted(message):
                return message
        raise AssertionError("nothing came")


@contextmanager
def open_page(setup: Setup, origin: str = "https://desk.example") -> Iterator[Browser]:
    """Open a page that may speak SIP with a running Asterisk."""
    address = f"ws://127.0.0.1:{setup.ports.http}/ws"
    sip = [Subprotocol("sip")]
    # A page that is left does not wait for an answer.
    with connect(address, subprotocols=sip, origin=Origin(origin), close_timeout=0.1) as opened:
        yield Browser(cast(Wire, opened))


@contextmanager
def open_packets(setup: Setup, address: str = "127.0.0.2", port: int = 0) -> Iterator[Browser]:
    """Give somebody who speaks SIP by UDP: a stranger, or a carrier if the address is one's."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as opened:
        opened.bind((address, port))
        yield Browser(Packets(setup, opened), f"UDP {address}:{opened.getsockname()[1]}")


def _digest(asked: str, method: str, target: str, desk: Desk) -> str:
    said = dict(re.findall(r'(\w+)="?([^",]+)', asked))
    once, nonce, realm = secrets.token_hex(4), said["nonce"], said["realm"]
    who = _md5(f"{desk.name}:{realm}:{desk.secret}")
    proof = _md5(f"{who}:{nonce}:00000001:{once}:auth:{_md5(f'{method}:{target}')}")
    return (
        f'Authorization: Digest username="{desk.name}",realm="{realm}",nonce="{nonce}",uri="{target}",'
        f'response="{proof}",algorithm=MD5,qop=auth,nc=00000001,cnonce="{once}",opaque="{said["opaque"]}"'
    )


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
