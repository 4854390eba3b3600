"""Measure to how many people at once one machine plays a message, with SIPp answering on the same machine.

The same calls are placed in three ways, one after the other: by plain call files, the least that Asterisk
can be asked to do; by a plain loop over ARI; and by our dialler, with its numbers, rules, call machine,
records and database. All play the same sound, at the same pace, to people who answer at once and stay. Jitter
is how far the packets of some of the calls come from the 20 ms they should be apart, by the kernel's clock.
"""

from __future__ import annotations

import argparse
import base64
import json
import math
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from bench.platform_in import set_up_platform
from tuidang.phone.asterisk import install, process
from tuidang.phone.asterisk.config import APPLICATION, Line, Ports, Setup, modules
from tuidang.phone.lab.carrier import Carrier
from tuidang.phone.lab.people import Kind, Person

KEPT = Path(__file__).parents[1] / "build" / "asterisk"
RATE = 40  # calls a second
HOLD = 30.0  # seconds for which all are up
PROBES = 20  # calls whose packets are timed
SOUND = "message/bench"
STAYS = Person(Kind.ANSWERS, "100:r,300:a,20:s,1:W,")  # a call in which nothing is heard is ended
_SILENCE = struct.pack(">BBHII", 0x80, 8, 0, 0, 1) + b"\xd5" * 160  # a packet in A-law (RFC 3550, RFC 3551)
_PLAIN = ("pbx_config", "pbx_spool", "app_playback")  # what call files need besides
_SO_TIMESTAMPNS = 35  # asm-generic/socket.h; Python has no name for it
_TICKS = os.sysconf("SC_CLK_TCK")


class Listener(threading.Thread):
    """A telephone that answers every call and notes when packets of sound arrive."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.sip = _bound()
        self.port = self.sip.getsockname()[1]
        self._heard: dict[socket.socket, list[float]] = {}

    def run(self) -> None:
        """Answer until the process ends."""
        while True:
            text, caller = self.sip.recvfrom(65536)
            method, _, _ = text.partition(b" ")
            if method not in {b"INVITE", b"BYE", b"OPTIONS", b"CANCEL"}:
                continue
            wanted = (b"via:", b"from:", b"call-id:", b"cseq:", b"to:")
            lines = [line for line in text.split(b"\r\n") if line.lower().startswith(wanted)]
            head = b"\r\n".join(line + b";tag=bench" * _is_untagged(line) for line in lines).decode()
            contact = f"Contact: <sip:bench@127.0.0.1:{self.port}>\r\nContent-Type: application/sdp\r\n"
            body = self._listen() if method == b"INVITE" else ""
            answer = f"SIP/2.0 200 OK\r\n{head}\r\n{contact}Content-Length: {len(body)}\r\n\r\n{body}"
            self.sip.sendto(answer.encode(), caller)

    def jitter(self) -> float:
        """Return the 99th percentile of how far packets are from 20 ms after the one before, in ms."""
        off = [
            abs(after - before - 0.020) * 1000
            for times in self._heard.values()
            for before, after in pairwise(times)
        ]
        return round(sorted(off)[math.floor(0.99 * len(off))], 1) if off else math.nan

    def _listen(self) -> str:
        media = _bound()
        media.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        self._heard[media] = []
        threading.Thread(target=self._hear, args=(media,), daemon=True).start()
        there = f"c=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio {media.getsockname()[1]} RTP/AVP 8\r\n"
        return f"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\n{there}a=rtpmap:8 PCMA/8000\r\na=ptime:20\r\n"

    def _hear(self, media: socket.socket) -> None:
        while True:
            _, [(_, _, stamp)], _, caller = media.recvmsg(2048, 64)
            if len(self._heard[media]) % 50 == 0:
                media.sendto(_SILENCE, caller)
            seconds, nanoseconds = struct.unpack("qq", stamp)
            self._heard[media].append(seconds + nanoseconds / 1e9)


def by_call_files(setup: Setup, numbers: Iterator[str]) -> None:
    """Place calls by files in Asterisk's spool folder."""
    spool = setup.run / "spool"
    (spool / "outgoing").mkdir(exist_ok=True)
    for count, number in enumerate(numbers):
        new = spool / f"{count}.call"
        new.write_text(f"Channel: PJSIP/{number}\nApplication: Playback\nData: {SOUND}\n", encoding="utf-8")
        new.rename(spool / "outgoing" / new.name)


def by_ari(setup: Setup, numbers: Iterator[str]) -> None:
    """Place calls by ARI, and play to whoever answers."""
    signed = {
        "Authorization": "Basic " + base64.b64encode(f"{setup.user}:{setup.password}".encode()).decode()
    }
    address = f"{setup.ari.replace('http', 'ws')}/events?app={APPLICATION}"
    # Open until Asterisk ends: with the last listener gone, its calls would be hung up.
    events = connect(address, additional_headers=signed).__enter__()

    def ask(line: HTTPConnection, path: str, **what: str) -> None:
        line.request("POST", f"/ari/{path}?{urlencode(what)}", headers=signed)
        line.getresponse().read()

    def play() -> None:
        line = HTTPConnection("127.0.0.1", setup.ports.http)
        with suppress(ConnectionClosed):  # Asterisk was stopped: all is measured
            for text in events:
                event = json.loads(text)
                if event["type"] == "StasisStart":
                    ask(line, f"channels/{event['channel']['id']}/play", media=f"sound:{SOUND}")

    threading.Thread(target=play, daemon=True).start()
    line = HTTPConnection("127.0.0.1", setup.ports.http)
    for number in numbers:
        ask(line, "channels", endpoint=f"PJSIP/{number}", app=APPLICATION)


def by_dialler(setup: Setup, numbers: Iterator[str]) -> None:
    """Let our dialler place as many calls as there are numbers, which it draws itself."""
    calls = sum(1 for _ in numbers)
    hosts = {line.name: line.host for line in setup.lines}
    _prepare_campaign(setup, hosts, {"lab": calls - PROBES, "probe": PROBES})
    environment = os.environ | {"TUIDANG_DATA": str(setup.data)}
    command = [sys.executable, "-m", "tuidang", "phone", "dial", "--machine", "bench"]
    dialler = subprocess.Popen(command, env=environment)
    _diallers.append(dialler)
    deadline = time.monotonic() + 60 + calls / RATE
    while time.monotonic() < deadline and _dialled(setup) < calls:
        time.sleep(0.05)


_diallers: list[subprocess.Popen[bytes]] = []


def _prepare_campaign(setup: Setup, hosts: Mapping[str, str], channels: Mapping[str, int]) -> None:
    set_up_platform(setup.data)
    from django.core.management import call_command

    from tuidang.phone.actions.blocks import load_blocks
    from tuidang.phone.models import Campaign, Message, Trunk
    from tuidang.phone.numbers.blocks import NumberBlock
    from tuidang.phone.rules import Zone

    call_command("migrate", verbosity=0)
    load_blocks([NumberBlock(f"1381{number:03d}", "CN-SD", "", Zone.EAST) for number in range(100)])
    campaign = Campaign.objects.create(
        name="bench", title="Bench", state="running", daily_limit=sum(channels.values())
    )
    for name, most in channels.items():
        # Each trunk at the pace at which it is full when the other is: both together make RATE.
        pace = max(1, round(RATE * most / sum(channels.values())))
        trunk = Trunk.objects.create(name=name, host=hosts[name], calls_per_second=pace, channels=most)
        campaign.trunks.add(trunk)
    Message.objects.create(campaign=campaign, name="bench", sound=SOUND)
    who = setup.sounds / "prompt/who.alaw"
    who.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(setup.sounds / f"{SOUND}.alaw", who)


def _dialled(setup: Setup) -> int:
    path = setup.data / "phone/live/bench.json"
    figures = json.loads(path.read_text())["campaigns"].get("bench", {}) if path.exists() else {}
    return int(figures.get("dialled", 0))


WAYS: dict[str, Callable[[Setup, Iterator[str]], None]] = {
    "call files": by_call_files,
    "ARI": by_ari,
    "our dialler": by_dialler,
}


def measure(way: str, calls: int) -> dict[str, Any]:
    """Place calls, hold them, and count what is up."""
    with _telephone(plain=way == "call files") as (setup, listener):
        running = process.start(setup)
        try:
            process.wait_until_booted(setup, running)
            before, began = _cpu(running.pid), time.monotonic()
            WAYS[way](setup, _paced(setup, calls, began))
            time.sleep(2 + HOLD)
            said = process.tell(setup, "core show channels count").stdout
            spent = _cpu(running.pid) - before
        finally:
            for dialler in _diallers:
                dialler.kill()
                dialler.wait()
            _diallers.clear()
            process.stop(running)
        up = int(said.split()[0])
        return {
            "way": way,
            "asked for": calls,
            "up at once": up,
            "jitter p99, ms": listener.jitter(),
            "Asterisk's CPU, s a call": round(spent / max(up, 1), 3),
        }


def _paced(setup: Setup, calls: int, began: float) -> Iterator[str]:
    endpoints = {line.name: setup.endpoint(line) for line in setup.lines}
    for count in range(calls):
        time.sleep(max(0.0, began + count / RATE - time.monotonic()))
        every = max(1, calls // PROBES)
        yield f"86138{count:08}@{endpoints['probe' if count % every == every - 1 else 'lab']}"


@contextmanager
def _telephone(*, plain: bool) -> Iterator[tuple[Setup, Listener]]:
    data = Path(tempfile.mkdtemp(prefix="bench-"))
    carrier = Carrier(data, _port(), (40000, 49999))
    known = modules.MODULES
    try:
        (data / "phone").mkdir(mode=0o700)
        install.root(data).symlink_to(install.root(KEPT))
        carrier.populate({f"{number:05}": STAYS for number in range(100_000 - 1)})
        carrier.start()
        listener = Listener()
        listener.start()
        lines = tuple(
            Line(name, f"127.0.0.1:{port}", channels=5000)
            for name, port in (("lab", carrier.port), ("probe", listener.port))
        )
        setup = Setup(data, lines, Ports(_port(socket.SOCK_STREAM), _port(), 20000, 29999))
        sound = setup.sounds / f"{SOUND}.alaw"
        sound.parent.mkdir(parents=True)
        sound.write_bytes(b"\x34\x21\x21\x34\xb4\xa1\xa1\xb4" * 180_000)  # three minutes of a tone
        if plain:
            modules.MODULES = (*modules.MODULES, *_PLAIN)
        yield setup, listener
    finally:
        modules.MODULES = known
        carrier.kill()
        shutil.rmtree(data, ignore_errors=True)


def _is_untagged(line: bytes) -> bool:
    return line.lower().startswith(b"to:") and b";tag=" not in line


def _bound(kind: int = socket.SOCK_DGRAM) -> socket.socket:
    made = socket.socket(socket.AF_INET, kind)
    made.bind(("127.0.0.1", 0))
    return made


def _port(kind: int = socket.SOCK_DGRAM) -> int:
    with _bound(kind) as probe:
        return int(probe.getsockname()[1])


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def main() -> None:
    """Measure as told on the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.calls", description=__doc__)
    parser.add_argument("--calls", type=int, default=600)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    if arguments.calls < 2 * PROBES:
        parser.error(f"at least {2 * PROBES} calls: {PROBES} of them are timed")
    KEPT.mkdir(parents=True, exist_ok=True)
    if not install.installed(KEPT):
        install.install(KEPT)
    rows = [measure(way, arguments.calls) for way in WAYS]
    for row in rows:
        row["of call files"] = round(row["up at once"] / max(1, rows[0]["up at once"]), 2)
    if arguments.json:
        print(json.dumps(rows))
    else:
        for row in rows:
            print("  ".join(f"{name} {value}" for name, value in row.items()))


if __name__ == "__main__":
    main()
