"""The simulated carrier as a process: started, killed, made to refuse, and asked what it saw."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tuidang.phone.asterisk.install import command
from tuidang.phone.asterisk.sounds import path_of, prepare_sounds
from tuidang.phone.lab.packets import packets_of
from tuidang.phone.lab.people import Person, people, read_people, write_people
from tuidang.phone.lab.scenario import CONTROL, render

SEED = 19  # of the country that `tuidang phone lab` shows
PATIENCE = 15.0  # seconds
UNBOUNDED = 1_000_000  # calls a second
_HOST = "127.0.0.1"
# What the lab says, before and after calls; it is no part of what we say to people.
_WORDS = {
    "off": "您好，您拨打的电话已关机，请稍后再拨。",
    "empty": "您好，您拨打的号码是空号，请核对后再拨。",
    "hello": "喂，你好。",
    "greeting": "您好，我现在不方便接电话，请在嘀声之后留言。",
}
_SILENT = b"\xd5"  # A-law
_WAVE = b"\x34\x21\x21\x34\xb4\xa1\xa1\xb4"  # a millisecond of 1000 Hz in A-law (ITU-T G.711, table 5)
_BEEP_MS = 400  # at the end of a machine's greeting
_ROOM_SECONDS = 10
_LONGEST = 600  # seconds that somebody stays on


@dataclass(frozen=True)
class Called:
    """Hold one call as the carrier saw it."""

    number: str
    end: str  # the SIP code it was refused with; "we" or "they" hung up; "cancelled" before it was answered
    keys: str  # all that were pressed


@dataclass
class Carrier:
    """A carrier on this machine, with a whole country behind it."""

    data: Path  # the data folder, in which SIPp is installed
    port: int = 5070
    media: tuple[int, int] = (20000, 29999)  # ports; each call takes two
    folder: Path = field(init=False)
    _process: subprocess.Popen[bytes] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.folder = self.data / "phone" / "lab" / str(self.port)

    def populate(self, country: Mapping[str, Person] | None = None, seed: int = SEED) -> None:
        """Write who has which number, and what the lab says; forget earlier calls.

        Without a country it is made from the seed.
        """
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for log in self.folder.glob("calls-*.log"):
            log.unlink()
        make = people(seed, rfc4733=can_send_rfc4733()) if country is None else country
        write_people(self.folder / "people.csv", make)
        (self.folder / "scenario.xml").write_text(render(rfc4733=can_send_rfc4733()), encoding="utf-8")
        _write_sounds(self.data, self.folder)

    def people(self) -> dict[str, Person]:
        """Return the truth: who has the numbers that end in these five digits."""
        return read_people(self.folder / "people.csv")

    def start(self) -> None:
        """Start the carrier, and wait until it listens."""
        if self._ask(0, UNBOUNDED, 0.3):
            raise RuntimeError(f"another simulated carrier listens on port {self.port}: stop that one")
        log = f"calls-{len(list(self.folder.glob('calls-*.log'))):04}.log"
        words = [
            # When we are killed it ends too, or it would hold the port against our next start.
            *("setpriv", "--pdeathsig", "KILL"),
            *command(self.data, "sipp"),
            *("-sf", "scenario.xml", "-inf", "people.csv", "-infindex", "people.csv", "0"),
            # -ci: it takes commands too, such as to end, and would take them from anywhere.
            *("-i", _HOST, "-p", str(self.port), "-mi", _HOST, "-ci", _HOST),
            *("-min_rtp_port", str(self.media[0]), "-max_rtp_port", str(self.media[1])),
            *(
                "-set",
                "refuse",
                "0",
                "-set",
                "bound",
                str(UNBOUNDED),
                "-set",
                "second",
                "0",
                "-set",
                "begun",
                "0",
            ),
            *("-trace_logs", "-log_file", log, "-aa", "-nostdin"),
            *("-watchdog_minor_maxtriggers", "100000", "-watchdog_major_maxtriggers", "100000"),
        ]
        self._process = subprocess.Popen(  # noqa: S603 -- SIPp, with files of ours
            words,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self._process.poll() is None:
            if self._ask(0, UNBOUNDED, 0.3):
                return
        self.kill()
        raise RuntimeError(f"the simulated carrier does not come up on port {self.port}")

    def kill(self) -> None:
        """End the carrier at once, with every call, as a fault would."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def speech(self) -> bytes:
        """Give what people here say when they answer, in A-law."""
        return (self.folder / "hello.al").read_bytes()

    def runs(self) -> bool:
        """Tell whether the carrier is there."""
        return self._process is not None and self._process.poll() is None

    def refuse(self, everything: bool = True) -> None:
        """Refuse every new call with 503, or take calls again. Calls that are up go on."""
        self._tell(int(everything), UNBOUNDED)

    def bound(self, calls_per_second: int) -> None:
        """Refuse with 503 whatever goes beyond so many new calls a second."""
        self._tell(0, calls_per_second)

    def calls(self) -> list[Called]:
        """Return every call that has ended, as the carrier saw it, in order."""
        found = []
        for path in sorted(self.folder.glob("calls-*.log")):
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
            found += [Called(*line.split(";")) for line in lines if line.count(";") == 2]
        return found

    def _tell(self, flag: int, rate: int) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if self._ask(flag, rate, 1.0):
                return
        raise RuntimeError("the simulated carrier does not answer")

    def _ask(self, flag: int, rate: int, patience: float) -> bool:
        """Call the number that sets faults; tell whether the carrier answered."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
            line.settimeout(patience)
            line.bind((_HOST, 0))
            here = f"{_HOST}:{line.getsockname()[1]}"
            mark = f"{os.getpid()}-{time.monotonic_ns()}"
            to = f"sip:{flag}{rate}{CONTROL}@{_HOST}:{self.port}"
            head = f"Via: SIP/2.0/UDP {here};branch=z9hG4bK{mark}\r\nFrom: <sip:fault@{here}>;tag={mark}\r\n"
            tail = f"To: <{to}>\r\nCall-ID: {mark}\r\nCSeq: 1 INVITE\r\nContact: <sip:fault@{here}>\r\n"
            call = f"INVITE {to} SIP/2.0\r\n{head}{tail}Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
            try:
                line.sendto(call.encode(), (_HOST, self.port))
                return line.recv(4096).startswith(b"SIP/2.0 486")
            except OSError:
                time.sleep(0.05)
                return False


def can_send_rfc4733() -> bool:
    """Tell whether SIPp may send keys by RFC 4733 here: it takes a raw socket, and so root."""
    try:
        socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW).close()
    except PermissionError:
        return False
    return True


def _write_sounds(data: Path, folder: Path) -> None:
    said = data / "phone" / "lab" / "sounds"
    prepare_sounds(data, said, _WORDS)
    sound = {name: path_of(said, name).read_bytes() for name in _WORDS}
    machine = sound.pop("greeting") + _WAVE * _BEEP_MS
    for name, heard in (sound | {"machine": machine, "room": _SILENT * 8000 * _ROOM_SECONDS}).items():
        # SIPp plays whole packets of 20 ms.
        (folder / f"{name}.al").write_bytes(heard + _SILENT * (-len(heard) % 160))
    (folder / "hello.pcap").write_bytes(packets_of(sound["hello"], _LONGEST))
    (folder / "room.pcap").write_bytes(packets_of(b"", _LONGEST))
