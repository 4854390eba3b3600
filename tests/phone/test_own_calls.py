"""Our own number is really called, by a trunk from another Asterisk: a voice is heard, or none."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from fetched import fetch
from hotline_cast import wait_for
from town_cast import free_port, free_range

from tuidang.phone.asterisk import install, process
from tuidang.phone.asterisk.config import Line, Ports, Setup
from tuidang.phone.hotline_prompts import HOTLINE_PROMPTS
from tuidang.phone.messages import SAMPLE_MESSAGES
from tuidang.phone.queries import hotline_now
from tuidang.phone.sample import HOTLINE
from tuidang.phone.test_calls.queries import Way
from tuidang.phone.test_calls.rules import Outcome
from tuidang.phone.test_calls.service import try_number

pytestmark = pytest.mark.django_db(transaction=True)

TRUNK = "between"
SILENCE = b"\xd5" * 16_000
VOICE = b"\x34\x21\x21\x34\xb4\xa1\xa1\xb4" * 2_000  # two seconds of 1000 Hz in A-law


@dataclass(frozen=True)
class Two:
    """The Asterisk of the hotline, and another from which it is called, as from any carrier's network."""

    hotline: Setup
    caller: Setup


@pytest.fixture(scope="module")
def two() -> Iterator[Two]:
    """Give both, running, with a trunk between them."""
    with ExitStack() as stack:
        sip = free_port(), free_port()
        low, high = free_range(36000)
        middle = (low + high) // 2
        media = (low, middle), (middle + 1, high)
        setups = []
        for n in (0, 1):
            data = Path(tempfile.mkdtemp(prefix="phone-"))
            stack.callback(shutil.rmtree, data, ignore_errors=True)
            (data / "phone").mkdir(mode=0o700)
            install.root(data).symlink_to(install.root(fetch()))
            ports = Ports(free_port(socket.SOCK_STREAM), sip[n], *media[n])
            setup = Setup(data, (Line(TRUNK, f"127.0.0.1:{sip[1 - n]}"),), ports, desks=1)
            sound(setup, VOICE)
            running = process.start(setup)
            stack.callback(process.stop, running)
            process.wait_until_booted(setup, running)
            setups.append(setup)
        yield Two(*setups)


def sound(setup: Setup, sample: bytes) -> None:
    """Let everything that is said sound so."""
    for name in (*HOTLINE_PROMPTS, *SAMPLE_MESSAGES):
        path = setup.sounds / f"{name}.alaw"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(sample)


@pytest.fixture
def hotline(two: Two) -> Iterator[subprocess.Popen[bytes]]:
    """Give the running process of the hotline."""
    script = Path(__file__).with_name("hotline_process.py")
    process_ = subprocess.Popen(
        [sys.executable, script, str(connection.settings_dict["NAME"])],
        env={**os.environ, "TUIDANG_DATA": str(two.hotline.data), "TUIDANG_PHONE_DESKS": "1"},
    )
    wait_for(lambda: hotline_now(two.hotline.data, datetime.now(UTC)) is not None)
    yield process_
    process_.kill()
    process_.wait()


def tried(two: Two) -> Outcome:
    way = Way("sample", HOTLINE, TRUNK, f"127.0.0.1:{two.hotline.ports.sip}", "", live=False)
    return asyncio.run(try_number(replace(settings.TUIDANG, data=two.caller.data), way))


def test_a_call_to_our_own_number_hears_the_greeting_and_tells_when_there_is_none(
    two: Two, hotline: subprocess.Popen[bytes]
) -> None:
    # Of a hotline that has just come up the first call may be missed: that is why a number is tried thrice.
    wait_for(lambda: tried(two) is Outcome.HEARD)
    sound(two.hotline, SILENCE)
    assert tried(two) is Outcome.SILENT
    sound(two.hotline, VOICE)
    hotline.kill()
    hotline.wait()
    wait_for(lambda: tried(two) in {Outcome.REFUSED, Outcome.UNANSWERED})
