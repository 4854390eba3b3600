"""What the dialler makes of calls, and of voices it cannot understand, compared with the simulated truth."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from dialler_cast import BLOCK, dialling, make_campaign, simulated

from tuidang.phone.lab.people import Kind, Person

pytestmark = pytest.mark.django_db(transaction=True)

# By what is left of the number's last two digits: who has it, and what the dialler should make of a call.
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
    (Person(Kind.REJECTS, "100:r,100:J,"), ("rejected", "cause-21")),
    (Person(Kind.UNALLOCATED, "100:U,"), ("unallocated", "cause-1")),
    (Person(Kind.NO_ANSWER, "100:r,1:W,"), ("no-answer", "ring-timeout")),
    # Nobody has the number, and the carrier rings on until we hang up: nor can this be told.
    (Person(Kind.UNALLOCATED_RINGS, "100:r,1:W,"), ("no-answer", "ring-timeout")),
)


def who_has(number: str) -> int:
    return int(number[-2:]) % len(TOWN)


def test_every_kind_of_people_is_told_by_what_is_seen_of_a_call(house: Path) -> None:
    assert {person.kind for person, _ in TOWN} == set(Kind)
    found: dict[int, set[tuple[str, str]]] = {}

    async def each_met(dialler: Any) -> dict[int, set[tuple[str, str]]]:
        end = dialler._exchange._ended

        def ended(line: Any) -> None:
            number = dialler._calls[line.channel].drawn.number
            end(line)
            record = dialler._records[-1]
            found.setdefault(who_has(number), set()).add((str(record.outcome), record.reason))

        dialler._exchange._ended = ended
        while len(found) < len(TOWN):
            await asyncio.sleep(0.1)
        return {who: set(outcomes) for who, outcomes in found.items()}

    digits = [f"{BLOCK[-1]}{number:04}" for number in range(10_000)]
    with simulated(house, {ending: TOWN[who_has(ending)][0] for ending in digits}) as (_, switch):
        make_campaign(house, switch, calls=1000, rate=4)
        (house / "phone/sounds/message/a.alaw").write_bytes(b"\xd5" * 8000 * 12)
        met = dialling(house, each_met, ring_seconds=15)
    assert met == {who: {expected} for who, (_, expected) in enumerate(TOWN)}
