"""A real Asterisk and a simulated carrier, fetched once and kept under build/ between runs.

A test process has its own Asterisk and its own carrier, on ports that nobody else has; what was fetched is
shared by all.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from fetched import fetch
from line_cast import TRUNK, Line, open_line
from town_cast import CALLER, TOWN, free_port, free_range

from tuidang.phone.asterisk import install, process
from tuidang.phone.asterisk.config import Line as Trunk
from tuidang.phone.asterisk.config import Ports, Setup
from tuidang.phone.lab.carrier import Carrier, can_send_rfc4733
from tuidang.phone.lab.people import by_info


@pytest.fixture(scope="session")
def kept() -> Path:
    """Give the folder in which Asterisk and SIPp are installed, fetching them if they are not."""
    return fetch()


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
