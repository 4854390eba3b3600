"""Our own number is really called, out by a trunk that leads back in: a voice is heard, or none."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
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
from tuidang.phone.models import NumberTrial
from tuidang.phone.queries import hotline_now
from tuidang.phone.sample import HOTLINE, LOOP, make_sample_number
from tuidang.phone.test_calls.queries import Way
from tuidang.phone.test_calls.rules import Outcome
from tuidang.phone.test_calls.service import try_number

pytestmark = pytest.mark.django_db(transaction=True)

SILENCE = b"\xd5" * 16_000
VOICE = b"\x34\x21\x21\x34\xb4\xa1\xa1\xb4" * 2_000  # two seconds of 1000 Hz in A-law


@pytest.fixture(scope="module")
def setup() -> Iterator[Setup]:
    """Give a running Asterisk with one trunk, which leads back to itself."""
    data = Path(tempfile.mkdtemp(prefix="phone-"))
    (data / "phone").mkdir(mode=0o700)
    install.root(data).symlink_to(install.root(fetch()))
    low, high = free_range(36000)
    ports = Ports(free_port(socket.SOCK_STREAM), free_port(), low, high)
    setup = Setup(data, (Line(LOOP, f"127.0.0.1:{ports.sip}"),), ports, desks=1)
    sound(setup, VOICE)
    running = process.start(setup)
    process.wait_until_booted(setup, running)
    yield setup
    process.stop(running)
    shutil.rmtree(data, ignore_errors=True)


def sound(setup: Setup, sample: bytes) -> None:
    """Let everything that is said sound so."""
    for name in (*HOTLINE_PROMPTS, *SAMPLE_MESSAGES):
        path = setup.sounds / f"{name}.alaw"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(sample)


@pytest.fixture
def hotline(setup: Setup) -> Iterator[subprocess.Popen[bytes]]:
    """Give the running process of the hotline."""
    script = Path(__file__).with_name("hotline_process.py")
    process_ = subprocess.Popen(
        [sys.executable, script, str(connection.settings_dict["NAME"])],
        env={**os.environ, "TUIDANG_DATA": str(setup.data), "TUIDANG_PHONE_DESKS": "1"},
    )
    wait_for(lambda: hotline_now(setup.data, datetime.now(UTC)) is not None)
    yield process_
    process_.kill()
    process_.wait()


def tried(setup: Setup) -> Outcome:
    way = Way("sample", HOTLINE, LOOP, f"127.0.0.1:{setup.ports.sip}", "", live=False)
    return asyncio.run(try_number(replace(settings.TUIDANG, data=setup.data), way))


def test_a_call_to_our_own_number_hears_the_greeting_and_tells_when_there_is_none(
    setup: Setup, hotline: subprocess.Popen[bytes]
) -> None:
    assert tried(setup) is Outcome.HEARD
    sound(setup, SILENCE)
    assert tried(setup) is Outcome.SILENT
    sound(setup, VOICE)
    hotline.kill()
    hotline.wait()
    wait_for(lambda: tried(setup) in {Outcome.REFUSED, Outcome.UNANSWERED})


def test_the_hotline_calls_each_number_once_a_day_by_itself(setup: Setup) -> None:
    make_sample_number("127.0.0.1", setup.ports.sip)
    script = (
        "import sys, os; os.environ['DJANGO_SETTINGS_MODULE'] = 'tuidang.web.settings'\n"
        "import django; from django.conf import settings\n"
        "settings.DATABASES['default']['NAME'] = sys.argv[1]; django.setup()\n"
        "from tuidang.phone.test_calls import service\n"
        "service.minute_of = lambda *_: 0\n"  # its minute of this day is over
        "from tuidang.phone.hotline.run import serve; serve(settings.TUIDANG)\n"
    )
    running = subprocess.Popen(
        [sys.executable, "-c", script, str(connection.settings_dict["NAME"])],
        env={**os.environ, "TUIDANG_DATA": str(setup.data), "TUIDANG_PHONE_DESKS": "1"},
    )
    try:
        wait_for(lambda: NumberTrial.objects.filter(code="sample").exists())
    finally:
        running.kill()
        running.wait()
    assert NumberTrial.objects.get().outcome == Outcome.HEARD
