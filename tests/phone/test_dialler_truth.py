"""What the dialler makes of voices it cannot understand, compared with the simulated carrier's truth."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dialler_cast import Switch, dialling, free_port, make_campaign
from fetched import fetch

from tuidang.phone.asterisk.install import root
from tuidang.phone.lab.carrier import Carrier
from tuidang.phone.lab.people import Kind, Person

pytestmark = pytest.mark.django_db(transaction=True)

# By the last digit of the number: who has it, and what the dialler should make of a call to it.
TOWN = (
    (Person(Kind.ANSWERS, "100:r,200:a,20:h,900:s,4000:H,"), ("answered", "voice")),
    (Person(Kind.ANSWERS, "100:r,200:a,20:s,4000:H,"), ("answered", "silence")),
    (Person(Kind.ANSWERS, "100:r,200:a,20:s,900:i1,2000:H,"), ("answered", "key")),
    (Person(Kind.MACHINE, "100:r,200:a,20:g,9000:H,"), ("machine", "long-greeting")),
    (Person(Kind.OFF, "100:e,20:o,5000:X,"), ("switched-off", "announcement")),
    (Person(Kind.OFF_CHARGED, "100:e,20:o,1500:a,2000:H,"), ("switched-off", "announcement-answered")),
    (Person(Kind.UNALLOCATED_SAID, "100:e,20:q,5000:U,"), ("unallocated", "cause-1")),
    (Person(Kind.BUSY, "100:r,100:B,"), ("busy", "cause-17")),
    # Nobody has the number, and the carrier says 480 as of a telephone that is off: it cannot be told.
    (Person(Kind.UNALLOCATED_LIED, "100:X,"), ("switched-off", "sip-480")),
    # An announcement beside "busy": the voice is believed.
    (Person(Kind.OFF, "100:e,20:o,5000:B,"), ("switched-off", "announcement")),
)


@pytest.fixture
def town(house: Path) -> Iterator[Switch]:
    """Give an Asterisk with one trunk, to a carrier with this town behind it."""
    (house / "phone").mkdir(mode=0o700)
    root(house).symlink_to(root(fetch()))
    lab = Carrier(house, free_port(), (52000, 53999))
    lab.populate({f"{number:05d}": TOWN[number % 10][0] for number in range(100_000)})
    lab.start()
    switch = Switch(house, {"lab": lab})
    yield switch
    switch.close()
    lab.kill()


def test_voices_before_and_after_an_answer_are_told_apart(house: Path, town: Switch) -> None:
    make_campaign(house, town, calls=1000, rate=4)
    (house / "phone/sounds/message/a.alaw").write_bytes(b"\xd5" * 8000 * 12)
    found: dict[int, set[tuple[str, str]]] = {}

    async def each_met(dialler: Any) -> dict[int, set[tuple[str, str]]]:
        end = dialler._exchange._ended

        def ended(line: Any) -> None:
            number = dialler._calls[line.channel].drawn.number
            end(line)
            record = dialler._records[-1]
            found.setdefault(int(number[-1]), set()).add((str(record.outcome), record.reason))

        dialler._exchange._ended = ended
        while len(found) < len(TOWN):
            await asyncio.sleep(0.1)
        return {digit: set(outcomes) for digit, outcomes in found.items()}

    met = dialling(house, each_met, ring_seconds=15)
    assert met == {digit: {expected} for digit, (_, expected) in enumerate(TOWN)}
