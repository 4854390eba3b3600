"""Measure how many short calls a second the dialler sets up through a real Asterisk, and what they cost.

SIPp on the same machine answers every call at once and hangs up a second later. Everything is real: numbers
are drawn durably from SQLite, rules are asked, records are written. CPU is what the kernel counts for each
process.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from bench.platform_in import set_up_platform

MACHINE = "bench"
LIMIT = 200  # calls a second; a machine's most by the rules
PATIENCE = 120.0  # seconds
TICKS = os.sysconf("SC_CLK_TCK")
LEAST = 600  # calls


def prepare(data: Path, calls: int, port: int) -> None:
    """Make blocks, a trunk to the carrier, and a campaign of so many calls."""
    from django.core.management import call_command

    from tuidang.phone.actions.blocks import load_blocks
    from tuidang.phone.models import Campaign, Message, Trunk
    from tuidang.phone.numbers.blocks import NumberBlock
    from tuidang.phone.rules import Zone

    call_command("migrate", verbosity=0)
    load_blocks([NumberBlock(f"1381{number:03d}", "CN-SD", "", Zone.EAST) for number in range(1000)])
    trunk = Trunk.objects.create(
        name="lab", host=f"127.0.0.1:{port}", calls_per_second=LIMIT, channels=2 * LIMIT
    )
    campaign = Campaign.objects.create(name="bench", title="Bench", state="running", daily_limit=calls)
    campaign.trunks.add(trunk)
    Message.objects.create(campaign=campaign, name="silence", sound="message/silence")
    sound = data / "phone/sounds/message/silence.alaw"
    sound.parent.mkdir(parents=True)
    sound.write_bytes(b"\xd5" * 8000 * 30)


@contextmanager
def telephone(data: Path, calls: int) -> Iterator[int]:
    """Run carrier and Asterisk; give Asterisk's process id."""
    from django.conf import settings

    from tuidang.phone.asterisk.install import install, installed, root
    from tuidang.phone.asterisk.process import start, stop, wait_until_booted
    from tuidang.phone.asterisk.setup import read_setup
    from tuidang.phone.lab.carrier import Carrier
    from tuidang.phone.lab.people import Kind, Person

    kept = Path("build/asterisk").resolve()
    if not installed(kept):
        install(kept)
    (data / "phone").mkdir(mode=0o700)
    root(data).symlink_to(root(kept))
    with ExitStack() as stack:
        carrier = Carrier(data, settings.TUIDANG.phone_lab)
        answers = Person(Kind.ANSWERS, "50:r,100:a,1000:H,")
        carrier.populate({f"{number:05d}": answers for number in range(100_000)})
        carrier.start()
        stack.callback(carrier.kill)
        prepare(data, calls, carrier.port)
        setup = read_setup(settings.TUIDANG)
        asterisk = start(setup)
        stack.callback(stop, asterisk)
        wait_until_booted(setup, asterisk)
        yield asterisk.pid


def measure(data: Path, calls: int) -> dict[str, float]:
    """Make so many calls, and report."""
    with telephone(data, calls) as asterisk:
        dialler = subprocess.Popen([sys.executable, "-m", "tuidang", "phone", "dial", "--machine", MACHINE])
        begun = wait_for(data, lambda figures: figures["dialled"] > 0)
        before = cpu(dialler.pid), cpu(asterisk)
        low = wait_for(data, lambda figures: figures["dialled"] >= begun["dialled"] + calls // 10)
        low_at = time.perf_counter()
        high = wait_for(data, lambda figures: figures["dialled"] >= calls * 9 // 10)
        seconds = time.perf_counter() - low_at
        ended = wait_for(data, lambda figures: figures["dialled"] >= calls and not figures["in_air"])
        counted = calls - begun["dialled"]
        spent = cpu(dialler.pid) - before[0], cpu(asterisk) - before[1]
        dialler.terminate()
        dialler.wait(30)
    return {
        "calls": calls,
        "lost": calls - ended["answered"],
        "calls_per_second": round((high["dialled"] - low["dialled"]) / seconds, 1),
        "controller_ms_a_call": round(1000 * spent[0] / counted, 2),
        "asterisk_ms_a_call": round(1000 * spent[1] / counted, 2),
    }


def wait_for(data: Path, what: Any) -> dict[str, Any]:
    """Wait until the dialler's figures are so, and give them."""
    path = data / f"phone/live/{MACHINE}.json"
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if path.exists():
            figures = json.loads(path.read_text())["campaigns"].get("bench")
            if figures and what(figures):
                return dict(figures)
        time.sleep(0.02)
    raise SystemExit("the dialler does not come to that")


def cpu(pid: int) -> float:
    """Give the seconds of CPU that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def main() -> None:
    """Measure as told on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=6_000)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    if arguments.calls < LEAST:
        parser.error(f"at least {LEAST} calls: fewer are over before they are counted")
    build = Path("build")
    build.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=build.resolve()) as data:
        set_up_platform(Path(data))
        figures = measure(Path(data), arguments.calls)
    if arguments.json:
        print(json.dumps(figures))
    else:
        print("\n".join(f"{what.replace('_', ' ')}: {figure:,}" for what, figure in figures.items()))


if __name__ == "__main__":
    main()
