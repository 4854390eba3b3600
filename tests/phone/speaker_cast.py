"""Somebody who calls by SIPp, speaks and listens: the sound goes in and out of a socket of the test's own."""

from __future__ import annotations

import re
import socket
import struct
import threading
import time
from collections import deque
from pathlib import Path
from typing import Any

from tuidang.phone.lab.caller import Caller

_SPEECH = (b"\xaa" * 8 + b"\x2a" * 8) * 10  # 20 ms of A-law: 500 hertz, as loud as can be
_SILENCE = b"\xd5" * 160
_LOUD = 0x28  # of 0x7f: what no silence reaches


class Speaker(Caller):
    """A caller who is heard, and hears."""

    def __init__(self, data: Path, port: int, to: int) -> None:
        super().__init__(data, port, to)
        self.is_speaking = True
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._heard: deque[float] = deque(maxlen=500)  # when a packet was not silent
        self._to: tuple[str, int] | None = None
        self._done = threading.Event()
        for work in (self._listen, self._speak):
            threading.Thread(target=work, daemon=True).start()

    def close(self) -> None:
        """End everything of him."""
        self.kill()
        self._done.set()

    def hears(self) -> bool:
        """Tell whether anything but silence came within a second."""
        since = time.monotonic()
        time.sleep(1)
        return sum(moment > since for moment in tuple(self._heard)) > 1

    def _listen(self) -> None:
        self._socket.settimeout(0.2)
        while not self._done.is_set():
            try:
                packet, self._to = self._socket.recvfrom(2048)
            except TimeoutError:
                continue
            if packet[1] & 0x7F == 8 and max((octet ^ 0x55) & 0x7F for octet in packet[12:]) >= _LOUD:
                self._heard.append(time.monotonic())

    def _speak(self) -> None:
        number, due = 0, time.monotonic()
        while not self._done.is_set():
            if self._to is not None:
                sound = _SPEECH if self.is_speaking else _SILENCE
                head = struct.pack(">BBHII", 0x80, 8, number & 0xFFFF, number * 160 & 0xFFFFFFFF, 7)
                self._socket.sendto(head + sound, self._to)
            number, due = number + 1, due + 0.02
            time.sleep(max(0.0, due - time.monotonic()))

    def _scenario(self, *what: Any) -> str:
        text = super()._scenario(*what)
        text = re.sub(r"\na=(rtpmap|fmtp):101 [^\n]*", "", text.replace("RTP/AVP 8 101", "RTP/AVP 8"))
        text = re.sub(r'<exec play_pcap_audio="[^"]*"/>', "", text)
        return text.replace("[auto_media_port]", str(self._socket.getsockname()[1]))
