"""The dialler's cast: a real Asterisk of its own, and carriers (SIPp) that each answer in one way."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import psycopg
from django.db import connection
from fetched import fetch
from town_cast import free_range

from tuidang.phone.asterisk.config import Line, Ports, Setup
from tuidang.phone.asterisk.install import command, root
from tuidang.phone.asterisk.process import start, stop, tell, wait_until_booted
from tuidang.phone.lab.carrier import Carrier as Lab
from tuidang.phone.lab.carrier import can_send_rfc4733
from tuidang.phone.lab.people import Person

T = TypeVar("T")

BLOCK = "1381234"  # the first seven digits of all numbers that are dialled

_DIALOG = """
[last_Via:]
From: [$from]
To: [$to];tag=[pid]c[call_number]
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:carrier@[local_ip]:[local_port]>
"""
_SDP = """Content-Type: application/sdp
Content-Length: [len]

v=0
o=- 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio [auto_media_port] RTP/AVP 8 101
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-16

"""
_LAST = "[last_Via:]\n[last_From:]\n[last_To:]\n[last_Call-ID:]\n[last_CSeq:]\nContent-Length: 0\n\n"
_INVITED = """<recv request="INVITE"><action>
<ereg regexp="[^ ].*" search_in="hdr" header="From:" assign_to="from"/>
<ereg regexp="[^ ].*" search_in="hdr" header="To:" assign_to="to"/>
<ereg regexp="Contact: *[^&lt;]*&lt;([^&gt;]+)&gt;" search_in="msg" assign_to="whole,contact"/>
<ereg regexp="CSeq: *([0-9]+)" search_in="msg" assign_to="whole,cseq"/>
<ereg regexp="sip:([0-9]+)@" search_in="hdr" header="To:" assign_to="whole,number"/>
<log message="[$number]"/></action></recv><Reference variables="whole,from,to,contact,cseq"/>"""


def says(status: str, *, sound: bool = False, surely: bool = False) -> str:
    """Let the carrier answer; `surely`: again until it is acknowledged."""
    again = ' retrans="500"' if surely else ""
    body = _SDP if sound else "Content-Length: 0\n\n"
    return f"<send{again}><![CDATA[\nSIP/2.0 {status}{_DIALOG}{body}]]></send>"


def pause(seconds: float) -> str:
    """Let time pass."""
    return f'<pause milliseconds="{seconds * 1000:.0f}"/>'


def keys(digits: str, *, after: float = 0.3, apart: float = 1.0) -> str:
    """Press keys as RFC 4733 has it, or by SIP INFO where SIPp may not send raw packets."""
    press = _RFC_4733 if can_send_rfc4733() else _INFO
    return pause(after) + "".join(press.format(digit) + pause(apart) for digit in digits)


_RFC_4733 = '<nop><action><exec play_dtmf="{},100,101"/></action></nop>'
_INFO = (
    '<send retrans="500"><![CDATA[\nINFO [$contact] SIP/2.0\n'
    "Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]\n"
    "From: [$to];tag=[pid]c[call_number]\nTo: [$from]\n[last_Call-ID:]\nCSeq: [clock_tick] INFO\n"
    "Max-Forwards: 70\nContent-Type: application/dtmf-relay\nContent-Length: [len]\n\n"
    'Signal={}\nDuration=160\n\n]]></send><recv response="200"/>'
)
RINGS = says("180 Ringing")
ANSWERS = says("200 OK", sound=True, surely=True) + '<recv request="ACK"/>'
WAITS = f'<recv request="BYE"/><send><![CDATA[\nSIP/2.0 200 OK\n{_LAST}]]></send>'
HANGS_UP = (
    '<send retrans="500"><![CDATA[\nBYE [$contact] SIP/2.0\n'
    "Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]\n"
    "From: [$to];tag=[pid]c[call_number]\nTo: [$from]\n[last_Call-ID:]\nCSeq: 7 BYE\nMax-Forwards: 70\n"
    'Content-Length: 0\n\n]]></send><recv response="200"/>'
)
RINGS_ON = (
    RINGS
    + f'<recv request="CANCEL"/><send><![CDATA[\nSIP/2.0 200 OK\n{_LAST}]]></send>'
    + says("487 Request Terminated", surely=True).replace("[last_CSeq:]", "CSeq: [$cseq] INVITE")
    + '<recv request="ACK"/>'
)


# The Party, the first name, nobody else; all is read back, and it is right.
READ_BACK = keys("91#12") + pause(2)
CONFIRMED = READ_BACK + keys("1")


def refuses(status: str) -> str:
    """Let the carrier refuse."""
    return says(status, surely=True) + '<recv request="ACK"/>'


def answers(*then: str, rings: float = 0.2) -> str:
    """Let somebody answer and do something."""
    return RINGS + pause(rings) + ANSWERS + "".join(then)


class Carrier:
    """One SIPp that does the same with every call, on a port of its own."""

    def __init__(self, folder: Path, scenario: str) -> None:
        self.port = free_port()
        self.folder = folder / f"carrier-{self.port}"
        self.folder.mkdir()
        text = f'<?xml version="1.0"?><scenario name="carrier">{_INVITED}{scenario}</scenario>'
        (self.folder / "carrier.xml").write_text(text)
        words = [*command(fetch(), "sipp"), "-sf", "carrier.xml", "-i", "127.0.0.1", "-p", str(self.port)]
        words += ["-mp", str(free_port()), "-nostdin", "-aa", "-trace_err", "-trace_logs"]
        self._process = subprocess.Popen(
            words, cwd=self.folder, stdout=(self.folder / "out").open("wb"), stderr=subprocess.STDOUT
        )

    def called(self) -> list[str]:
        """Give the numbers that were called, in their order."""
        return [line for path in self.folder.glob("*_logs.log") for line in path.read_text().split()]

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()


def free_port() -> int:
    """Give a port that nobody has, for UDP and TCP."""
    while True:
        with socket.socket() as stream, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagram:
            stream.bind(("127.0.0.1", 0))
            port = int(stream.getsockname()[1])
            with suppress(OSError):
                datagram.bind(("127.0.0.1", port))
                return port


class Switch:
    """A real Asterisk with a trunk for each carrier."""

    def __init__(self, data: Path, carriers: Mapping[str, Carrier | Lab]) -> None:
        kept = fetch()
        (data / "phone").mkdir(parents=True, exist_ok=True)
        if not root(data).exists():
            root(data).symlink_to(root(kept))
        lines = tuple(Line(name, f"127.0.0.1:{carrier.port}") for name, carrier in carriers.items())
        low = 10_000 + 2 * (free_port() % 20_000)
        ports = Ports(http=free_port(), sip=free_port(), rtp_low=low, rtp_high=low + 2000)
        self.setup = Setup(data, lines, ports)
        self.carriers = carriers
        self.start()

    def start(self) -> None:
        """Start it, anew if it was killed."""
        self._process = start(self.setup)
        wait_until_booted(self.setup, self._process)

    def channels(self) -> list[str]:
        """Name the channels that are there."""
        said = tell(self.setup, "core show channels concise").stdout
        return [line.split("!")[-1] for line in said.splitlines() if line.startswith("PJSIP")]

    def kill(self) -> None:
        """Kill it as a power cut would."""
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """End it."""
        stop(self._process)


@contextmanager
def country(data: Path, **scenarios: str) -> Iterator[Switch]:
    """Give an Asterisk in `data` with a trunk and a carrier for each scenario."""
    with ExitStack() as stack:
        carriers = {}
        for name, scenario in scenarios.items():
            carriers[name] = Carrier(data, scenario)
            stack.callback(carriers[name].close)
        switch = Switch(data, carriers)
        stack.callback(switch.close)
        yield switch


@contextmanager
def simulated(data: Path, people: Mapping[str, Person]) -> Iterator[tuple[Lab, Switch]]:
    """Give the simulated carrier with these people behind it, and an Asterisk with a trunk to it."""
    (data / "phone").mkdir(mode=0o700)
    root(data).symlink_to(root(fetch()))
    lab = Lab(data, free_port(), free_range(52000))
    lab.populate(people)
    lab.start()
    with ExitStack() as stack:
        stack.callback(lab.kill)
        switch = Switch(data, {"lab": lab})
        stack.callback(switch.close)
        yield lab, switch


def wait_for(what: Callable[[], object], seconds: float = 90) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.05)


def make_sounds(data: Path, seconds: float = 0.1, *sounds: str) -> None:
    """Make sounds, or else all that a call can play: silence in A-law, short, so that calls are."""
    from tuidang.phone.prompts import PROMPTS

    for sound in sounds or (*PROMPTS, "message/a", "message/b"):
        path = data / "phone/sounds" / f"{sound}.alaw"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"\xd5" * int(8000 * seconds))


def make_campaign(data: Path, switch: Switch, *, calls: int, rate: int = 20) -> None:
    """Make sounds, one block, a trunk for each carrier, and a campaign that makes so many calls."""
    from tuidang.phone.actions.blocks import load_blocks
    from tuidang.phone.models import Campaign, Message, Trunk
    from tuidang.phone.numbers.blocks import NumberBlock
    from tuidang.phone.rules import Zone

    make_sounds(data)
    load_blocks([NumberBlock(BLOCK, "CN-SD", "", Zone.EAST)])
    campaign = Campaign.objects.create(name="sample", title="Sample", state="running", daily_limit=calls)
    Message.objects.create(campaign=campaign, name="a", sound="message/a")
    for line in switch.setup.lines:
        trunk = Trunk.objects.create(name=line.name, host=line.host, calls_per_second=rate, channels=100)
        campaign.trunks.add(trunk)


def dialling(
    data: Path, until: Callable[[Any], Awaitable[T]], *, ring_seconds: float = 3, hotline: str = ""
) -> T:
    """Run a dialler until something is so, stop it, and give what was found."""
    from tuidang.phone.dialler import service
    from tuidang.privacy.keys import KeyFolder

    async def run() -> T:
        stop = asyncio.Event()
        key = KeyFolder(data / "keys").journal_key()
        dialler = service.Dialler(
            "m1", data, key, examine=lambda: 0, hotline=hotline, ring_seconds=ring_seconds
        )
        task = asyncio.create_task(dialler.run(stop))
        try:
            async with asyncio.timeout(150):
                return await until(dialler)
        finally:
            stop.set()
            await task

    return asyncio.run(run())


def records(data: Path) -> list[dict[str, Any]]:
    """Read the call records."""
    from tuidang.phone.records.days import connect, rows_of

    with connect() as database:
        found = database.execute(f"SELECT * FROM {rows_of(data / 'phone/records')}")
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def written(data: Path, switch: Switch) -> list[bytes]:
    """Read every file of the data folder and the database, but for the carriers' and the program Asterisk."""
    carriers = {carrier.folder for carrier in switch.carriers.values()}
    database = Path(connection.settings_dict["NAME"])
    files = [
        path
        for path in (*data.rglob("*"), *database.parent.glob(f"{database.name}*"))
        if path.is_file() and not carriers & set(path.parents) and "asterisk" not in path.parts
    ]
    assert len(files) > 10
    # By another process: were we to close a file that SQLite has open here, its locks would be gone.
    return [subprocess.run(["cat", path], capture_output=True, check=True).stdout for path in files]


def stored_contents() -> list[Any]:
    """Open the statements that wait for publication."""
    from django.conf import settings

    from tuidang.privacy.keys import KeyFolder
    from tuidang.privacy.sealing import open_sealed
    from tuidang.register.models import Waiting
    from tuidang.register.rules.content import decode_content

    keys = KeyFolder(settings.TUIDANG.keys)
    return [
        decode_content(open_sealed(keys.day_key(row.day), bytes(row.payload)))
        for row in Waiting.objects.all()
    ]


def called(switch: Switch) -> list[str]:
    """Give the numbers that the carriers were asked for."""
    carriers = [carrier for carrier in switch.carriers.values() if isinstance(carrier, Carrier)]
    return [number for carrier in carriers for number in carrier.called()]


def people_who_left(data: Path) -> int:
    """Count them by the call records."""
    return sum(record["people"] for record in records(data))


def confirmed_by_now(data: Path) -> int:
    """Count what a killed dialler leaves: the statements that are stored, and those that its journal holds.

    They are stored for that; the next start stores them once more, which changes nothing.
    """
    from tuidang.phone.dialler.choices import store
    from tuidang.phone.dialler.journal import Journal
    from tuidang.privacy.keys import KeyFolder

    for _, pending in Journal(data / "phone/journal", KeyFolder(data / "keys").journal_key()).pending():
        store(pending)
    return len(stored_contents())


@contextmanager
def database_away() -> Iterator[None]:
    """Keep everybody from the database, as if it were stopped; close your own connection before."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(name, isolation_level=None)) as away:
            away.execute("BEGIN EXCLUSIVE")
            yield
        return
    parameters = connection.get_connection_params() | {"dbname": "postgres"}
    with psycopg.connect(**parameters, autocommit=True) as away:
        away.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        away.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
        yield
        away.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")


class Process:
    """A dialler in a process of its own, over the same data folder and database as the test."""

    def __init__(self, data: Path, *, ring_seconds: float = 90) -> None:
        database = str(connection.settings_dict["NAME"])
        script = Path(__file__).with_name("dialler_process.py")
        self._process = subprocess.Popen(
            [sys.executable, script, database, str(ring_seconds)],
            env={**os.environ, "TUIDANG_DATA": str(data)},
        )
        self._live = data / "phone/live/m1.json"

    @property
    def live(self) -> dict[str, Any]:
        """Read the live snapshot; empty before there is one."""
        return dict(json.loads(self._live.read_text())) if self._live.exists() else {}

    def figure(self, name: str) -> int:
        """Give a figure of the campaign."""
        return int(self.live.get("campaigns", {}).get("sample", {}).get(name, 0))

    def kill(self) -> None:
        """Kill it as a power cut would; its last snapshot goes, so that the next one is the next run's."""
        self._process.kill()
        self._process.wait()
        self._live.unlink(missing_ok=True)

    def close(self) -> None:
        """Tell it to stop, and see that it does so in order."""
        self._process.terminate()
        assert self._process.wait(90) == 0
