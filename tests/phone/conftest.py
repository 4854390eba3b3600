"""A real Asterisk and a simulated carrier, fetched once and kept under build/ between runs.

A test process has its own Asterisk and its own carrier, on ports that nobody else has; what was fetched is
shared by all.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from line_cast import TRUNK, Line, open_line

from tuidang.phone.asterisk import install, process
from tuidang.phone.asterisk.config import Line as Trunk
from tuidang.phone.asterisk.config import Ports, Setup
from tuidang.phone.lab.carrier import Carrier, can_send_rfc4733
from tuidang.phone.lab.people import Kind, Person, by_info

KEPT = Path(__file__).parents[2] / "build" / "asterisk"
CALLER = "85230000000"
PREFIX = "86138001"  # of every number that is called here

# People who lose no time, by the last five digits of their numbers.
TOWN = {
    "00001": Person(Kind.ANSWERS, "200:r,300:a,20:s,900:9,700:+,900:12,1400:+,900:H,", "", "912", "rfc4733"),
    "00002": Person(Kind.ANSWERS, "200:r,300:a,20:s,700:i9,700:i1,150:i1,700:H,", "", "911", "info"),
    "00003": Person(Kind.BUSY, "200:r,200:B,"),
    "00004": Person(Kind.UNALLOCATED, "200:U,"),
    "00005": Person(Kind.UNALLOCATED_SAID, "200:e,20:q,1500:U,"),
    "00006": Person(Kind.OFF_CHARGED, "200:e,20:o,1500:a,1000:H,"),
    "00007": Person(Kind.REJECTS, "200:r,200:J,"),
    "00008": Person(Kind.NO_ANSWER, "200:r,1:W,"),
    "00009": Person(Kind.ANSWERS, "200:r,300:a,20:h,900:s,1:W,", "silent"),
    "00010": Person(Kind.MACHINE, "200:r,300:a,20:g,9000:H,"),
    "00011": Person(Kind.UNALLOCATED_LIED, "200:X,"),
    "00012": Person(Kind.OFF, "200:e,20:o,1500:X,"),
}


@pytest.fixture(scope="session")
def kept() -> Path:
    """Give the folder in which Asterisk and SIPp are installed, fetching them if they are not."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "test.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not install.installed(KEPT):
            install.install(KEPT)
    return KEPT


@pytest.fixture(scope="session")
def data(kept: Path) -> Iterator[Path]:
    """Give a data folder of this process's own in which everything is installed."""
    folder = Path(tempfile.mkdtemp(prefix="phone-"))  # a short name, for the control socket
    (folder / "phone").mkdir(mode=0o700)
    install.root(folder).symlink_to(install.root(kept))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def lab(data: Path) -> Iterator[Carrier]:
    """Give a running carrier with a small town behind it."""
    carrier = Carrier(data, free_port(), free_range(40000))
    can = can_send_rfc4733()
    carrier.populate({digits: person if can else by_info(person) for digits, person in TOWN.items()})
    carrier.start()
    yield carrier
    carrier.kill()


@pytest.fixture(scope="session")
def setup(data: Path, lab: Carrier) -> Setup:
    """Give what Asterisk is started from: one trunk, to the carrier."""
    low, high = free_range(20000)
    trunk = Trunk(TRUNK, f"127.0.0.1:{lab.port}", caller=CALLER)
    return Setup(data, (trunk,), Ports(free_port(socket.SOCK_STREAM), free_port(), low, high))


@pytest.fixture(scope="session")
def asterisk(setup: Setup) -> Iterator[subprocess.Popen[bytes]]:
    """Give a running Asterisk."""
    running = process.start(setup)
    process.wait_until_booted(setup, running)
    yield running
    process.stop(running)


@pytest.fixture
def line(setup: Setup, asterisk: subprocess.Popen[bytes], lab: Carrier) -> Iterator[Line]:
    """Give a line to dial on."""
    with open_line(setup) as opened:
        yield opened


def free_port(kind: int = socket.SOCK_DGRAM) -> int:
    """Return a port that nobody has now."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def free_range(base: int) -> tuple[int, int]:
    """Return a range of ports for media that no other test process takes."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    low = base + worker % 8 * 2000
    return low, low + 1999
