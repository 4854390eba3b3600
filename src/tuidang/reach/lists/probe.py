"""Whether a mirror works from here: opened as anybody opens it, and our own log found there, signed by us."""

from __future__ import annotations

import http.client
import socket
import ssl
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from tuidang.reach.lists.document import is_onion
from tuidang.tlog.note import NoteError, VerifierKey, open_note

_PATIENCE: Final = 60  # seconds; an onion takes long to be found
_MOST: Final = 64 * 1024  # bytes of a checkpoint


class Prober:
    """Opens mirrors, onions through Tor's SOCKS port. Nobody on the way is told more than a reader tells."""

    def __init__(self, log: Path, socks: tuple[str, int] | None) -> None:
        self._key = VerifierKey.parse((log / "vkey").read_text()) if (log / "vkey").is_file() else None
        self._socks = socks

    def why_not(self, address: str) -> str | None:
        """Say why a mirror does not work; "" when it does, None for an onion that cannot be tried."""
        if is_onion(address) and self._socks is None:
            return None
        try:
            status, body = self._fetch(f"{address.rstrip('/')}/log/checkpoint")
        except (OSError, http.client.HTTPException, ValueError) as error:
            return f"it does not answer ({type(error).__name__})"
        if status != 200:
            return f"it answers with {status}"
        if self._key is None:
            return ""
        try:
            open_note(body.decode(), self._key)
        except (NoteError, UnicodeDecodeError):
            return "what answers there is not our log"
        return ""

    def _fetch(self, address: str) -> tuple[int, bytes]:
        parts = urlsplit(address)
        host, secure = parts.hostname or "", parts.scheme == "https"
        port = parts.port or (443 if secure else 80)
        with self._line(host, port) as line:
            line.settimeout(_PATIENCE)
            own = ssl.create_default_context().wrap_socket(line, server_hostname=host) if secure else line
            asked = http.client.HTTPConnection(host, port)
            asked.sock = own
            asked.request("GET", parts.path or "/", headers={"Host": parts.netloc, "Connection": "close"})
            answer = asked.getresponse()
            return answer.status, answer.read(_MOST)

    def _line(self, host: str, port: int) -> socket.socket:
        if self._socks and host.endswith(".onion"):
            return through_socks(self._socks, host, port)
        return socket.create_connection((host, port), timeout=_PATIENCE)


def through_socks(socks: tuple[str, int], host: str, port: int) -> socket.socket:
    """Open a line to a name through a SOCKS server (RFC 1928); the name is looked up there alone."""
    line = socket.create_connection(socks, timeout=_PATIENCE)
    try:
        _ask_socks(line, host, port)
    except BaseException:
        line.close()
        raise
    return line


def _ask_socks(line: socket.socket, host: str, port: int) -> None:
    name = host.encode("ascii")
    line.sendall(b"\x05\x01\x00")
    if _exactly(line, 2) != b"\x05\x00":
        raise ConnectionError("SOCKS wants to know who we are")
    line.sendall(b"\x05\x01\x00\x03" + bytes([len(name)]) + name + port.to_bytes(2, "big"))
    said = _exactly(line, 4)
    if said[1]:
        raise ConnectionError(f"SOCKS says {said[1]}")
    bound = {1: 4, 4: 16}.get(said[3]) or _exactly(line, 1)[0]
    _exactly(line, bound + 2)


def parse_socks(text: str) -> tuple[str, int]:
    """Read HOST:PORT. Raises ValueError."""
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise ValueError(f"{text!r} is not HOST:PORT")
    return host, int(port)


def _exactly(line: socket.socket, count: int) -> bytes:
    got = b""
    while len(got) < count:
        if not (more := line.recv(count - len(got))):
            raise ConnectionError("SOCKS hung up")
        got += more
    return got
